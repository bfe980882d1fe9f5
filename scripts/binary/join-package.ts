import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {build} from 'esbuild'
import {NODE_VERSION} from './targets.ts'

/** A package that is to be one file. */
export interface JoinedPackage {
  readonly name: string
  /** What is imported of it, as `exports` in its package.json has it. All of it comes from one file: its classes are there once. */
  readonly entries: readonly string[]
}

/** The files of the package, by path: what it depends on is in it. */
export async function joinPackage(root: string, {name, entries}: JoinedPackage): Promise<readonly (readonly [string, Uint8Array])[]> {
  const {outputFiles} = await build({
    stdin: {contents: (await Promise.all(entries.map((entry) => toExport(join(name, entry))))).join('\n'), resolveDir: root},
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: `node${NODE_VERSION}`,
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
  })
  const {version, license} = JSON.parse(await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8'))
  const exports = Object.fromEntries(
    [...entries, './package.json'].map((entry) => [entry, entry.endsWith('.json') ? entry : './index.cjs']),
  )
  const folder = `node_modules/${name}`
  return [
    [`${folder}/index.cjs`, outputFiles[0]?.contents ?? new Uint8Array()],
    [`${folder}/package.json`, Buffer.from(JSON.stringify({name, version, license, main: 'index.cjs', exports}))],
  ]
}

/** By their names, or Node would not see them in the file: some packages say them only when they run. */
async function toExport(specifier: string): Promise<string> {
  const names = Object.keys(await import(specifier)).filter((name) => !['default', '__esModule'].includes(name) && /^[\w$]+$/.test(name))
  return `export {${names.join(', ')}} from '${specifier}'`
}
