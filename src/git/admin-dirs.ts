import {lstat, readFile, readdir, rm} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import type {Git} from './git.ts'
import {isInside, readAdminPath, readHeadFile} from './git-file.ts'

/** git names the entry after the folder, with a number when the name is taken. */
export async function findAdminDir(git: Git, path: string): Promise<string | undefined> {
  const name = basename(path)
  for (const gitDir of await listAdminDirs(git)) {
    const rest = basename(gitDir)
    if (rest.startsWith(name) && /^\d*$/.test(rest.slice(name.length)) && (await readAdminPath(gitDir)) === path) return gitDir
  }
  return undefined
}

/** Every entry of `worktrees/`. */
export async function listAdminDirs(git: Git): Promise<readonly string[]> {
  const parent = join(git.repository.commonDir, 'worktrees')
  const entries = await readdir(parent, {withFileTypes: true}).catch(() => [])
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(parent, entry.name))
}

/** Is it an entry of `worktrees/`? */
export function isAdminDir(git: Git, gitDir: string): boolean {
  return dirname(gitDir) === join(git.repository.commonDir, 'worktrees')
}

/** Are the metadata whole, so that only the `.git` file and the checkout may have to be done again? */
export async function isUsable(gitDir: string, path: string): Promise<boolean> {
  const commonDir = await readFile(join(gitDir, 'commondir'), 'utf8').catch(() => '')
  const head = await readHeadFile(gitDir)
  const place = await lstat(path).catch(() => undefined)
  return commonDir.trim() !== '' && head !== undefined && !/^0+$/.test(head.sha ?? '') && place?.isDirectory() === true
}

/**
 * An entry of `worktrees/` with an empty `commondir` ends every `git worktree add` in the repository. Those below our own
 * folder are ours: we hold the lock, so no living process is at them.
 */
export async function removeHalfMade(git: Git, root: string): Promise<void> {
  for (const gitDir of await listAdminDirs(git)) {
    const path = await readAdminPath(gitDir)
    const commonDir = await readFile(join(gitDir, 'commondir'), 'utf8').catch(() => '')
    if (commonDir.trim() === '' && path !== undefined && isInside(root, path)) await rm(gitDir, {recursive: true, force: true})
  }
}
