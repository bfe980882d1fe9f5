import {chmod, lstat, readdir, rename, rm} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {Git} from './git.ts'

/** Moves a folder out of the way at once and deletes it in the background. What an earlier process left goes too. */
export async function discard(git: Git, path: string): Promise<void> {
  const parent = dirname(path)
  try {
    await rename(path, join(parent, `${PREFIX}${crypto.randomUUID()}`))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  sweepTrash(git, parent)
}

/** Deletes, in the background, what was discarded in a folder by a process that did not live to delete it. */
export function sweepTrash(git: Git, parent: string): void {
  git.background(emptyTrash(parent).catch(() => undefined))
}

const PREFIX = '.trash-'

async function emptyTrash(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => [])
  for (const name of names.filter((entry) => entry.startsWith(PREFIX))) await removeForce(join(parent, name))
}

/** Resolves when all that was discarded is deleted. */
export const drainTrash = (git: Git): Promise<void> => git.drain()

async function removeForce(path: string): Promise<void> {
  try {
    await rm(path, {recursive: true, force: true})
  } catch {
    // Folders without write permission, such as Go's module cache.
    await makeWritable(path)
    await rm(path, {recursive: true, force: true, maxRetries: 3})
  }
}

async function makeWritable(path: string): Promise<void> {
  const stat = await lstat(path).catch(() => undefined)
  if (!stat?.isDirectory()) return
  await chmod(path, 0o700)
  for (const name of await readdir(path)) await makeWritable(join(path, name))
}
