import {stat} from 'node:fs/promises'
import {join, posix} from 'node:path'

/** The files of one commit, with folders that can be asked for without the disk. Paths are relative, with `/`; the root is `''`. */
export interface Tree {
  readonly files: readonly string[]
  has(file: string): boolean
  isFolder(folder: string): boolean
  /** Names of files and folders in a folder; empty when there is none. */
  children(folder: string): ReadonlySet<string>
  /** Each file is read once. */
  readText(file: string): Promise<string | undefined>
  /** Files that are not committed: what a setup command generated. */
  isOnDisk(path: string): Promise<boolean>
}

export function createTree(cwd: string, files: readonly string[], readText: (file: string) => Promise<string | undefined>): Tree {
  const known = new Set(files)
  // Of the base they are hardly ever asked for.
  let listed: Folders | undefined
  const folders = () => (listed ??= listFolders(files))
  const texts = new Map<string, Promise<string | undefined>>()
  return {
    files,
    has: (file) => known.has(file),
    isFolder: (folder) => folders().has(folder),
    children: (folder) => folders().get(folder) ?? NONE,
    readText: (file) => remember(texts, file, () => (known.has(file) ? readText(file) : Promise.resolve(undefined))),
    isOnDisk: (path) =>
      stat(join(cwd, path)).then(
        () => true,
        () => false,
      ),
  }
}

const NONE: ReadonlySet<string> = new Set()

type Folders = ReadonlyMap<string, ReadonlySet<string>>

function listFolders(files: readonly string[]): Folders {
  const folders = new Map<string, Set<string>>([['', new Set()]])
  for (const file of files) {
    let path = file
    // A folder that is known already has its own parents.
    for (let isNew = true; isNew && path !== '';) {
      const folder = folderOf(path)
      isNew = !folders.has(folder)
      const names = folders.get(folder) ?? new Set()
      folders.set(folder, names.add(path.slice(folder === '' ? 0 : folder.length + 1)))
      path = folder
    }
  }
  return folders
}

/** `''` for a file in the root. */
export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
}

/** The folder itself and those above it, nearest first, the root last. */
export function foldersAbove(folder: string): readonly string[] {
  return folder === '' ? [''] : [folder, ...foldersAbove(folderOf(folder))]
}

/** Joins with `/`, and follows `.` and `..`; `undefined` when that leads out of the tree. */
export function within(folder: string, path: string): string | undefined {
  const joined = posix.join(folder, path).replace(/\/$/, '')
  if (joined === '..' || joined.startsWith('../') || joined.startsWith('/')) return undefined
  return joined === '.' ? '' : joined
}

/** What `make` gives is kept, so that nothing is worked out twice. */
export function remember<Key, Value>(kept: Map<Key, Value>, key: Key, make: () => Value): Value {
  if (!kept.has(key)) kept.set(key, make())
  // The line above has just set it.
  return kept.get(key) as Value
}
