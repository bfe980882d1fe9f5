import {execFile} from 'node:child_process'
import {cp, mkdir, readdir, readlink, rm, symlink} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {promisify} from 'node:util'

const ROOT = join(import.meta.dirname, '../..')
const NPM = join(ROOT, 'node_modules/npm/bin/npm-cli.js')
const call = promisify(execFile)

/** What `npm pack` made. */
export interface Packed {
  /** The tarball. */
  readonly file: string
  /** Paths in it, relative to the package. */
  readonly paths: readonly string[]
}

/**
 * Copies what git tracks, with the changes of the working tree, and packs that: what lies about in a checkout cannot get in, and what
 * is missing there is missed.
 *
 * @param folder is made
 */
export async function packClean(folder: string): Promise<Packed> {
  const {stdout: list} = await call('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {cwd: ROOT, maxBuffer: 1e8})
  for (const path of list.split('\0').filter(Boolean)) await cp(join(ROOT, path), join(folder, path)).catch(ignoreMissing)
  await lendModules(folder)
  const {stdout} = await call(process.execPath, [NPM, 'pack', '--json', '--silent'], {cwd: folder, env: npmEnv(folder), maxBuffer: 1e8})
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as {readonly filename: string; readonly files: {readonly path: string}[]}[]
  if (!packed) throw new Error(`npm packed nothing: ${stdout}`)
  return {file: join(folder, packed.filename), paths: packed.files.map(({path}) => path)}
}

/** A file that was removed and not committed yet is still tracked. */
function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

/** The packages that are installed here, and those of the workspaces as they are in the copy. */
async function lendModules(folder: string): Promise<void> {
  const from = join(ROOT, 'node_modules')
  await mkdir(join(folder, 'node_modules/@conduct-cli'), {recursive: true})
  for (const name of await readdir(from)) if (name !== '@conduct-cli') await symlink(join(from, name), join(folder, 'node_modules', name))
  for (const name of await readdir(join(from, '@conduct-cli'))) {
    const target = await readlink(join(from, '@conduct-cli', name))
    await symlink(target, join(folder, 'node_modules/@conduct-cli', name))
  }
}

/** npm with nothing of the npm that runs the tests, and with the user's settings and cache: they say where packages come from. */
export function npmEnv(folder: string, node = process.execPath): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(GIT_|CONDUCT_|NODE_|npm_package_|npm_lifecycle_|INIT_CWD)/.test(name),
  )
  const path = `${dirname(node)}:${join(folder, 'node_modules/.bin')}:${process.env['PATH']}`
  return {...Object.fromEntries(inherited), PATH: path, npm_config_update_notifier: 'false', npm_config_audit: 'false'}
}

/** `npm install --global` of a tarball, by this Node, below a prefix. Packages that npm has fetched before are not fetched again. */
export async function installGlobally(node: string, tarball: string, prefix: string): Promise<void> {
  await mkdir(prefix, {recursive: true})
  const args = ['install', '--global', '--silent', '--prefer-offline', '--prefix', prefix, tarball]
  await call(node, [NPM, ...args], {cwd: prefix, env: npmEnv(prefix, node)})
}

/** The binary of another Node, from npm; of this one where it is the same. `CONDUCT_TEST_NODE_<major>` names one that is there already. */
export async function findNode(major: number, folder: string): Promise<string> {
  const given = process.env[`CONDUCT_TEST_NODE_${major}`]
  if (given !== undefined) return given
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath
  await mkdir(folder, {recursive: true})
  const args = ['install', '--silent', '--no-save', '--no-package-lock', '--prefer-offline', '--prefix', folder, `node@${major}`]
  await call(process.execPath, [NPM, ...args], {cwd: folder, env: npmEnv(folder)})
  // What is installed only to link the binary.
  await rm(join(folder, 'node_modules/node/node_modules'), {recursive: true, force: true})
  return join(folder, 'node_modules/node/bin/node')
}
