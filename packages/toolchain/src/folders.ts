import {posix} from 'node:path'

/** A folder of the tree and every one above it, the root (`.`) last. */
export function foldersAbove(dir: string): readonly string[] {
  return dir === '.' || dir === '' ? ['.'] : [dir, ...foldersAbove(posix.dirname(dir))]
}

/** The closest of some folders at or above a file; `undefined` when the file is in none. */
export function nearestFolder(file: string, folders: ReadonlySet<string>): string | undefined {
  return foldersAbove(posix.dirname(file)).find((folder) => folders.has(folder))
}
