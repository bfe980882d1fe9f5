import {mergesBetween} from '../../git/commits.ts'
import type {Git} from '../../git/git.ts'
import {hasConflictMarkers, mergeTrees} from '../../git/merge.ts'
import {readCommits} from '../../git/objects.ts'
import {createReceipt} from '../../git/receipt.ts'

/** What somebody who settled a conflict on a module's branch left undone. */
export interface Unsettled {
  /** Files that conflict markers are left in. */
  readonly marked: readonly string[]
  /** `path: first line of the hunk` of changes that are gone. */
  readonly lost: readonly string[]
}

/**
 * Looks at the merges that a module's branch took in itself: such a branch merges cleanly, whatever was dropped on the way.
 *
 * @param branch.from where the branch began
 */
export async function checkOwnMerges(git: Git, {from, to}: {readonly from: string; readonly to: string}): Promise<Unsettled> {
  const found: Unsettled[] = []
  for (const merged of await mergesBetween(git, from, to)) found.push(await checkMerge(git, merged))
  return {marked: found.flatMap(({marked}) => marked), lost: found.flatMap(({lost}) => lost)}
}

async function checkMerge(git: Git, merged: string): Promise<Unsettled> {
  const [commit] = await readCommits(git, [merged])
  const [theirs, ours] = commit?.parents ?? []
  if (theirs === undefined || ours === undefined) throw new Error(`Internal error: ${merged} is no merge`)
  const {conflicts} = await mergeTrees(git, {ours, theirs})
  const {hunks_lost: lost} = await createReceipt(git, {ours, theirs, merged, conflicts})
  return {marked: await hasConflictMarkers(git, merged, conflicts), lost}
}
