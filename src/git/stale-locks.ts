import {readdir, rm} from 'node:fs/promises'
import {join} from 'node:path'
import type {Git} from './git.ts'

export interface LockOwner {
  readonly taskId: string
  /** Git directories of the task's worktrees. */
  readonly gitDirs: readonly string[]
}

/**
 * Removes the locks that a killed git left on the refs and worktrees of a task, which git itself never does, and says which.
 * Only for whoever holds the task's lease, once nothing of the task runs any more.
 */
export async function removeStaleLocks(git: Git, {taskId, gitDirs}: LockOwner): Promise<readonly string[]> {
  const {commonDir} = git.repository
  const folders = [join(commonDir, 'refs', 'heads', 'conduct', taskId), join(commonDir, 'refs', 'conduct', taskId)]
  const refs = await Promise.all(folders.map((folder) => listLocks(folder, {recursive: true})))
  const trees = await Promise.all(gitDirs.map((folder) => listLocks(folder, {recursive: false})))
  const locks = [...refs, ...trees].flat()
  for (const lock of locks) await rm(lock, {force: true})
  return locks
}

async function listLocks(folder: string, options: {readonly recursive: boolean}): Promise<readonly string[]> {
  const names = await readdir(folder, options).catch(() => [])
  return names.filter((name) => name.endsWith('.lock')).map((name) => join(folder, name))
}
