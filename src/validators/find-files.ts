import {readdir, realpath} from 'node:fs/promises'
import {join, relative, sep} from 'node:path'
import picomatch from 'picomatch'

/** What a path, folder or glob of the spec matches in a checkout. */
export interface FoundFiles {
  /** Files, relative to the checkout, sorted. */
  readonly files: readonly string[]
  /** None of them is committed: a command of the validation made them. */
  readonly made: boolean
}

const MAX_WALKED = 20_000
const SKIPPED = new Set(['.git', 'node_modules'])

/** Looks among the tracked files first, then on disk. A folder matches by what is in it: an empty one does not. */
export async function findFiles(pattern: string, cwd: string, tracked: readonly string[]): Promise<FoundFiles> {
  const matches = matcher(pattern)
  const committed = tracked.filter((file) => matches(file))
  if (committed.length > 0) return {files: committed, made: false}
  const onDisk = (await walk(cwd)).filter((file) => matches(file))
  return {files: onDisk.sort(), made: onDisk.length > 0}
}

function matcher(pattern: string): (file: string) => boolean {
  const plain = pattern.replace(/^\.\//, '')
  const isGlob = /[*?[{]/.test(plain)
  if (!isGlob) return (file) => file === plain || file.startsWith(plain.endsWith('/') ? plain : `${plain}/`)
  return picomatch(plain.endsWith('/') ? `${plain}**` : plain, {dot: true})
}

/** Every file below a folder; links are not followed out of it. */
async function walk(cwd: string): Promise<readonly string[]> {
  const root = await realpath(cwd)
  const files: string[] = []
  const folders = [root]
  for (let folder = folders.pop(); folder !== undefined && files.length < MAX_WALKED; folder = folders.pop()) {
    for (const entry of await readdir(folder, {withFileTypes: true})) {
      const path = join(folder, entry.name)
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) folders.push(path)
      if (entry.isFile()) files.push(relative(root, path).split(sep).join('/'))
    }
  }
  return files
}
