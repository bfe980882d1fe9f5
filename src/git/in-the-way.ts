import type {Stats} from 'node:fs'
import {lstat, readdir} from 'node:fs/promises'
import {ConductError} from '../errors.ts'
import {splitNul} from './commits.ts'
import type {Git} from './git.ts'

export interface Step {
  readonly root: string
  /** Tree of all that is there and not ignored. */
  readonly from: string
  /** Commit or tree whose files are to be written. */
  readonly to: string
}

/**
 * Files that git would write over though they are in no tree: ignored ones, where `to` has a file or a folder of that name.
 * Latin-1 keeps the bytes of names that are not UTF-8.
 *
 * @throws {ConductError} `GIT_FAILED` for what no commit can keep: a repository inside this one, a pipe
 */
export async function findInTheWay(git: Git, {root, from, to}: Step): Promise<readonly string[]> {
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--diff-filter=A', '--end-of-options', from, to]
  const added = splitNul((await git.runObjects(args)).stdout.toString('latin1'))
  const found = new Set<string>()
  const folders = new Set<string>([''])
  for (const name of added) {
    const obstacle = await findObstacle(root, name, folders)
    if (obstacle === undefined) continue
    for (const file of await listFiles(root, obstacle)) found.add(file)
  }
  // What `from` has of it is kept already: a file that `to` has a folder for.
  const known = found.size === 0 ? new Set<string>() : new Set(await listTree(git, from))
  return [...found].filter((file) => !known.has(file))
}

/** The first part of a path that stands where a folder of it should be, or the whole path, when something is there. */
async function findObstacle(root: string, name: string, folders: Set<string>): Promise<string | undefined> {
  const parts = name.split('/')
  for (let count = 1; count <= parts.length; count += 1) {
    const path = parts.slice(0, count).join('/')
    if (folders.has(path) && count < parts.length) continue
    const stats = await look(root, path)
    if (stats === undefined) return undefined
    if (count === parts.length || !stats.isDirectory()) return path
    if (await look(root, `${path}/.git`)) throw cannotKeep(root, path, 'is a repository of its own')
    folders.add(path)
  }
  return undefined
}

async function listFiles(root: string, path: string): Promise<readonly string[]> {
  const stats = await look(root, path)
  if (stats?.isFile() || stats?.isSymbolicLink()) return [path]
  if (!stats?.isDirectory()) throw cannotKeep(root, path, 'is no file that git can keep')
  const names = (await readdir(toPath(root, path), {encoding: 'buffer'})).map((name) => name.toString('latin1'))
  if (names.includes('.git')) throw cannotKeep(root, path, 'is a repository of its own')
  return (await Promise.all(names.map((name) => listFiles(root, `${path}/${name}`)))).flat()
}

async function listTree(git: Git, tree: string): Promise<readonly string[]> {
  const {stdout} = await git.runObjects(['ls-tree', '-r', '-z', '--name-only', '--end-of-options', tree])
  return splitNul(stdout.toString('latin1'))
}

const toPath = (root: string, path: string) => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')])

async function look(root: string, path: string): Promise<Stats | undefined> {
  return lstat(toPath(root, path)).catch(() => undefined)
}

const cannotKeep = (root: string, path: string, why: string) => {
  const name = Buffer.from(path, 'latin1').toString()
  return new ConductError('GIT_FAILED', `${root}/${name} ${why}, and stands where the checkpoint has files.`, [
    `Move it elsewhere, then run the command again: mv '${root}/${name}' '${root}/..'`,
  ])
}
