import type {FileDiff, Hunk} from './diff.ts'

/** Do two differences change the same files in the same way, line by line? Where the lines stand may differ. */
export function isSameChange(one: readonly FileDiff[], other: readonly FileDiff[]): boolean {
  return one.length === other.length && one.every((file, index) => isSameFile(file, other[index]))
}

/** Hunks of a difference; a file without any (binary, empty, a mode) counts as one. */
export function countHunks(files: readonly FileDiff[]): number {
  return files.reduce((sum, {hunks}) => sum + Math.max(hunks.length, 1), 0)
}

function isSameFile(one: FileDiff, other: FileDiff | undefined): boolean {
  if (other === undefined || one.path !== other.path || one.newMode !== other.newMode) return false
  if (one.newId === other.newId) return true
  if (one.oldMode !== other.oldMode || one.isBinary || other.isBinary || one.hunks.length === 0) return false
  return one.hunks.length === other.hunks.length && one.hunks.every((hunk, index) => isSameHunk(hunk, other.hunks[index]))
}

function isSameHunk(one: Hunk, other: Hunk | undefined): boolean {
  return other !== undefined && isSameText(one.removed, other.removed) && isSameText(one.added, other.added)
}

const isSameText = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((line, index) => line === other[index])
