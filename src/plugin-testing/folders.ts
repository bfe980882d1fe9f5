import {mkdir, mkdtemp, readdir, realpath, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join, relative} from 'node:path'
import type {Files} from './types.ts'

/** A temporary folder, gone when `use` has settled. */
export async function withFolder<Value>(use: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'conduct-plugin-')))
  try {
    return await use(folder)
  } finally {
    await rm(folder, {recursive: true, force: true, maxRetries: 5})
  }
}

/** Writes the files of a tree. */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  await mkdir(folder, {recursive: true})
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), {recursive: true})
    await writeFile(join(folder, name), text)
  }
}

/** What Python leaves beside what it ran; conduct ignores it, too. */
const CACHES = /__pycache__|\.pytest_cache/

/** Name and time of every file below a folder: equal twice when nothing wrote there. */
export async function printFolder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true})
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const prints = await Promise.all(files.map(async (file) => `${relative(folder, file)} ${(await stat(file)).mtimeMs}`))
  return prints.filter((print) => !CACHES.test(print)).sort()
}

/** Lines, from 1, that the other text does not have. */
export function linesNotIn(before: string | undefined, text: string): ReadonlySet<number> {
  const old = new Set(before?.split('\n') ?? [])
  const lines = text.split('\n').map((line, index) => ({line, number: index + 1}))
  return new Set(lines.filter(({line}) => !old.has(line)).map(({number}) => number))
}
