import type {Receipt, Subject} from '../events.ts'
import type {Git} from '../git/git.ts'
import {commitTree, readTrailer} from '../git/commits.ts'
import {mergeTrees} from '../git/merge.ts'
import {createReceipt} from '../git/receipt.ts'
import {integrationRef, readRef, updateRefs} from '../git/refs.ts'
import {findModule, subjectKey} from '../tasks/state.ts'
import {isGood, trailersOf} from './commits.ts'
import {mergeMessage} from './merge-message.ts'
import type {RunContext} from './context.ts'

/** Merges a module's branch into integration, with a receipt, or says that it conflicts. */
export async function performMerge(context: RunContext, phase: number, slug: string): Promise<void> {
  const module = findModule(context.log.state, phase, slug)
  if (module?.sha === undefined) throw new Error(`Internal error: module ${slug} of phase ${phase} has no commit`)
  await context.log.append({type: 'module.merging', phase, module: slug, sha: module.sha})
  await mergeCommit(context, {phase, module: slug, theirs: module.sha})
}

export interface MergeRequest {
  /** 0 for the base branch. */
  readonly phase: number
  readonly module: string
  readonly theirs: string
}

export interface MergeParts {
  /** The common ancestor. Default: the one that git finds. */
  readonly base?: string | undefined
  readonly ours: string
  readonly theirs: string
  readonly message: string
  readonly trailers: Readonly<Record<string, string>>
  /** The merge commit, when an earlier process made it already. */
  readonly done?: string | undefined
}

export type MergeOutcome =
  | {readonly merged: string; readonly receipt: Receipt}
  /** Files that conflict, or that the merge would have taken changes from. */
  | {readonly conflicts: readonly string[]}

/** Makes a merge commit by trees alone: no working tree, no merge driver, no hook, no ref moved. */
export async function makeMerge(git: Git, {base, ours, theirs, message, trailers, done}: MergeParts): Promise<MergeOutcome> {
  const {tree, conflicts} = done === undefined ? await mergeTrees(git, {ours, theirs}) : {tree: '', conflicts: []}
  if (conflicts.length > 0) return {conflicts}
  const merged = done ?? (await commitTree(git, {tree, parents: [ours, theirs], message, trailers}))
  const receipt = await createReceipt(git, {...(base === undefined ? {} : {base}), ours, theirs, merged, conflicts: []})
  return isGood(receipt) ? {merged, receipt} : {conflicts: lostFiles(receipt.hunks_lost)}
}

/** Merges `theirs` into integration. */
export async function mergeCommit(context: RunContext, {phase, module, theirs}: MergeRequest): Promise<void> {
  const {git, log} = context
  const subject: Subject = {kind: 'merge', phase, module}
  const [ours, ref] = [log.state.integrationSha, integrationRef(log.taskId)]
  const done = await adoptMerge(context, ref, ours, subjectKey(subject))
  const parts = {ours, theirs, message: mergeMessage(log.state, subject), trailers: trailersOf(log.taskId, subject), done}
  const outcome = await makeMerge(git, {...parts, base: log.state.phases[phase - 1]?.baseSha})
  if ('conflicts' in outcome) return log.append({type: 'module.conflicted', phase, module, sha: theirs, files: outcome.conflicts})
  const {merged, receipt} = outcome
  if (!done && !(await updateRefs(git, [{ref, to: merged, from: ours}])))
    throw new Error(`Internal error: ${ref} moved while its lease was held`)
  await log.append({type: 'module.merged', phase, module, sha: theirs, merge_sha: merged, receipt})
}

async function adoptMerge({git}: RunContext, ref: string, ours: string, key: string): Promise<string | undefined> {
  const actual = await readRef(git, ref)
  if (actual === undefined || actual === ours) return undefined
  return (await readTrailer(git, actual, 'Conduct-Step')) === key ? actual : undefined
}

/** The files of `hunks_lost`. */
export function lostFiles(lost: readonly string[]): readonly string[] {
  return [...new Set(lost.map((hunk) => hunk.split(': ', 1)[0] ?? hunk))]
}
