import {existsSync} from 'node:fs'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join, resolve} from 'node:path'
import {ConductError} from '../errors.ts'
import {packageRoot} from '../package-root.ts'

export type PluginKind = 'validator' | 'agent'

export interface CreateRequest {
  readonly kind: PluginKind
  /** What the configuration will call it; the folder and the package are named for it. */
  readonly name: string
  readonly cwd: string
  /** Of this conduct, which the package is tested with. */
  readonly version: string
}

export interface CreatedPlugin {
  /** Absolute. */
  readonly folder: string
  /** Name of the package. */
  readonly package: string
  /** Relative to the folder. */
  readonly files: readonly string[]
}

/** The examples of `docs/plugins/` are what a new plugin begins as: each under the name that it has there. */
const TEMPLATES = {
  validator: {name: 'no-print', files: ['package.json', 'index.js', 'test/validator.test.js']},
  agent: {name: 'shell', files: ['package.json', 'index.js', 'test/backend.test.js']},
} as const

/**
 * Writes a package that registers one validator or agent backend and passes its own tests.
 *
 * @throws {ConductError} `USAGE` for a name that is none, and when the folder is there already
 */
export async function createPlugin({kind, name, cwd, version}: CreateRequest): Promise<CreatedPlugin> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 40)
    throw new ConductError('USAGE', `${JSON.stringify(name)} is no name for a plugin.`, [
      'A name is kebab-case, begins with a letter, and has up to 40 characters: no-print',
    ])
  const folder = resolve(cwd, `conduct-${kind}-${name}`)
  if (existsSync(folder)) throw new ConductError('USAGE', `${folder} is there already.`, ['Choose another name, or move it away.'])
  const template = TEMPLATES[kind]
  const source = join(packageRoot(), 'examples', 'plugins', `${kind}-${template.name}`)
  for (const file of template.files) {
    const text = await readFile(join(source, file), 'utf8')
    await mkdir(dirname(join(folder, file)), {recursive: true})
    await writeFile(join(folder, file), text.replaceAll(template.name, name).replace(/("conduct-cli": ")[^"]+/, `$1^${version}`))
  }
  return {folder, package: `conduct-${kind}-${name}`, files: template.files}
}
