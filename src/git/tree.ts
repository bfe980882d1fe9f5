import {lstatSync, readFileSync, realpathSync} from 'node:fs'
import {realpath} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {splitNul} from './commits.ts'
import {DIFF_OPTIONS, parseDiffs, type FileDiff} from './diff.ts'
import type {Git, TreeTarget} from './git.ts'
import {isInside, readGitFile} from './git-file.ts'
import {withIndexCopy} from './index-copy.ts'
import {toText} from './objects.ts'
import {treeOf} from './refs.ts'
import {createTextReader, MAX_TEXT_BYTES, type Entry} from './text-reader.ts'

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
  /** What git has of a file or link that is as it was committed; `undefined` for what was changed since, or may have been. */
  blobOf(file: string): Blob | undefined
}

export interface Blob {
  /** Its name among the objects: a hash of its kind, its size and what is in it. */
  readonly id: string
  /** In bytes. */
  readonly size: number
}

/** A committed tree, read from the objects. */
export async function openTree(git: Git, {sha, base}: {readonly sha: string; readonly base?: string}): Promise<TreeReader> {
  const [entries, diffs, old] = await Promise.all([
    listTree(git, sha),
    base === undefined ? undefined : diffCommits(git, base, sha),
    listBase(git, base),
  ])
  const files = entries.map(({path}) => path).sort()
  const readText = createTextReader(git, entries, (file) => diffs?.has(file) === true)
  return {
    files,
    changedFiles: changedAmong(files, diffs),
    readText,
    addedLines: lineReader(diffs, readText),
    ...readBase(git, old, diffs),
    blobOf: blobFinder(entries),
  }
}

async function listTree(git: Git, sha: string): Promise<readonly Entry[]> {
  return parseListing(await git.objects(['ls-tree', '-r', '-z', '-l', '--full-tree', '--end-of-options', sha]))
}

async function listBase(git: Git, base: string | undefined): Promise<readonly Entry[] | undefined> {
  return base === undefined ? undefined : listTree(git, base)
}

function readBase(git: Git, entries: readonly Entry[] | undefined, diffs: Diffs | undefined): Pick<TreeReader, 'baseFiles' | 'baseText'> {
  if (entries === undefined) return {baseText: async () => undefined}
  const baseFiles = entries.map(({path}) => path).sort()
  return {baseFiles, baseText: createTextReader(git, entries, (file) => diffs?.has(file) === true)}
}

function blobFinder(entries: readonly Entry[]): TreeReader['blobOf'] {
  const blobs = new Map(entries.filter(({kind}) => kind !== 'submodule').map((entry) => [entry.path, entry]))
  return (file) => blobs.get(file)
}

/** A person's checkout as it is on disk: tracked files, and untracked ones that are not ignored. Nothing is written there. */
export async function openWorkingTree(git: Git, {path, base}: {readonly path: string; readonly base?: string}): Promise<TreeReader> {
  const root = await realpath(path)
  const gitDir = await readGitFile(root)
  if (gitDir === undefined) throw new Error(`Internal error: ${root} is no checkout`)
  return withIndexCopy(gitDir, git.shadowDir, async (indexFile) => {
    const target = {workTree: root, indexFile}
    const [{files, untracked}, diffs, old] = await Promise.all([
      listWorkingTree(git, target),
      base === undefined ? undefined : diffWorkingTree(git, target, base),
      listBase(git, base),
    ])
    const readText = createFileReader(root)
    const isChanged = (file: string) => diffs === undefined || diffs.has(file) || untracked.has(file)
    const known = lineReader(diffs, readText)
    const addedLines = async (file: string) => (untracked.has(file) ? everyLine(await readText(file)) : known(file))
    const blobOf = blobFinder(old ?? [])
    return {
      files,
      changedFiles: files.filter(isChanged),
      readText,
      addedLines,
      ...readBase(git, old, diffs),
      blobOf: (file) => (isChanged(file) ? undefined : blobOf(file)),
    }
  })
}

interface Listing {
  readonly files: readonly string[]
  readonly untracked: ReadonlySet<string>
}

/** Each name has a letter before it: `?` for an untracked file, `R` for one that is gone and was named already. */
async function listWorkingTree(git: Git, target: TreeTarget): Promise<Listing> {
  const options = ['-z', '-t', '--cached', '--deleted', '--others', '--exclude-standard']
  const lines = splitNul(await git.tree(target, ['ls-files', ...options]))
  const named = (isWanted: (tag: string) => boolean) =>
    new Set(lines.filter((line) => isWanted(line.charAt(0))).map((line) => line.slice(2)))
  const gone = named((tag) => tag === 'R')
  const files = [...named((tag) => tag !== 'R')].filter((file) => !gone.has(file) && !file.endsWith('/')).sort()
  return {files, untracked: named((tag) => tag === '?')}
}

type Diffs = ReadonlyMap<string, FileDiff>

async function diffCommits(git: Git, base: string, sha: string): Promise<Diffs> {
  const [from, to] = [await treeOf(git, base), await treeOf(git, sha)]
  const output = parseDiffs(await git.objects(['diff-tree', '--stdin', ...DIFF_OPTIONS], {input: `${from} ${to}\n`}))
  return new Map((output.get(`${from} ${to}`) ?? []).map((file) => [file.path, file]))
}

/** `diff` refreshes the index that it is given: a copy, here. */
async function diffWorkingTree(git: Git, target: TreeTarget, base: string): Promise<Diffs> {
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

const MODE_LENGTH = 6

/** Of lines `100644 blob ID    SIZE\tPATH`: ten thousands of them are too many for expressions. */
function parseListing(text: string): readonly Entry[] {
  return splitNul(text).map((line) => {
    const tab = line.indexOf('\t')
    const idAt = line.indexOf(' ', MODE_LENGTH + 1) + 1
    const idEnd = line.indexOf(' ', idAt)
    const kind = line.startsWith('100') ? 'file' : line.startsWith('120000') ? 'link' : 'submodule'
    return {path: line.slice(tab + 1), id: line.slice(idAt, idEnd), size: Number(line.slice(idEnd, tab)) || 0, kind}
  })
}

/** Asks the disk at once, without the pool of threads: most files are small, and asked for one after the other. */
function createFileReader(root: string): TreeReader['readText'] {
  const inside = new Map<string, boolean>()
  const isReal = (folder: string) => {
    const known = inside.get(folder) ?? isRealIn(root, folder)
    inside.set(folder, known)
    return known
  }
  return async (file) => {
    const path = join(root, file)
    const stat = lstatSync(path, {throwIfNoEntry: false})
    if (!stat?.isFile() || stat.size > MAX_TEXT_BYTES || !isReal(dirname(path))) return undefined
    return toText(readFileSync(path))
  }
}

function isRealIn(root: string, folder: string): boolean {
  const real = realpathSync(folder)
  return real === root || isInside(root, real)
}
