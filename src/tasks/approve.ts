import {ConductError} from '../errors.ts'
import type {TaskLog} from './task-log.ts'

/**
 * Records that a person allows the verified result to land. It holds for that commit alone: when the base branch
 * moves, there is another commit to approve.
 *
 * @returns the approved commit
 * @throws {ConductError} `ORDER_VIOLATED` when nothing waits for approval
 */
export async function approveTask(log: TaskLog): Promise<string> {
  const {awaiting, approved} = log.state.finish
  if (awaiting === undefined) {
    throw new ConductError('ORDER_VIOLATED', `Nothing of task ${log.taskId} waits for approval.`, [
      `See where it stands: conduct status ${log.taskId}`,
    ])
  }
  if (awaiting !== approved) await log.append({type: 'approval.given', sha: awaiting})
  return awaiting
}
