import {mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {holdsArchive, unpackArchive, type Archive} from './archive.ts'

/** Goes at a folder that others unpack, or spoil, at the same time. */
const MAX_GOES = 5
/** A draft that is older was left by a process that died. */
const DRAFT_LIFE_MS = 3_600_000

/**
 * Unpacks the archive as `folder`; what is there already and is something else makes room for it. It is unpacked beside and
 * renamed, so that nobody ever finds half of it, and two that do so at once both find it.
 *
 * @throws {Error} when it cannot be written: a disk that is full or may only be read
 */
export function placeArchive(folder: string, archive: Archive): void {
  mkdirSync(dirname(folder), {recursive: true, mode: 0o700})
  sweep(dirname(folder))
  const draft = mkdtempSync(join(dirname(folder), DRAFT))
  try {
    unpackArchive(archive, join(draft, 'new'))
    for (let go = 1; !settle(draft, folder, archive); go += 1) if (go === MAX_GOES) throw new Error(`${folder} is changed again and again`)
  } finally {
    rmSync(draft, {recursive: true, force: true})
  }
}

/** Whether the folder is whole now: made of the draft, or by another who was first. */
function settle(draft: string, folder: string, {files}: Archive): boolean {
  try {
    renameSync(join(draft, 'new'), folder)
    return true
  } catch (error) {
    if (!isInTheWay(error)) throw error
  }
  if (holdsArchive(folder, files)) return true
  // Spoilt: it is taken away. Another may have done so a moment ago.
  try {
    renameSync(folder, mkdtempSync(join(draft, 'old-')))
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error
    rmSync(folder, {recursive: true, force: true})
  }
  return false
}

const DRAFT = '.draft-'

/** Deletes what processes left that died while they unpacked. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder).filter((name) => name.startsWith(DRAFT))) {
    const facts = statSync(join(folder, name), {throwIfNoEntry: false})
    if (facts && Date.now() - facts.mtimeMs > DRAFT_LIFE_MS) rmSync(join(folder, name), {recursive: true, force: true})
  }
}

/** Windows says that it may not. */
function isInTheWay(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM'].includes(codeOf(error) ?? '')
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
