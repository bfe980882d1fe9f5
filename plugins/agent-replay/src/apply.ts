import {chmod, copyFile, lstat, mkdir, readdir, rm, rmdir, symlink} from 'node:fs/promises'
import path from 'node:path'
import type {Recording} from './recording.ts'

type Changes = Pick<Recording, 'filesDir' | 'deleted' | 'executable' | 'symlinks'>

/**
 * Does to the worktree what the recorded agent did. Nothing is changed when any path leaves the worktree, by
 * `..`, by a link in the tree, or into git's own folder.
 *
 * @returns why it was refused
 */
export async function applyChanges(worktree: string, changes: Changes): Promise<string | undefined> {
  const files = await listFiles(changes.filesDir)
  const links = Object.entries(changes.symlinks)
  const places = [...changes.deleted, ...changes.executable, ...files, ...links.map(([link]) => link)]
  const outside = places.find((place) => !isInside(place)) ?? links.find(([link, target]) => !staysInside(link, target))?.join(' -> ')
  if (outside !== undefined) return `The recording changes a path outside of the worktree: ${outside}`
  const unrecorded = changes.executable.find((file) => !files.includes(file))
  if (unrecorded !== undefined) return `The recording makes a file executable that it does not hold: ${unrecorded}`
  for (const file of changes.deleted) await deleteFile(worktree, file)
  const linked = await findLinkedParent(worktree, [...files, ...links.map(([link]) => link)])
  if (linked !== undefined) return `The recording writes through a symbolic link of the worktree: ${linked}`
  for (const file of files) await writeFile(worktree, file, path.join(changes.filesDir, file))
  for (const file of changes.executable) await chmod(path.join(worktree, file), 0o755)
  for (const [link, target] of links) await writeLink(worktree, link, target)
  return undefined
}

/** Relative paths, `/`-separated, sorted. */
async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true}).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
  return files.map((file) => file.split(path.sep).join('/')).sort()
}

function isInside(place: string): boolean {
  const parts = place.split('/')
  const isBad = (part: string) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git'
  return !parts.some((part) => isBad(part)) && !place.includes('\0') && !place.includes('\\')
}

function staysInside(link: string, target: string): boolean {
  const reached = path.posix.join(path.posix.dirname(link), target)
  return !path.posix.isAbsolute(target) && reached !== '..' && !reached.startsWith('../')
}

/** Git keeps no empty folders, and neither does a recording. A path behind a link is none of the worktree's. */
async function deleteFile(worktree: string, file: string): Promise<void> {
  if (await findLinkedParent(worktree, [file])) return
  await rm(path.join(worktree, file), {recursive: true, force: true}).catch((error: NodeJS.ErrnoException) => {
    // Its folder is a file by now: it is gone already.
    if (error.code !== 'ENOTDIR') throw error
  })
  for (let folder = path.dirname(file); folder !== '.'; folder = path.dirname(folder)) {
    const isRemoved = await rmdir(path.join(worktree, folder)).then(
      () => true,
      () => false,
    )
    if (!isRemoved) return
  }
}

/** The first folder above one of `files` that is a symbolic link. */
async function findLinkedParent(worktree: string, files: readonly string[]): Promise<string | undefined> {
  const folders = new Set(files.flatMap((file) => parents(file)))
  for (const folder of folders) {
    const found = await lstat(path.join(worktree, folder)).catch(() => undefined)
    if (found?.isSymbolicLink()) return folder
  }
  return undefined
}

function parents(file: string): readonly string[] {
  const parts = file.split('/').slice(0, -1)
  return parts.map((_part, index) => parts.slice(0, index + 1).join('/'))
}

async function writeFile(worktree: string, file: string, source: string): Promise<void> {
  const target = await clear(worktree, file)
  await copyFile(source, target)
  await chmod(target, 0o644)
}

async function writeLink(worktree: string, link: string, to: string): Promise<void> {
  await symlink(to, await clear(worktree, link))
}

/** What was there is removed first: a link would be written through. */
async function clear(worktree: string, file: string): Promise<string> {
  const target = path.join(worktree, file)
  await rm(target, {recursive: true, force: true})
  await mkdir(path.dirname(target), {recursive: true})
  return target
}
