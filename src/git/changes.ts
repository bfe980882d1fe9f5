import {splitNul} from './commits.ts'
import type {Git} from './git.ts'
import {readObjects} from './objects.ts'

/** One file of a commit or tree that differs from another, with what is in it. */
export type Change =
  | {readonly path: string; readonly deleted: true}
  /** `content` of a symbolic link (120000) is its target. */
  | {readonly path: string; readonly deleted?: false; readonly mode: '100644' | '100755' | '120000'; readonly content: Uint8Array}

/** What `to` has that `from` has not, submodules left out. */
export async function readChanges(git: Git, from: string, to: string): Promise<readonly Change[]> {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--end-of-options', from, to]
  const parts = splitNul(await git.objects(args))
  const entries = parts.flatMap((part, index) =>
    part.startsWith(':') && index % 2 === 0 ? [parseEntry(part, parts[index + 1] ?? '')] : [],
  )
  return withContents(git, entries)
}

/** How these files are in a tree; `deleted` for one that is not there. Submodules are left out. */
export async function readPaths(git: Git, tree: string, paths: ReadonlySet<string>): Promise<readonly Change[]> {
  if (paths.size === 0) return []
  const listed = splitNul(await git.objects(['ls-tree', '-r', '-z', '--full-tree', tree])).map(parseListed)
  const entries = new Map(listed.filter(({path}) => paths.has(path)).map((entry) => [entry.path, entry]))
  return withContents(
    git,
    [...paths].map((path) => entries.get(path) ?? {path, mode: '000000', id: ''}),
  )
}

interface Entry {
  readonly path: string
  readonly mode: string
  readonly id: string
}

async function withContents(git: Git, entries: readonly Entry[]): Promise<readonly Change[]> {
  const ids = entries.flatMap(({id, mode}) => (isFile(mode) ? [id] : []))
  const blobs = await readObjects(git, [...new Set(ids)])
  const contents = new Map(blobs.flatMap((blob) => (blob ? [[blob.id, blob.data] as const] : [])))
  return entries.flatMap(({path, mode, id}) => toChange(path, mode, contents.get(id)))
}

/** `100644 blob ID<TAB>PATH`. */
function parseListed(line: string): Entry {
  const tab = line.indexOf('\t')
  const [mode = '', , id = ''] = line.slice(0, tab).split(' ')
  return {path: line.slice(tab + 1), mode, id}
}

function parseEntry(raw: string, path: string) {
  const [, mode = '', , id = ''] = raw.slice(1).split(' ')
  return {path, mode, id}
}

function toChange(path: string, mode: string, content: Uint8Array | undefined): readonly Change[] {
  if (mode === '000000') return [{path, deleted: true}]
  return isFile(mode) && content !== undefined ? [{path, mode, content}] : []
}

const isFile = (mode: string): mode is '100644' | '100755' | '120000' => ['100644', '100755', '120000'].includes(mode)
