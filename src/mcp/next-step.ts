import * as z from 'zod'
import {getPhases} from '../run/by-hand/get-phases.ts'
import {mergeModule} from '../run/by-hand/merge-module.ts'
import {validatePhase} from '../run/by-hand/validate-phase.ts'
import {createCheckpoint} from '../tasks/operations/checkpoints.ts'
import {completeTask} from '../tasks/operations/complete-task.ts'
import {getTaskState} from '../tasks/operations/get-task-state.ts'
import {markPhaseComplete} from '../tasks/operations/mark-phase-complete.ts'
import type {Operation} from '../tasks/operations/operation.ts'
import {rollbackToCheckpoint} from '../tasks/operations/rollback.ts'
import type {TaskStateView} from '../tasks/operations/schemas.ts'
import {startTask} from '../tasks/operations/start-task.ts'
import {cleanupWorktrees, createWorktree} from '../tasks/operations/worktrees.ts'

/** What is added to every result. */
export const nextField = z.string().nullable().optional().describe('What is to be done after this, when the task goes by its brief.')

type Fields = Readonly<Record<string, unknown>>

/**
 * What the brief asks for after a tool, said once more where the result is read: an agent whose context was cut has no brief
 * any more. It points and decides nothing. Pure; `undefined` where nothing follows of itself.
 */
export function nextStep(tool: string, output: Fields, args: Fields): string | undefined {
  return STEPS.get(tool)?.(output, args)
}

const STEPS: ReadonlyMap<string, (output: Fields, args: Fields) => string | undefined> = new Map([
  step(startTask, ({task_id, spec}) =>
    spec === null ? 'There is no spec, so there are no phases: ask the user for one.' : `get_phases(task_id: "${task_id}").`,
  ),
  step(getTaskState, afterState),
  step(getPhases, ({phases}) => {
    const open = phases.find(({status}) => status !== 'complete')
    return open && `create_worktree for each module of ${open.name}: ${open.modules.map(({slug}) => slug).join(', ')}.`
  }),
  step(
    createWorktree,
    (_output, {name}) => `launch one agent that works in this path alone; when it has ended, merge_module(name: ${JSON.stringify(name)}).`,
  ),
  step(mergeModule, ({merged, next}) => (merged ? 'validate_phase, when every module of the phase is merged.' : (next ?? undefined))),
  step(validatePhase, ({passed, phase, round}) => (passed ? afterPass(phase) : afterFailure(`fix-${round}`))),
  step(
    createCheckpoint,
    ({id}, {phase}) => `mark_phase_complete(phase_name: ${JSON.stringify(phase)}, checkpoint_id: "${id}"), if its last validation passed.`,
  ),
  step(markPhaseComplete, ({current_phase}) =>
    current_phase === null ? LAST : `cleanup_worktrees, then ${current_phase}: create_worktree for each of its modules.`,
  ),
  step(cleanupWorktrees, ({kept}) =>
    kept.length > 0 ? 'settle why these are kept; nothing of them was removed.' : 'the next phase, or complete_task when all are complete.',
  ),
  step(rollbackToCheckpoint, () => 'get_task_state says which phase is the current one now.'),
  step(completeTask, ({status, sha}) => `report to the user: the task is ${status}, at ${sha.slice(0, 9)}.`),
])

const LAST = 'every phase is complete: cleanup_worktrees, then complete_task.'

function afterState({status, current_phase, phases, spec}: TaskStateView): string | undefined {
  if (status === 'complete' || status === 'cancelled') return `report to the user: the task is ${status}.`
  const current = phases.find(({name}) => name === current_phase)
  if (!current) return spec === null ? undefined : LAST
  const {name, modules, validation} = current
  const open = modules.filter((module) => module.status !== 'complete').map((module) => module.name)
  if (validation?.passed) return afterPass(name)
  if (validation) return `${name} failed its last validation. If it was mended since, validate_phase; else ${afterFailure('fix-1')}`
  if (open.length === 0) return `validate_phase(phase_name: "${name}").`
  return `${name}: create_worktree for each module that has none, an agent in each, then merge_module. Open: ${open.join(', ')}.`
}

const afterPass = (phase: string) => `create_checkpoint(phase: "${phase}"), then mark_phase_complete with its id.`

const afterFailure = (name: string) =>
  `create_checkpoint of what is merged, create_worktree(name: "${name}"), a fix-executor there with these findings, ` +
  `merge_module(name: "${name}"), validate_phase again. What no repair can mend, tell the user.`

function step<Output extends z.ZodObject>(
  {name, output}: Operation<z.ZodObject, Output>,
  say: (output: z.output<Output>, args: Fields) => string | undefined,
): readonly [string, (output: Fields, args: Fields) => string | undefined] {
  return [name, (result, args) => say(output.parse(result), args)]
}
