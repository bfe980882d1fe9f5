import {lstat} from 'node:fs/promises'
import {endMarked} from '../process.ts'
import {commitTree, readTrailer, snapshotTree} from '../git/commits.ts'
import {integrationRef, isAncestor, keptRef, readRef, updateRefs} from '../git/refs.ts'
import {removeStaleLocks} from '../git/stale-locks.ts'
import {sweepTrash} from '../git/trash.ts'
import {restoreWorktree} from '../git/worktrees.ts'
import {toWorktree, type OpenAttempt, type WorktreeRecord} from '../tasks/state.ts'
import type {RunContext} from './context.ts'
import {dropWorktree} from './worktree-steps.ts'

/**
 * Reality beats the record: before a runner acts it ends what a dead one left running, keeps what interrupted
 * agents had written, and repairs what drifted. Everything it does is said as an event.
 */
export async function recoverTask(context: RunContext): Promise<void> {
  await endOrphans(context)
  await unlock(context)
  for (const attempt of context.log.state.openAttempts) await settleInterrupted(context, attempt)
  for (const record of context.log.state.worktrees) await repairWorktree(context, record)
  await repairIntegration(context)
  sweepTrash(context.git, context.places.worktrees)
}

/** Ends what a dead owner of the task left running. An operation does no more than that: the rest is for the next run. */
export async function endOrphans({log}: Pick<RunContext, 'log'>): Promise<void> {
  const pids = await endMarked(log.taskId)
  if (pids.length > 0) await log.append({type: 'orphans.killed', pids})
}

/** What ran is dead by now, so a lock that is still there is nobody's. */
async function unlock({log, git}: RunContext): Promise<void> {
  const gitDirs = log.state.worktrees.flatMap(({gitDir}) => (gitDir === '' ? [] : [gitDir]))
  const locks = await removeStaleLocks(git, {taskId: log.taskId, gitDirs})
  if (locks.length > 0)
    await log.append({type: 'drift.repaired', what: `A killed git had left locks, which are removed: ${locks.join(', ')}.`})
}

/** What the agent had written is kept under a ref; its worktree goes back to where the attempt began. */
export async function settleInterrupted(context: RunContext, attempt: OpenAttempt): Promise<void> {
  const {log, git} = context
  const attemptId = attempt.attempt_id
  if (!(await isFolder(attempt.cwd))) return log.append({type: 'attempt.interrupted', attempt_id: attemptId})
  const record = log.state.worktrees.find(({path}) => path === attempt.cwd)
  if (!record?.isReady) return log.append({type: 'attempt.interrupted', attempt_id: attemptId})
  const worktree = toWorktree(record)
  const kept = keptRef(log.taskId, attemptId)
  const {tree} = await snapshotTree(git, worktree)
  const sha = await commitTree(git, {
    tree,
    parents: [attempt.start_sha],
    message: `Interrupted attempt ${attemptId}`,
    trailers: {'Conduct-Task': log.taskId},
  })
  await updateRefs(git, [{ref: kept, to: sha, from: (await readRef(git, kept)) ?? null}])
  await restoreBranch(context, worktree.ref, attempt.start_sha)
  await restoreWorktree(git, worktree, attempt.start_sha)
  await log.append({type: 'attempt.interrupted', attempt_id: attemptId, kept})
}

/** The interrupted agent may have committed: those commits are in the kept ref's tree, the branch begins anew. */
async function restoreBranch({git, log}: RunContext, ref: string | null, sha: string): Promise<void> {
  if (ref === null) return
  const tip = await readRef(git, ref)
  if (tip === undefined || tip === sha) return
  await updateRefs(git, [
    {ref: keptRef(log.taskId, `${sha.slice(0, 8)}-${tip.slice(0, 8)}`), to: tip, from: null},
    {ref, to: sha, from: tip},
  ])
}

async function repairWorktree(context: RunContext, record: WorktreeRecord): Promise<void> {
  const isTemporary = record.phase === 0 && record.name !== 'integration' && isCheck(record.name)
  if (isTemporary) return dropWorktree(context, record)
  if (!record.isReady || (await isFolder(record.path))) return
  await dropWorktree(context, record)
  await context.log.append({type: 'drift.repaired', what: `The worktree ${record.path} was gone; it is made again when it is needed.`})
}

function isCheck(name: string): boolean {
  return name.startsWith('check-') || name.startsWith('baseline-')
}

/**
 * The integration branch must be where the log says, or one step further: a commit that carries this task's
 * trailers on top of the recorded tip is the effect of a step whose event was not written any more.
 */
async function repairIntegration({git, log}: RunContext): Promise<void> {
  const ref = integrationRef(log.taskId)
  const [recorded, actual] = [log.state.integrationSha, await readRef(git, ref)]
  if (log.state.finish.merged || actual === recorded) return
  if (actual === undefined) {
    await updateRefs(git, [{ref, to: recorded, from: null}])
    if (log.state.version > 2) await log.append({type: 'drift.repaired', what: `The branch ${ref} was gone; it is at ${recorded} again.`})
    return
  }
  const isOurs = (await readTrailer(git, actual, 'Conduct-Task')) === log.taskId && (await isAncestor(git, recorded, actual))
  if (isOurs) return
  // A person went on by hand: what they made stands on what was here.
  if (await isAncestor(git, actual, recorded)) return void (await updateRefs(git, [{ref, to: recorded, from: actual}]))
  const kept = keptRef(log.taskId, `integration-${actual.slice(0, 8)}`)
  await updateRefs(git, [
    {ref: kept, to: actual, from: (await readRef(git, kept)) ?? null},
    {ref, to: recorded, from: actual},
  ])
  await log.append({
    type: 'drift.repaired',
    what: `Somebody moved ${ref}; it is at ${recorded} again, and their commit is kept as ${kept}.`,
  })
}

/** Is there a folder, and no link to one? */
export async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isDirectory() ?? false
}
