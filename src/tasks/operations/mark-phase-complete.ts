import * as z from 'zod'
import {ConductError} from '../../errors.ts'
import type {CheckpointCreated, EventData} from '../../events.ts'
import {isAncestor} from '../../git/refs.ts'
import {findCheckpoint} from '../reduce.ts'
import {currentPhase, type PhaseState, type TaskState} from '../state.ts'
import {completePhases, viewTask} from '../views.ts'
import {defineOperation, type OperationServices} from './operation.ts'
import {checkpointNotFound, refuseEnded, validationFailed} from './refusals.ts'
import {checkpointId, label, requestId, taskId, taskState} from './schemas.ts'

export const markPhaseComplete = defineOperation({
  name: 'mark_phase_complete',
  title: 'Mark phase complete',
  summary: 'Mark the current phase complete, with the checkpoint that holds it.',
  isReadOnly: false,
  hints: {isIdempotent: true},
  input: z.strictObject({
    task_id: taskId,
    phase_name: label.describe('Name of the phase as in the spec.'),
    checkpoint_id: checkpointId,
    request_id: requestId,
  }),
  output: taskState,
  async handle({task_id, phase_name, checkpoint_id}, services) {
    const {withTask, conclude} = services
    return withTask(task_id, async (log) => {
      const {state} = log
      refuseEnded(state)
      const checkpoint = findCheckpoint(state, checkpoint_id)
      if (!checkpoint) throw checkpointNotFound(state, checkpoint_id)
      const index = phaseToComplete(state, phase_name, checkpoint_id)
      if (index !== undefined) await refuseGap(state, checkpoint, services)
      const events: EventData[] = index === undefined ? [] : [{type: 'phase.completed', phase: index, name: phase_name, checkpoint_id}]
      return conclude(log, events, viewTask)
    })
  },
})

/** Index of the phase (0: a task without a spec), or `undefined` when it is complete with this checkpoint already. */
function phaseToComplete(state: TaskState, name: string, checkpointId: string): number | undefined {
  if (!state.started.spec) return completePhases(state).includes(name) ? undefined : 0
  const phase = state.phases.find((candidate) => candidate.phase.name === name || candidate.phase.title === name)
  if (!phase) throw phaseNotFound(state, name)
  if (phase.stage === 'complete' && phase.checkpointId === checkpointId) return undefined
  refuseWrongOrder(state, phase)
  if (phase.validation && !phase.validation.passed) {
    throw validationFailed(state, phase)
  }
  return phase.phase.index
}

/** A checkpoint of one phase holds the phases before it: they may have been made on another branch. */
async function refuseGap(state: TaskState, {id, sha}: CheckpointCreated, {openTaskGit}: OperationServices): Promise<void> {
  const before = state.phases.findLast(({stage}) => stage === 'complete')
  const earlier = before?.checkpointId === undefined ? undefined : findCheckpoint(state, before.checkpointId)
  if (!before || !earlier || earlier.sha === sha) return
  if (await isAncestor(await openTaskGit(state.started), earlier.sha, sha)) return
  throw new ConductError('ORDER_VIOLATED', `Checkpoint ${id} lacks what ${before.phase.name} made: checkpoint ${earlier.id}.`, [
    `Merge that, and make a new checkpoint: git merge ${earlier.sha}`,
  ])
}

function refuseWrongOrder(state: TaskState, phase: PhaseState): void {
  const current = currentPhase(state)
  if (current === phase) return
  const problem =
    phase.stage === 'complete'
      ? `${phase.phase.name} is complete already, with checkpoint ${phase.checkpointId}.`
      : `${phase.phase.name} cannot be complete before ${current?.phase.name}.`
  throw new ConductError('ORDER_VIOLATED', problem, [`See where the task stands: conduct state --task ${state.started.task_id}`])
}

const phaseNotFound = (state: TaskState, name: string) =>
  new ConductError('PHASE_NOT_FOUND', `The spec has no phase called "${name}".`, [
    `It has: ${state.phases.map(({phase}) => phase.name).join(', ')}`,
  ])
