import {ConductError} from '../../errors.ts'
import {moveCheckout, readCheckout, refuseHalfDone} from '../../git/checkout.ts'
import {integrationRef, isAncestor, readRef, updateRefs} from '../../git/refs.ts'
import type {WorktreeRecord} from '../../tasks/state.ts'
import {shortBranch} from '../../tasks/views.ts'
import type {TaskContext} from '../context.ts'
import {makeMerge} from '../merges.ts'

/** A checkout whose branch is merged into. */
export interface Target {
  readonly path: string
  /** Full name of its branch. */
  readonly ref: string
  readonly sha: string
}

/** @throws {ConductError} when that checkout is on no branch, has no commit, is half way through something, or is the module's own */
export async function findTarget({git}: TaskContext, path: string, record: WorktreeRecord): Promise<Target> {
  const {branch: ref, sha} = await readCheckout(git, path)
  if (ref === undefined)
    throw new ConductError('DETACHED_HEAD', `${path} is on no branch, so nothing can be merged there.`, [
      `Switch to one: git -C '${path}' switch BRANCH`,
    ])
  if (sha === undefined)
    throw new ConductError('NO_COMMIT', `${path} has no commit yet, so nothing can be merged there.`, ['Commit what is there first.'])
  if (ref === record.branch)
    throw new ConductError('USAGE', `${path} is the worktree of ${record.name} itself.`, [
      'Name the checkout to merge into, or none: the one of the task.',
    ])
  await refuseHalfDone(git, path)
  return {path, ref, sha}
}

/**
 * The tip of the target with the phases that a run has merged into the integration branch: they come along.
 *
 * @returns the tip itself when it has them
 * @throws {ConductError} `ORDER_VIOLATED` when they conflict with what is there
 */
export async function withEarlierPhases({git, log}: TaskContext, {path, ref, sha}: Target): Promise<string> {
  const {integrationSha: theirs} = log.state
  if (await isAncestor(git, theirs, sha)) return sha
  if (await isAncestor(git, sha, theirs)) return theirs
  const message = `Merge the phases of task ${log.taskId} that are done`
  const outcome = await makeMerge(git, {ours: sha, theirs, message, trailers: {'Conduct-Task': log.taskId}})
  if ('merged' in outcome) return outcome.merged
  throw new ConductError(
    'ORDER_VIOLATED',
    `What the phases before made conflicts with ${shortBranch(ref)} in ${outcome.conflicts.join(', ')}.`,
    [`Merge that first: git -C '${path}' merge ${theirs}`],
  )
}

/**
 * Moves a checkout and its branch to the merge, as a fast-forward does. The integration branch of a run, if there is one, goes
 * along, so that a run that takes over goes on from here.
 *
 * @throws {ConductError} `GIT_FAILED` when local changes are in the way. Nothing is changed then.
 */
export async function land({git, log}: TaskContext, {path, ref, sha}: Target, merged: string): Promise<void> {
  const moved = await moveCheckout(git, {path, ref, from: sha, to: merged})
  if (moved === 'refused') throw inTheWay(path, shortBranch(ref))
  const integration = integrationRef(log.taskId)
  const tip = await readRef(git, integration)
  if (tip !== undefined && (await isAncestor(git, tip, merged))) await updateRefs(git, [{ref: integration, to: merged, from: tip}])
}

const inTheWay = (path: string, branch: string) =>
  new ConductError(
    'GIT_FAILED',
    `Changes in ${path} that are not committed are in the way of the merge into ${branch}; nothing was touched.`,
    [`Commit them: git -C '${path}' commit`, `Or put them aside: git -C '${path}' stash --include-untracked`],
  )
