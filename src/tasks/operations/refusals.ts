import {ConductError} from '../../errors.ts'
import type {PhaseState, TaskState} from '../state.ts'

/** What more than one operation refuses. */

/** A task that is over stays as it is. @throws {ConductError} `ORDER_VIOLATED` */
export function refuseEnded({status, started}: TaskState): void {
  if (status !== 'complete' && status !== 'cancelled') return
  throw new ConductError('ORDER_VIOLATED', `Task ${started.task_id} is ${status}: nothing of it can be changed any more.`, [
    'Start another one: conduct start DESCRIPTION',
  ])
}

export const checkpointNotFound = ({started, checkpoints}: TaskState, id: string) =>
  new ConductError('CHECKPOINT_NOT_FOUND', `Task ${started.task_id} has no checkpoint ${id}.`, [
    checkpoints.length === 0
      ? `It has none yet; make one: conduct checkpoint PHASE --task ${started.task_id}`
      : `List them: conduct checkpoint list --task ${started.task_id}`,
  ])

export const validationFailed = ({started}: TaskState, {phase}: PhaseState) =>
  new ConductError('VALIDATION_FAILED', `The last validation of ${phase.name} failed, so it cannot be complete.`, [
    `See what it found: conduct status ${started.task_id}`,
    `Repair it, commit, and validate again: conduct phase validate ${phase.index} --task ${started.task_id}`,
    `Or let conduct repair and validate it: conduct resume ${started.task_id}`,
  ])
