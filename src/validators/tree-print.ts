import {createHash, type Hash} from 'node:crypto'
import {closeSync, lstatSync, openSync, readlinkSync, readSync, type Stats} from 'node:fs'
import {sep} from 'node:path'

/** Remembers the tracked files of a checkout, to tell who changed one. Asks no git, which an agent's tree could fool. */
export interface TreePrint {
  /** Files that differ from what was last seen; from then on they are taken as seen. */
  changes(): Promise<readonly string[]>
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
  const pathOf = (file: string) => `${cwd}${sep}${file}`
  const prints = new Map<string, FilePrint>()
  await inTurns(files, (file) => prints.set(file, printFile(pathOf(file), knownContent(file))))
  return {
    async changes() {
      const changed: string[] = []
      await inTurns(files, (file) => {
        const path = pathOf(file)
        const before = prints.get(file)
        if (before === undefined || isSame(before.facts, readStats(path))) return
        const after = printFile(path, undefined, algorithmOf(before.hash))
        prints.set(file, after)
        if (before.hash !== after.hash) changed.push(file)
      })
      return changed.sort()
    },
  }
}

/** The disk is asked without the pool of threads, which takes twice the time; others get their turn now and then. */
const BATCH = 1000

async function inTurns(files: readonly string[], act: (file: string) => unknown): Promise<void> {
  for (let begin = 0; begin < files.length; begin += BATCH) {
    for (const file of files.slice(begin, begin + BATCH)) act(file)
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
