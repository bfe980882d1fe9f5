import {splitNul, snapshotTree} from './commits.ts'
import type {Git} from './git.ts'
import {withIndexCopy} from './index-copy.ts'
import {readObjects} from './objects.ts'

/** One file that differs from a commit, with what is in it now. */
export type Change =
  | {readonly path: string; readonly deleted: true}
  /** `content` of a symbolic link (120000) is its target. */
  | {readonly path: string; readonly deleted?: false; readonly mode: '100644' | '100755' | '120000'; readonly content: Uint8Array}

/** What the files below `path` have that the commit `from` has not. Nothing there is written, and the index there is not asked. */
export async function readChanges(git: Git, {path, from}: {readonly path: string; readonly from: string}): Promise<readonly Change[]> {
  const tree = await withIndexCopy('', git.shadowDir, async (indexFile) => {
    await git.tree({indexFile}, ['read-tree', '--end-of-options', from])
    return (await snapshotTree(git, {path, indexFile})).tree
  })
  const raw = await git.objects(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--end-of-options', from, tree])
  const parts = splitNul(raw)
  const entries = parts.flatMap((part, index) =>
    index % 2 === 0 ? [{fields: part.slice(1).split(' '), path: parts[index + 1] ?? ''}] : [],
  )
  const blobs = await readObjects(
    git,
    entries.map(({fields}) => fields[3] ?? '').filter((id) => !/^0+$/.test(id)),
  )
  const contents = new Map(blobs.flatMap((blob) => (blob ? [[blob.id, blob.data] as const] : [])))
  return entries.flatMap(({fields: [, mode = '', , id = ''], path: file}) => toChange(file, mode, contents.get(id)))
}

function toChange(path: string, mode: string, content: Uint8Array | undefined): readonly Change[] {
  if (mode === '000000') return [{path, deleted: true}]
  if (mode !== '100644' && mode !== '100755' && mode !== '120000') return []
  return content === undefined ? [] : [{path, mode, content}]
}
