import type {FileDiff, Hunk} from './diff.ts'

/** What a merge made of two sides; all three are differences from their common base. */
export interface MergeFacts {
  readonly ours: readonly FileDiff[]
  readonly theirs: readonly FileDiff[]
  readonly merged: readonly FileDiff[]
  /** Files in which the merge needed a hand. */
  readonly conflicts: ReadonlySet<string>
}

/** Text of a blob by its id; `undefined` for a binary one. */
export type Texts = ReadonlyMap<string, string | undefined>

/** Blobs that `compareMerge` has to look into: those of files that both sides had a part in. */
export function neededBlobs(facts: MergeFacts): readonly string[] {
  const merged = byPath(facts.merged)
  const open = [...facts.ours, ...facts.theirs].filter((file) => {
    const result = merged.get(file.path)
    return result !== undefined && result.newId !== file.newId
  })
  const ids = open.flatMap((file) => [file.oldId, merged.get(file.path)?.newId ?? ''])
  const moved = open.some((file) => isAbsent(merged.get(file.path)?.newId ?? '')) ? mixedFiles(facts).map(({newId}) => newId) : []
  return [...new Set([...ids, ...moved])].filter((id) => id !== '' && !isAbsent(id))
}

/**
 * Looks for every change of both sides in the merged tree.
 *
 * Outside conflicted files the lines are counted: each must be there as often as the base and the changes of both sides make
 * it. A conflicted file may be written anew, but some word that a change brought in must be left of each change.
 */
export function compareMerge(facts: MergeFacts, texts: Texts): {readonly checked: number; readonly lost: readonly string[]} {
  const merged = byPath(facts.merged)
  const context = {facts, texts, merged}
  const sides = [
    [facts.ours, byPath(facts.theirs)],
    [facts.theirs, byPath(facts.ours)],
  ] as const
  const results = sides.flatMap(([side, other]) => side.map((file) => checkFile({...context, other}, file)))
  return {checked: results.reduce((sum, {checked}) => sum + checked, 0), lost: [...new Set(results.flatMap(({lost}) => lost))]}
}

interface Context {
  readonly facts: MergeFacts
  readonly texts: Texts
  readonly merged: ReadonlyMap<string, FileDiff>
  /** The other side. */
  readonly other: ReadonlyMap<string, FileDiff>
}

interface FileResult {
  readonly checked: number
  readonly lost: readonly string[]
}

function checkFile(context: Context, file: FileDiff): FileResult {
  const modeLost = isModeLost(context, file) ? [`${file.path}: mode ${file.newMode}`] : []
  const modes = isModeChange(file) ? 1 : 0
  const content = file.oldId === file.newId ? {checked: 0, lost: []} : checkContent(context, file)
  return {checked: content.checked + modes, lost: [...content.lost, ...modeLost]}
}

function checkContent(context: Context, file: FileDiff): FileResult {
  const result = context.merged.get(file.path)
  const checked = Math.max(file.hunks.length, 1)
  const all = {
    checked,
    lost: isOpaque(file) || file.hunks.length === 0 ? [`${file.path}: ${nameWhole(file)}`] : file.hunks.map((hunk) => nameHunk(file, hunk)),
  }
  const none = {checked, lost: []}
  const isConflict = context.facts.conflicts.has(file.path)
  if (result?.newId === file.newId) return none
  if (isAbsent(file.oldId) && context.facts.merged.some(({newId}) => newId === file.newId)) return none
  // The merged tree has the file as the base had it.
  if (result === undefined) return all
  if (isAbsent(file.newId)) return isConflict ? none : all
  if (isOpaque(file)) return isConflict && !isOneSide(context, result) ? none : all
  const lost = isAbsent(result.newId)
    ? lostElsewhere(context, file)
    : isConflict
      ? lostWords(context, file, result)
      : lostLines(context, file, result)
  return {checked, lost: lost.map((hunk) => nameHunk(file, hunk))}
}

/** The merge took the other side's file, or none: this side's is gone. */
function isOneSide({other}: Context, result: FileDiff): boolean {
  return isAbsent(result.newId) || result.newId === other.get(result.path)?.newId
}

/** The file is gone in the merged tree: the other side deleted or renamed it, so the lines must have moved along. */
function lostElsewhere({facts, texts}: Context, file: FileDiff): readonly Hunk[] {
  const places = mixedFiles(facts).map(({newId}) => new Set(toLines(texts.get(newId))))
  const isKept = (hunk: Hunk) => places.some((lines) => solid(hunk.added).every((line) => lines.has(line)))
  return file.hunks.filter((hunk) => !isKept(hunk))
}

function lostWords({texts, other}: Context, file: FileDiff, result: FileDiff): readonly Hunk[] {
  const before = wordsOf(texts.get(file.oldId) ?? '')
  const after = wordsOf(texts.get(result.newId) ?? '')
  const theirs = wordsOf((other.get(file.path)?.hunks ?? []).flatMap(({added}) => added).join('\n'))
  return file.hunks.filter(({added}) => {
    const fresh = [...wordsOf(added.join('\n'))].filter((word) => !before.has(word))
    // A word that both sides brought in says nothing about this one, unless it has no other.
    const own = fresh.filter((word) => !theirs.has(word))
    const telling = own.length > 0 ? own : fresh
    return telling.length > 0 && !telling.some((word) => after.has(word))
  })
}

function lostLines(context: Context, file: FileDiff, result: FileDiff): readonly Hunk[] {
  const {texts, other} = context
  const expected = countLines(toLines(texts.get(file.oldId)))
  for (const {added, removed} of distinctHunks([...file.hunks, ...(other.get(file.path)?.hunks ?? [])])) {
    for (const line of added) expected.set(line, (expected.get(line) ?? 0) + 1)
    for (const line of removed) expected.set(line, (expected.get(line) ?? 0) - 1)
  }
  for (const line of removedElsewhere(context, file)) expected.set(line, (expected.get(line) ?? 0) - 1)
  const actual = countLines(toLines(texts.get(result.newId)))
  const difference = (line: string) => (actual.get(line) ?? 0) - (expected.get(line) ?? 0)
  return file.hunks.filter(({added, removed}) =>
    added.length > 0 ? solid(added).some((line) => difference(line) < 0) : solid(removed).some((line) => difference(line) > 0),
  )
}

/** A new file may be an old one renamed: then the merge takes out of it what the other side took out of the old one. */
function removedElsewhere({facts, other}: Context, file: FileDiff): readonly string[] {
  if (!isAbsent(file.oldId)) return []
  const side = facts.ours.includes(file) ? facts.ours : facts.theirs
  const renamed = side.filter(({path, newId}) => isAbsent(newId) && other.has(path))
  return renamed.flatMap(({path}) => other.get(path)?.hunks ?? []).flatMap(({removed}) => removed)
}

/** What both sides changed in the same way is in the merged file once. */
function distinctHunks(hunks: readonly Hunk[]): Iterable<Hunk> {
  return new Map(hunks.map((hunk) => [JSON.stringify([hunk.oldStart, hunk.removed, hunk.added]), hunk])).values()
}

/** Files of the merged tree that are neither side's: the merge put them together. */
function mixedFiles({ours, theirs, merged}: MergeFacts): readonly FileDiff[] {
  const sides = [byPath(ours), byPath(theirs)]
  return merged.filter(({path, newId}) => !isAbsent(newId) && sides.every((side) => side.get(path)?.newId !== newId))
}

function isModeLost({merged, other}: Context, file: FileDiff): boolean {
  if (!isModeChange(file) || isModeChange(other.get(file.path))) return false
  const result = merged.get(file.path)
  return result === undefined || (result.newMode !== file.newMode && !isAbsent(result.newId))
}

function isModeChange(file: FileDiff | undefined): boolean {
  return file !== undefined && file.oldMode !== file.newMode && isRegular(file.oldMode) && isRegular(file.newMode)
}

const isRegular = (mode: string) => mode.startsWith('100')
const isAbsent = (id: string) => /^0+$/.test(id)

/** Binaries, links and submodules are there as a whole or not at all. */
function isOpaque(file: FileDiff): boolean {
  return file.isBinary || [file.oldMode, file.newMode].some((mode) => mode !== '000000' && !isRegular(mode))
}

const byPath = (files: readonly FileDiff[]): ReadonlyMap<string, FileDiff> => new Map(files.map((file) => [file.path, file]))

function nameHunk({path}: FileDiff, {added, removed}: Hunk): string {
  const line = solid(added)[0] ?? `-${solid(removed)[0] ?? ''}`
  return `${path}: ${line.trim().slice(0, 120)}`
}

function nameWhole({oldId, newId}: FileDiff): string {
  if (isAbsent(oldId)) return 'the new file'
  return isAbsent(newId) ? 'the deletion' : 'the new content'
}

const solid = (lines: readonly string[]) => lines.filter((line) => line.trim() !== '')

function toLines(text: string | undefined): readonly string[] {
  return (text ?? '').replace(/\n$/, '').split('\n')
}

function countLines(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  return counts
}

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.match(/[\p{L}\p{N}_]+/gu))
