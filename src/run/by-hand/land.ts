import {ConductError} from '../../errors.ts'
import {moveCheckout, readCheckout, refuseHalfDone} from '../../git/checkout.ts'
import {integrationRef, isAncestor, readRef, updateRefs} from '../../git/refs.ts'
import type {WorktreeRecord} from '../../tasks/state.ts'
import {shortBranch} from '../../tasks/views.ts'
import type {TaskContext} from '../context.ts'

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
 * Moves a checkout and its branch to the merge, as a fast-forward does. The integration branch of a run, if there is one, goes
 * along, so that a run that takes over goes on from here.
 *
 * @throws {ConductError} `GIT_FAILED` when local changes are in the way; `ORDER_VIOLATED` when the work of a run is missing there. Nothing is changed then.
 */
export async function land(context: TaskContext, {path, ref, sha}: Target, merged: string): Promise<void> {
  const {git, log} = context
  if (!(await isAncestor(git, log.state.integrationSha, merged))) throw integrationMissing(log.taskId, path, ref)
  const moved = await moveCheckout(git, {path, ref, from: sha, to: merged})
  if (moved === 'refused') throw inTheWay(path, shortBranch(ref))
  const integration = integrationRef(log.taskId)
  const tip = await readRef(git, integration)
  if (tip !== undefined && (await isAncestor(git, tip, merged))) await updateRefs(git, [{ref: integration, to: merged, from: tip}])
}

const integrationMissing = (taskId: string, path: string, ref: string) =>
  new ConductError('ORDER_VIOLATED', `${shortBranch(ref)} lacks what the phases before this one made.`, [
    `Merge that first: git -C '${path}' merge conduct/${taskId}/integration`,
  ])

const inTheWay = (path: string, branch: string) =>
  new ConductError(
    'GIT_FAILED',
    `Changes in ${path} that are not committed are in the way of the merge into ${branch}; nothing was touched.`,
    [`Commit them: git -C '${path}' commit`, `Or put them aside: git -C '${path}' stash --include-untracked`],
  )
