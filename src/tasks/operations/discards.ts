import {readCheckout} from '../../git/checkout.ts'
import {integrationRef} from '../../git/refs.ts'
import {findCheckpoint} from '../reduce.ts'
import type {OperationServices} from './operation.ts'

/**
 * The files with uncommitted changes that a rollback to this checkpoint would take out of the checkout, sorted; empty when
 * there is no such task or checkpoint, which the rollback itself will say. Looks, and changes nothing.
 */
export async function listDiscards(
  {
    taskId,
    checkpointId,
    workingDirectory,
  }: {readonly taskId: string; readonly checkpointId: string; readonly workingDirectory?: string | undefined},
  {readTask, openTaskGit}: Pick<OperationServices, 'readTask' | 'openTaskGit'>,
): Promise<readonly string[]> {
  const {state} = await readTask(taskId)
  const target = findCheckpoint(state, checkpointId)
  // The integration branch is in no checkout.
  if (!target || (target.branch === integrationRef(taskId) && workingDirectory === undefined)) return []
  const {changed, untracked} = await readCheckout(
    await openTaskGit(state.started),
    workingDirectory ?? target.working_directory ?? state.started.working_directory,
  )
  return [...changed, ...untracked].toSorted()
}
