import {readdir, rm, rmdir, stat} from 'node:fs/promises'
import {join} from 'node:path'

/** Removes empty files, and folders that hold nothing, from a folder and the folder itself; `true` when something is left. */
export async function pruneEmpty(folder: string): Promise<boolean> {
  const entries = await readdir(folder, {withFileTypes: true}).catch(() => [])
  const kept = await Promise.all(
    entries.map((entry) => (entry.isDirectory() ? pruneEmpty(join(folder, entry.name)) : pruneFile(join(folder, entry.name)))),
  )
  if (kept.includes(true)) return true
  await rmdir(folder).catch(() => undefined)
  return false
}

async function pruneFile(file: string): Promise<boolean> {
  const {size} = await stat(file)
  if (size === 0) await rm(file, {force: true})
  return size > 0
}
