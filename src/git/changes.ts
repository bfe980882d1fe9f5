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
  const ids = entries.flatMap(({id, mode}) => (isFile(mode) ? [id] : []))
  const blobs = await readObjects(git, [...new Set(ids)])
  const contents = new Map(blobs.flatMap((blob) => (blob ? [[blob.id, blob.data] as const] : [])))
  return entries.flatMap(({path, mode, id}) => toChange(path, mode, contents.get(id)))
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
