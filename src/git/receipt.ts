import type {Role} from '../agents/agent.ts'
import type {Receipt} from '../events.ts'
import {compareMerge, neededBlobs, type MergeFacts} from './compare.ts'
import {countHunks, isSameChange} from './same-change.ts'
import {DIFF_OPTIONS, parseDiffs} from './diff.ts'
import type {Git} from './git.ts'
import {mergeBase} from './merge.ts'
import {readCommits, readObjects, toText, type Commit} from './objects.ts'
import {isAncestor} from './refs.ts'

export interface ReceiptRequest {
  /** The common ancestor. Default: the one that git finds. */
  readonly base?: string
  readonly ours: string
  readonly theirs: string
  readonly merged: string
  /** Files that conflicted and were resolved by hand. */
  readonly conflicts: readonly string[]
  readonly resolvedBy?: Role
}

/** Proves, from the commits alone, that a merge has both sides in it; or says what it lost. */
export async function createReceipt(git: Git, request: ReceiptRequest): Promise<Receipt> {
  const {conflicts, resolvedBy} = request
  const baseId = request.base ?? (await mergeBase(git, request.ours, request.theirs))
  const [ours, theirs, merged, base] = await readCommits(git, [request.ours, request.theirs, request.merged, ...(baseId ? [baseId] : [])])
  if (!ours || !theirs || !merged) throw new Error('Internal error: a commit of the merge is missing')
  const baseTree = base?.tree ?? EMPTY_TREES[git.repository.objectFormat] ?? ''
  const {checked, lost} = isTrivial(baseTree, ours, theirs, merged)
    ? {checked: 0, lost: []}
    : await compare(git, {baseTree, ours, theirs, merged, conflicts})
  return {
    reachable: await isReachable(git, merged, [ours.id, theirs.id]),
    hunks_checked: checked,
    hunks_lost: lost,
    conflicts,
    ...(resolvedBy === undefined ? {} : {resolved_by: resolvedBy}),
  }
}

/** Only one side changed anything, and the result is that side to the last byte. */
function isTrivial(base: string, ours: Commit, theirs: Commit, merged: Commit): boolean {
  return (ours.tree === base && merged.tree === theirs.tree) || (theirs.tree === base && merged.tree === ours.tree)
}

interface Trees {
  readonly baseTree: string
  readonly ours: Commit
  readonly theirs: Commit
  readonly merged: Commit
  readonly conflicts: readonly string[]
}

/**
 * A clean merge has changed `ours` by what `theirs` had changed in the base, and by nothing else: then no hunk of either side
 * is gone. It takes the module's own changes to see that, not those of all that was merged before it. Only when the two do
 * not match line by line is everything counted.
 */
async function compare(git: Git, trees: Trees): Promise<Comparison> {
  const {baseTree, ours, theirs, merged, conflicts} = trees
  if (conflicts.length > 0) return compareAll(git, trees)
  const [wanted, done] = [`${baseTree} ${theirs.tree}`, `${ours.tree} ${merged.tree}`]
  const diffs = parseDiffs(await git.objects(['diff-tree', '--stdin', ...DIFF_OPTIONS], {input: `${wanted}\n${done}\n`}))
  const changes = diffs.get(wanted) ?? []
  return isSameChange(changes, diffs.get(done) ?? []) ? {checked: countHunks(changes), lost: []} : compareAll(git, trees)
}

interface Comparison {
  readonly checked: number
  readonly lost: readonly string[]
}

async function compareAll(git: Git, {baseTree, ours, theirs, merged, conflicts}: Trees): Promise<Comparison> {
  const pair = ({tree}: Commit) => `${baseTree} ${tree}`
  const input = [...new Set([ours, theirs, merged].map((commit) => `${pair(commit)}\n`))].join('')
  const diffs = parseDiffs(await git.objects(['diff-tree', '--stdin', ...DIFF_OPTIONS], {input}))
  const filesOf = (commit: Commit) => diffs.get(pair(commit)) ?? []
  const facts: MergeFacts = {ours: filesOf(ours), theirs: filesOf(theirs), merged: filesOf(merged), conflicts: new Set(conflicts)}
  const ids = neededBlobs(facts)
  const blobs = await readObjects(git, ids)
  return compareMerge(facts, new Map(ids.map((id, index) => [id, blobs[index] && toText(blobs[index].data)])))
}

async function isReachable(git: Git, merged: Commit, sides: readonly string[]): Promise<boolean> {
  for (const side of sides) {
    const isNear = merged.id === side || merged.parents.includes(side)
    if (!isNear && !(await isAncestor(git, side, merged.id))) return false
  }
  return true
}

/** Unrelated histories have the empty tree in common. git knows it without having stored it. */
const EMPTY_TREES: Readonly<Record<string, string>> = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
}
