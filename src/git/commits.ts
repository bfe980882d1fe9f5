import {readWorktreeHead, checkWorktree, dropIndex, isBrokenIndex, treeTarget, type Worktree} from './worktrees.ts'
import type {Git, TreeTarget} from './git.ts'
import {readCommits} from './objects.ts'
import {readRef} from './refs.ts'

export interface Snapshot {
  readonly tree: string
  /** Folders with a `.git` of their own: not part of the tree. */
  readonly embedded: readonly string[]
  /** How many files the index did not have as they are now. */
  readonly staged: number
}

/** Files on disk and the index that remembers them. */
export interface IndexedFolder {
  readonly path: string
  readonly indexFile: string
}

/**
 * Writes all that is not ignored as a tree, and nothing else: no commit, no ref. The index is brought up to date, so that a
 * person or an agent sees the work as staged.
 */
export async function snapshotTree(git: Git, where: Worktree | IndexedFolder): Promise<Snapshot> {
  if ('indexFile' in where) return stageAll(git, {workTree: where.path, indexFile: where.indexFile})
  await checkWorktree(where)
  try {
    return await stageAll(git, treeTarget(where))
  } catch (error) {
    if (!isBrokenIndex(error)) throw error
    await rebuildIndex(git, where)
    return stageAll(git, treeTarget(where))
  }
}

export interface CommitRequest {
  readonly tree: string
  readonly parents: readonly string[]
  readonly message: string
  readonly trailers?: Readonly<Record<string, string>>
  /** Of author and committer, in a form that git knows. Default: now. */
  readonly date?: string
}

/** Writes a commit in the person's name, or in conduct's when they have none. */
export async function commitTree(git: Git, request: CommitRequest): Promise<string> {
  const {tree, parents, date} = request
  const env: Record<string, string> = date === undefined ? {} : {GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date}
  const args = ['commit-tree', ...parents.flatMap((parent) => ['-p', parent]), '-F', '-', tree]
  const text = formatMessage(request)
  const id = (await git.objects(args, {input: text, env})).trimEnd()
  git.commits.set(id, {id, tree, parents, message: text})
  return id
}

/** Paths that differ between two commits or trees, sorted; a renamed file counts as two. */
export async function changedFiles(git: Git, from: string, to: string): Promise<readonly string[]> {
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--ignore-submodules=none', '--end-of-options', from, to]
  return splitNul(await git.objects(args))
}

/** Value of a trailer in a commit message; the last one when there are several. */
export async function readTrailer(git: Git, sha: string, key: string): Promise<string | undefined> {
  const [commit] = await readCommits(git, [sha])
  return parseTrailers(commit?.message ?? '').get(key.toLowerCase())
}

/** Commits that `to` has and `from` has not, oldest first. */
export async function commitsBetween(git: Git, from: string, to: string): Promise<readonly string[]> {
  const text = await git.objects(['rev-list', '--reverse', '--topo-order', '--end-of-options', to, `^${from}`])
  return text.split('\n').filter((line) => line !== '')
}

/** Merges on the way from `from` to `to` along first parents, oldest first. */
export async function mergesBetween(git: Git, from: string, to: string): Promise<readonly string[]> {
  const text = await git.objects(['rev-list', '--reverse', '--first-parent', '--merges', '--end-of-options', to, `^${from}`])
  return text.split('\n').filter((line) => line !== '')
}

/** Message with its trailers as the last paragraph. */
export function formatMessage({message, trailers = {}}: Pick<CommitRequest, 'message' | 'trailers'>): string {
  const lines = Object.entries(trailers).map(([key, value]) => `${key}: ${value.replaceAll(/\s+/g, ' ').trim()}`)
  const body = message.trimEnd() || 'Work in progress'
  return lines.length === 0 ? `${body}\n` : `${body}\n\n${lines.join('\n')}\n`
}

/** Trailers of a message: the lines of its last paragraph that read `Key: value`, by key in small letters. */
export function parseTrailers(message: string): ReadonlyMap<string, string> {
  const last =
    message
      .trimEnd()
      .split(/\n\s*\n/)
      .at(-1) ?? ''
  const pairs = last.split('\n').map((line) => /^([A-Za-z0-9-]+): *(.*)$/.exec(line))
  return new Map(pairs.flatMap((pair) => (pair?.[1] === undefined ? [] : [[pair[1].toLowerCase(), (pair[2] ?? '').trimEnd()]])))
}

/** The parts of a NUL-separated list. */
export function splitNul(text: string): readonly string[] {
  return text.split('\0').filter((part) => part !== '')
}

/**
 * What `git add -A` does, in two steps of plumbing. `add` asks `git status` about each folder that the index calls a submodule,
 * and that runs whatever the configuration in that folder says; `update-index` does not. Latin-1 keeps the bytes of
 * names that are not UTF-8.
 */
async function stageAll(git: Git, target: TreeTarget): Promise<Snapshot> {
  const list = await git.runTree(target, ['ls-files', '-t', '-z', '--modified', '--others', '--exclude-standard'])
  const entries = splitNul(list.stdout.toString('latin1')).map((entry) => ({isNew: entry.startsWith('?'), name: entry.slice(2)}))
  const files = filesToStage(entries.filter(({name}) => !name.endsWith('/')))
  if (files.length > 0) {
    const input = Buffer.from(`${files.join('\0')}\0`, 'latin1')
    await git.tree(target, ['update-index', '--add', '--remove', '--replace', '-z', '--stdin'], {input})
  }
  const tree = (await git.tree(target, ['write-tree'])).trimEnd()
  const embedded = entries.filter(({name}) => name.endsWith('/'))
  return {tree, embedded: embedded.map(({name}) => Buffer.from(name.slice(0, -1), 'latin1').toString()), staged: files.length}
}

/** A file that became a folder is replaced when what is in the folder is added; by itself, git would refuse its name. */
function filesToStage(entries: readonly {readonly isNew: boolean; readonly name: string}[]): readonly string[] {
  const folders = new Set<string>()
  for (const {name} of entries.filter(({isNew}) => isNew)) {
    for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) folders.add(name.slice(0, end))
  }
  return [...new Set(entries.map(({name}) => name))].filter((name) => !folders.has(name))
}

async function rebuildIndex(git: Git, worktree: Worktree): Promise<void> {
  const head = await readWorktreeHead(git, worktree)
  const commit = head?.sha ?? (head?.ref === undefined ? undefined : await readRef(git, head.ref))
  await dropIndex(worktree)
  if (commit !== undefined) await git.tree(treeTarget(worktree), ['read-tree', '--end-of-options', commit])
}
