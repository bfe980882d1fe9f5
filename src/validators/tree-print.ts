import {createHash} from 'node:crypto'
import {lstat, readFile, readlink} from 'node:fs/promises'
import {join} from 'node:path'

/** What a file looked like: cheap facts, and a hash for when those differ. */
interface FilePrint {
  readonly facts: string
  readonly hash: string
}

/** Remembers the tracked files of a checkout, to tell who changed one. Asks no git, which an agent's tree could fool. */
export interface TreePrint {
  /** Files that differ from what was last seen; from then on they are taken as seen. */
  changes(): Promise<readonly string[]>
}

const BATCH = 64

/** Takes the first print. Files are relative to `cwd`. */
export async function printTree(cwd: string, files: readonly string[]): Promise<TreePrint> {
  const prints = new Map<string, FilePrint>()
  await inBatches(files, async (file) => prints.set(file, await printFile(cwd, file)))
  return {
    async changes() {
      const changed: string[] = []
      await inBatches(files, async (file) => {
        const before = prints.get(file)
        if (before?.facts === (await readFacts(cwd, file))) return
        const after = await printFile(cwd, file)
        prints.set(file, after)
        if (before?.hash !== after.hash) changed.push(file)
      })
      return changed.sort()
    },
  }
}

async function inBatches(files: readonly string[], act: (file: string) => Promise<unknown>): Promise<void> {
  for (let begin = 0; begin < files.length; begin += BATCH) await Promise.all(files.slice(begin, begin + BATCH).map(act))
}

async function printFile(cwd: string, file: string): Promise<FilePrint> {
  const facts = await readFacts(cwd, file)
  return {facts, hash: facts === '' ? '' : await hashFile(join(cwd, file))}
}

/** `''` for a file that is gone. */
async function readFacts(cwd: string, file: string): Promise<string> {
  const found = await lstat(join(cwd, file)).catch(() => undefined)
  return found === undefined ? '' : [found.size, found.mtimeMs, found.ctimeMs, found.mode, found.ino].join(' ')
}

async function hashFile(path: string): Promise<string> {
  const content = await readLinkOrFile(path).catch((error: unknown) => String(error))
  return createHash('sha256').update(content).digest('hex')
}

async function readLinkOrFile(path: string): Promise<string | Buffer> {
  const found = await lstat(path)
  if (found.isSymbolicLink()) return `link ${await readlink(path)}`
  // A submodule is a folder; what is in it is not tracked here.
  return found.isFile() ? readFile(path) : 'no file'
}
