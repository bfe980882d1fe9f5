import {execFile} from 'node:child_process'
import {readFile, readdir} from 'node:fs/promises'
import {join, relative, sep} from 'node:path'
import {promisify} from 'node:util'
import {packagesOf, type Lock} from './packages-of.ts'

const run = promisify(execFile)

/** What the executable carries, by path below the folder that it is unpacked into. */
export interface Contents {
  readonly app: ReadonlyMap<string, Uint8Array>
  readonly npm: ReadonlyMap<string, Uint8Array>
}

/** Plugins of oclif, which loads their files one by one. */
const AS_FILES = ['@oclif/plugin-help', '@oclif/plugin-plugins']

/** npm has an archive of its own; yarn is for plugins that are linked with a lock file of yarn. */
const APART = ['npm', 'yarn']

/** What the npm package holds, with the packages that it loads. The build must be there. */
export async function readContents(root: string): Promise<Contents> {
  const lock: Lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'))
  const app = new Map(await readFiles(root, await listPacked(root)))
  for (const folder of packagesOf(lock, AS_FILES, APART)) for (const entry of await readPackage(root, folder)) app.set(...entry)
  app.set('LICENSES', await readLicenses(root, packagesOf(lock, Object.keys(lock.packages['']?.dependencies ?? {}), ['yarn'])))
  const npm = await readPackage(root, 'node_modules/npm')
  return {app, npm: new Map(npm.map(([path, content]) => [path.slice('node_modules/'.length), content]))}
}

/** The files that `npm publish` would send, those of our own plugins included. */
async function listPacked(root: string): Promise<readonly string[]> {
  const {stdout} = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {cwd: root, maxBuffer: 1 << 26})
  const [packed] = Object.values<{readonly files: readonly {readonly path: string}[]}>(JSON.parse(stdout))
  const paths = (packed?.files ?? []).map(({path}) => path)
  return paths.filter((path) => !path.startsWith('node_modules/') || !LEFT_OUT.test(path))
}

/** The licences of all packages in one file; of those in the bundles, `dist/THIRD-PARTY-LICENSES.txt` has them. */
async function readLicenses(root: string, folders: readonly string[]): Promise<Uint8Array> {
  const texts = folders.map(async (folder) => {
    const names = (await readdir(join(root, folder))).filter((name) => LICENSE.test(name))
    const found = await Promise.all(names.map((name) => readFile(join(root, folder, name), 'utf8')))
    return found.map((text) => `== ${folder.replaceAll('node_modules/', '')}\n\n${text.trim()}\n`)
  })
  return Buffer.from((await Promise.all(texts)).flat().join('\n'))
}

const LICENSE = /^(licen[cs]e|notice)/i

/** What nothing reads when it runs. */
const LEFT_OUT = /\.[cm]?ts$|\.map$|\.(md|markdown)$|^(docs|man)\/|(^|\/)licen[cs]e[^/]*$/i

async function readPackage(root: string, folder: string): Promise<readonly (readonly [string, Uint8Array])[]> {
  const entries = await readdir(join(root, folder), {recursive: true, withFileTypes: true})
  const files = entries.filter((entry) => entry.isFile()).map((entry) => relative(join(root, folder), join(entry.parentPath, entry.name)))
  const kept = files.map((path) => path.replaceAll(sep, '/')).filter((path) => !LEFT_OUT.test(path))
  return readFiles(
    root,
    kept.map((path) => `${folder}/${path}`),
  )
}

async function readFiles(root: string, paths: readonly string[]): Promise<readonly (readonly [string, Uint8Array])[]> {
  return Promise.all(paths.map(async (path) => [path, await readFile(join(root, path))] as const))
}
