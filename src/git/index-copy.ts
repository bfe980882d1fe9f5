import {copyFile, rm, stat, utimes} from 'node:fs/promises'
import {join} from 'node:path'

/** Lets git work on a copy of a checkout's index, so that nothing it refreshes is written to the checkout. */
export async function withIndexCopy<T>(gitDir: string, folder: string, work: (indexFile: string) => Promise<T>): Promise<T> {
  const indexFile = join(folder, `index-${crypto.randomUUID()}`)
  try {
    await copyIndex(join(gitDir, 'index'), indexFile)
    return await work(indexFile)
  } finally {
    await rm(indexFile, {force: true})
  }
}

/**
 * git trusts the times in an index that are older than the index itself. A copy must not look younger than its original, or
 * a file that changed in the very moment the index was written would pass for unchanged.
 */
async function copyIndex(from: string, to: string): Promise<void> {
  const found = await stat(from).catch(() => undefined)
  if (!found) return
  await copyFile(from, to)
  const seconds = Math.floor(found.mtimeMs / 1000)
  await utimes(to, seconds, seconds)
}
