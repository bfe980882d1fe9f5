import {createHash, type Hash} from 'node:crypto'
import {closeSync, lstatSync, openSync, readlinkSync, readSync, type Stats} from 'node:fs'
import {dirname, sep} from 'node:path'
import type {SeenChange} from './blame.ts'

/** Remembers the tracked files of a checkout, to tell who changed one. Asks no git, which an agent's tree could fool. */
export interface TreePrint {
  /** Files that differ from what was last seen, by name; from then on they are taken as seen. */
  changes(): Promise<readonly SeenChange[]>
}

/** What git calls the content of a file: a hash of it, and its size in bytes. */
export interface KnownContent {
  readonly id: string
  readonly size: number
}

/** What a file looked like: cheap facts, and a hash for when those differ. */
interface FilePrint {
  /** `undefined` for a file that is gone. */
  readonly facts: Facts | undefined
  readonly hash: string
}

type Facts = Pick<Stats, 'size' | 'mtimeMs' | 'ctimeMs' | 'mode' | 'ino'>

/**
 * Takes the first print. Files are relative to `cwd`. Few are ever changed, so a file whose content is known, and which has
 * that size, is read when its facts differ; the others are read at once.
 */
export async function printTree(
  cwd: string,
  files: readonly string[],
  knownContent: (file: string) => KnownContent | undefined = () => undefined,
): Promise<TreePrint> {
  const paths = files.map((file) => `${cwd}${sep}${file}`)
  const prints: FilePrint[] = []
  await inTurns(paths, (path, index) => prints.push(printFile(path, knownContent(files[index] ?? ''))))
  return {
    async changes() {
      const changes: SeenChange[] = []
      await inTurns(paths, (path, index) => {
        const [before, file] = [prints[index], files[index]]
        if (before === undefined || file === undefined || isSame(before.facts, readStats(path))) return
        const after = printFile(path, undefined, algorithmOf(before.hash))
        prints[index] = after
        if (before.hash !== after.hash) changes.push({file, changedAt: after.facts?.ctimeMs ?? changedAbove(path)})
      })
      return changes.sort((one, other) => (one.file < other.file ? -1 : 1))
    },
  }
}

/** When a name was last taken from the nearest folder that is there. */
function changedAbove(path: string): number | undefined {
  const folder = dirname(path)
  return readStats(folder)?.ctimeMs ?? (folder === path ? undefined : changedAbove(folder))
}

/** The disk is asked without the pool of threads, which takes twice the time; others get their turn now and then. */
const BATCH = 1000

async function inTurns(paths: readonly string[], act: (path: string, index: number) => unknown): Promise<void> {
  for (let begin = 0; begin < paths.length; begin += BATCH) {
    paths.slice(begin, begin + BATCH).forEach((path, index) => act(path, begin + index))
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function printFile(path: string, known: KnownContent | undefined, algorithm = 'sha256'): FilePrint {
  const stats = readStats(path)
  if (stats === undefined) return {facts: undefined, hash: ''}
  const {size, mtimeMs, ctimeMs, mode, ino} = stats
  const hash =
    known !== undefined && known.size === size && (stats.isFile() || stats.isSymbolicLink()) ? known.id : hashOf(path, stats, algorithm)
  return {facts: {size, mtimeMs, ctimeMs, mode, ino}, hash}
}

function readStats(path: string): Stats | undefined {
  try {
    return lstatSync(path, {throwIfNoEntry: false})
  } catch {
    // A folder above it is a file by now, or closed.
    return undefined
  }
}

function isSame(before: Facts | undefined, now: Stats | undefined): boolean {
  if (before === undefined || now === undefined) return before === now
  return (
    before.mtimeMs === now.mtimeMs &&
    before.ctimeMs === now.ctimeMs &&
    before.size === now.size &&
    before.ino === now.ino &&
    before.mode === now.mode
  )
}

/** Hashes are told apart by their length. */
const algorithmOf = (hash: string) => (hash.length === 40 ? 'sha1' : 'sha256')

/** As git hashes a blob. */
function hashOf(path: string, stats: Stats, algorithm: string): string {
  const hash = createHash(algorithm).update(`blob ${stats.size}\0`)
  try {
    if (stats.isSymbolicLink()) hash.update(readlinkSync(path, {encoding: 'buffer'}))
    // A submodule is a folder; what is in it is not tracked here.
    else if (stats.isFile()) hashFile(path, hash)
  } catch (error) {
    hash.update(String(error))
  }
  return hash.digest('hex')
}

const CHUNK_BYTES = 1024 * 1024

/** In pieces: a file may be larger than the memory. */
function hashFile(path: string, hash: Hash): void {
  const file = openSync(path, 'r')
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) hash.update(chunk.subarray(0, read))
  } finally {
    closeSync(file)
  }
}
