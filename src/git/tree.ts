import {lstat, readFile, realpath} from 'node:fs/promises'
import {join} from 'node:path'
import {splitNul} from './commits.ts'
import {DIFF_OPTIONS, parseDiffs, type FileDiff} from './diff.ts'
import type {Git} from './git.ts'
import {isInside, readGitFile} from './git-file.ts'
import {withIndexCopy} from './index-copy.ts'
import {readObjects, toText} from './objects.ts'
import {treeOf} from './refs.ts'

/** What a validator may know of a tree. */
export interface TreeReader {
  /** Every file, `/`-separated, sorted. */
  readonly files: readonly string[]
  /** Those that the base has not, or has differently; all without a base. */
  readonly changedFiles: readonly string[]
  /** Lines (from 1) that the base does not have; every line of a new file. */
  addedLines(file: string): Promise<ReadonlySet<number>>
  /** `undefined` for a binary, a link, a file over 1 MiB, and what is not there. */
  readText(file: string): Promise<string | undefined>
  /** Every file of the base, sorted; absent without a base. */
  readonly baseFiles?: readonly string[]
  /** As `readText`, of the base. */
  baseText(file: string): Promise<string | undefined>
}

const MAX_TEXT_BYTES = 1024 * 1024
/** Files are read ahead in groups of about this size, since validators go through them in order. */
const GROUP_BYTES = 4 * MAX_TEXT_BYTES
const GROUPS_KEPT = 4

/** A committed tree, read from the objects. */
export async function openTree(git: Git, {sha, base}: {readonly sha: string; readonly base?: string}): Promise<TreeReader> {
  const {files, readText} = await readTree(git, sha)
  const diffs = base === undefined ? undefined : await diffTrees(git, await treeOf(git, base), await treeOf(git, sha))
  return {
    files,
    changedFiles: changedAmong(files, diffs),
    readText,
    addedLines: lineReader(diffs, readText),
    ...(await readBase(git, base)),
  }
}

async function readTree(git: Git, sha: string): Promise<Pick<TreeReader, 'files' | 'readText'>> {
  const entries = parseListing(await git.objects(['ls-tree', '-r', '-z', '-l', '--full-tree', '--end-of-options', sha]))
  return {files: entries.map(({path}) => path).sort(), readText: textReader(git, entries)}
}

async function readBase(git: Git, base: string | undefined): Promise<Pick<TreeReader, 'baseFiles' | 'baseText'>> {
  if (base === undefined) return {baseText: async () => undefined}
  const {files, readText} = await readTree(git, base)
  return {baseFiles: files, baseText: readText}
}

/** A person's checkout as it is on disk: tracked files, and untracked ones that are not ignored. Nothing is written there. */
export async function openWorkingTree(git: Git, {path, base}: {readonly path: string; readonly base?: string}): Promise<TreeReader> {
  const root = await realpath(path)
  const gitDir = await readGitFile(root)
  if (gitDir === undefined) throw new Error(`Internal error: ${root} is no checkout`)
  return withIndexCopy(gitDir, git.shadowDir, async (indexFile) => {
    const target = {workTree: root, indexFile}
    const all = splitNul(await git.tree(target, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']))
    const gone = new Set(splitNul(await git.tree(target, ['ls-files', '-z', '--deleted'])))
    const files = [...new Set(all)].filter((file) => !gone.has(file) && !file.endsWith('/')).sort()
    const diffs = base === undefined ? undefined : await diffWorkingTree(git, target, base)
    const untracked = new Set(splitNul(await git.tree(target, ['ls-files', '-z', '--others', '--exclude-standard'])))
    const readText = (file: string) => readTextFile(root, file)
    const isChanged = (file: string) => diffs === undefined || diffs.has(file) || untracked.has(file)
    const known = lineReader(diffs, readText)
    const addedLines = async (file: string) => (untracked.has(file) ? everyLine(await readText(file)) : known(file))
    return {files, changedFiles: files.filter(isChanged), readText, addedLines, ...(await readBase(git, base))}
  })
}

type Diffs = ReadonlyMap<string, FileDiff>

async function diffTrees(git: Git, from: string, to: string): Promise<Diffs> {
  const output = parseDiffs(await git.objects(['diff-tree', '--stdin', ...DIFF_OPTIONS], {input: `${from} ${to}\n`}))
  return new Map((output.get(`${from} ${to}`) ?? []).map((file) => [file.path, file]))
}

/** `diff` refreshes the index that it is given: a copy, here. */
async function diffWorkingTree(git: Git, target: {workTree: string; indexFile: string}, base: string): Promise<Diffs> {
  const options = DIFF_OPTIONS.filter((option) => option !== '-r' && option !== '--ignore-submodules=none')
  const text = await git.tree(target, ['diff', ...options, '--ignore-submodules=dirty', '--end-of-options', base, '--'])
  const header = `${'0'.repeat(40)} ${'0'.repeat(40)}`
  return new Map((parseDiffs(`${header}\n${text}`).get(header) ?? []).map((file) => [file.path, file]))
}

function changedAmong(files: readonly string[], diffs: Diffs | undefined): readonly string[] {
  return diffs === undefined ? files : files.filter((file) => diffs.has(file))
}

function lineReader(diffs: Diffs | undefined, readText: TreeReader['readText']): TreeReader['addedLines'] {
  return async (file) => {
    if (diffs === undefined) return everyLine(await readText(file))
    const hunks = diffs.get(file)?.hunks ?? []
    return new Set(hunks.flatMap(({newStart, added}) => added.map((_line, index) => newStart + index)))
  }
}

function everyLine(text: string | undefined): ReadonlySet<number> {
  if (text === undefined || text === '') return new Set()
  return new Set(
    text
      .replace(/\n$/, '')
      .split('\n')
      .map((_line, index) => index + 1),
  )
}

interface Entry {
  readonly path: string
  readonly id: string
  readonly size: number
  readonly isFile: boolean
}

function parseListing(text: string): readonly Entry[] {
  return splitNul(text).map((line) => {
    const tab = line.indexOf('\t')
    const [mode = '', , id = '', size = '0'] = line.slice(0, tab).split(/ +/)
    return {path: line.slice(tab + 1), id, size: Number(size) || 0, isFile: mode.startsWith('100')}
  })
}

function textReader(git: Git, entries: readonly Entry[]): TreeReader['readText'] {
  const groups = groupEntries(entries.filter(({isFile, size}) => isFile && size <= MAX_TEXT_BYTES))
  const groupOf = new Map(groups.flatMap((group, index) => group.map(({path}) => [path, index] as const)))
  const loaded = new Map<number, Promise<ReadonlyMap<string, Buffer>>>()
  const load = (index: number) => {
    const group = loaded.get(index) ?? readGroup(git, groups[index] ?? [])
    loaded.delete(index)
    loaded.set(index, group)
    for (const old of [...loaded.keys()].slice(0, -GROUPS_KEPT)) loaded.delete(old)
    return group
  }
  return async (file) => {
    const index = groupOf.get(file)
    const data = index === undefined ? undefined : (await load(index)).get(file)
    return data && toText(data)
  }
}

function groupEntries(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const groups: Entry[][] = []
  let room = 0
  for (const entry of entries) {
    if (groups.length === 0 || entry.size > room) {
      groups.push([])
      room = GROUP_BYTES
    }
    groups.at(-1)?.push(entry)
    room -= entry.size
  }
  return groups
}

async function readGroup(git: Git, entries: readonly Entry[]): Promise<ReadonlyMap<string, Buffer>> {
  const objects = await readObjects(
    git,
    entries.map(({id}) => id),
  )
  return new Map(entries.flatMap(({path}, index) => (objects[index] ? [[path, objects[index].data] as const] : [])))
}

async function readTextFile(root: string, file: string): Promise<string | undefined> {
  const path = join(root, file)
  const stat = await lstat(path).catch(() => undefined)
  if (!stat?.isFile() || stat.size > MAX_TEXT_BYTES || !isInside(root, await realpath(path))) return undefined
  return toText(await readFile(path))
}
