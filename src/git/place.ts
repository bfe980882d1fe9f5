import {lstat, mkdir, readdir, realpath, rename} from 'node:fs/promises'
import {basename, dirname, join, relative, sep} from 'node:path'
import {ConductError} from '../errors.ts'
import type {Git} from './git.ts'
import {discard} from './trash.ts'

/** The folder above `path`, made where missing, without a link below `root`; and `path` by its canonical name. */
export async function preparePlace({path, root = dirname(path)}: {readonly path: string; readonly root?: string}): Promise<string> {
  await mkdir(root, {recursive: true, mode: 0o700})
  let place = await realpath(root)
  const parts = relative(root, path).split(sep)
  if (parts.includes('..') || parts.includes('')) throw new Error(`Internal error: ${path} is not below ${root}`)
  for (const part of parts.slice(0, -1)) {
    place = join(place, part)
    await mkdir(place, {mode: 0o700}).catch(ignoreExisting)
    if (!(await lstat(place)).isDirectory()) throw linkInTheWay(place)
  }
  place = join(place, basename(path))
  if ((await lstat(place).catch(() => undefined))?.isSymbolicLink()) throw linkInTheWay(place)
  return place
}

/** Frees the place for a new worktree. Nothing but a `.git` is thrown away; other files are moved aside. */
export async function clearPlace(git: Git, path: string): Promise<string | undefined> {
  const names = await readdir(path).catch(() => [])
  if (names.every((name) => name === '.git')) {
    if ((await lstat(path).catch(() => undefined)) !== undefined) await discard(git, path)
    return undefined
  }
  const displaced = `${path}.displaced-${crypto.randomUUID().slice(0, 8)}`
  await rename(path, displaced)
  return displaced
}

function ignoreExisting(error: NodeJS.ErrnoException) {
  if (error.code !== 'EEXIST') throw error
}

const linkInTheWay = (place: string) =>
  new ConductError('GIT_FAILED', `${place} is not a folder: conduct does not follow links to make its worktrees.`, [
    'Remove it, or set `worktrees.dir` to another folder.',
  ])
