import type {Subject} from '../events.ts'
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

/** Merges `theirs` into integration by trees alone: no working tree, no merge driver, no hook. */
export async function mergeCommit(context: RunContext, {phase, module, theirs}: MergeRequest): Promise<void> {
  const {git, log} = context
  const subject: Subject = {kind: 'merge', phase, module}
  const [ours, ref] = [log.state.integrationSha, integrationRef(log.taskId)]
  const done = await adoptMerge(context, ref, ours, subjectKey(subject))
  const {tree, conflicts} = done ? {tree: '', conflicts: []} : await mergeTrees(git, {ours, theirs})
  if (conflicts.length > 0) return log.append({type: 'module.conflicted', phase, module, sha: theirs, files: conflicts})
  const merged =
    done ??
    (await commitTree(git, {
      tree,
      parents: [ours, theirs],
      message: mergeMessage(log.state, subject),
      trailers: trailersOf(log.taskId, subject),
    }))
  const base = log.state.phases[phase - 1]?.baseSha
  const receipt = await createReceipt(git, {...(base === undefined ? {} : {base}), ours, theirs, merged, conflicts: []})
  if (!isGood(receipt)) return log.append({type: 'module.conflicted', phase, module, sha: theirs, files: lostFiles(receipt.hunks_lost)})
  if (!done && !(await updateRefs(git, [{ref, to: merged, from: ours}])))
    throw new Error(`Internal error: ${ref} moved while its lease was held`)
  await log.append({type: 'module.merged', phase, module, sha: theirs, merge_sha: merged, receipt})
}

async function adoptMerge({git}: RunContext, ref: string, ours: string, key: string): Promise<string | undefined> {
  const actual = await readRef(git, ref)
  if (actual === undefined || actual === ours) return undefined
  return (await readTrailer(git, actual, 'Conduct-Step')) === key ? actual : undefined
}

function lostFiles(lost: readonly string[]): readonly string[] {
  return [...new Set(lost.map((hunk) => hunk.split(': ', 1)[0] ?? hunk))]
}
