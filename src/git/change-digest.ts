import {createHash} from 'node:crypto'
import {DIFF_OPTIONS, parseDiffs, type FileDiff} from './diff.ts'
import type {Git} from './git.ts'

/** What a change does, wherever its lines stand: the same for two commits that add and remove the same. */
export async function readChangeDigest(git: Git, from: string, to: string): Promise<string> {
  const text = await git.objects(['diff-tree', '--stdin', ...DIFF_OPTIONS], {input: `${from} ${to}\n`})
  return digestChange([...parseDiffs(text).values()].flat())
}

export function digestChange(files: readonly FileDiff[]): string {
  const parts = files.map(({path, newMode, newId, hunks}) => [
    path,
    newMode,
    hunks.length > 0 ? hunks.map(({removed, added}) => [removed, added]) : newId,
  ])
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
