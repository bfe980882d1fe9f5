import {execFile} from 'node:child_process'
import {createHash} from 'node:crypto'
import {existsSync} from 'node:fs'
import {mkdir, mkdtemp, readFile, rename, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {NODE_VERSION, type Target} from './targets.ts'

const run = promisify(execFile)

/** A Node that was fetched from the registry. */
export interface FetchedNode {
  readonly program: string
  /** File with the licences of Node and of what is in it; the package for Windows has none. */
  readonly license: string
}

/**
 * Node for a target, out of its package in the registry, which must have the pinned checksum. It is kept below
 * `node_modules/.cache`.
 *
 * @throws {Error} in one line, when the package cannot be had or is another one
 */
export async function fetchNode(root: string, target: Target): Promise<FetchedNode> {
  const cache = join(root, 'node_modules', '.cache', 'conduct-binary')
  const folder = join(cache, `${target.package}-${NODE_VERSION}`)
  if (!existsSync(folder)) await unpackNode(target, cache, folder)
  return {program: join(folder, target.program), license: join(folder, 'LICENSE')}
}

async function unpackNode(target: Target, cache: string, folder: string): Promise<void> {
  await mkdir(cache, {recursive: true})
  const draft = await mkdtemp(join(cache, '.draft-'))
  try {
    const tarball = await download(`${target.package}@${NODE_VERSION}`, draft)
    const found = `sha512-${createHash('sha512')
      .update(await readFile(tarball))
      .digest('base64')}`
    if (found !== target.integrity)
      throw new Error(`${target.package}@${NODE_VERSION} is not the package that scripts/binary/targets.ts names.`)
    await run('tar', ['-xzf', tarball, '-C', draft])
    await rename(join(draft, 'package'), folder)
  } finally {
    await rm(draft, {recursive: true, force: true})
  }
}

async function download(name: string, folder: string): Promise<string> {
  try {
    const {stdout} = await run('npm', ['pack', '--silent', '--pack-destination', folder, name])
    return join(folder, stdout.trim().split('\n').at(-1) ?? '')
  } catch (error) {
    throw new Error(`${name} cannot be had from the registry: ${readCode(error)}.`, {cause: error})
  }
}

/** npm says why in many lines, one of them with a code. */
function readCode(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
  return /code (E\w+)/.exec(said)?.[1] ?? (said.trim().split('\n')[0] || 'npm failed')
}
