import {EXIT} from '../errors.ts'
import {toResult, type RunResult} from '../run/result.ts'
import type {TaskState} from '../tasks/state.ts'

/** The result of a run as it stands: `exit_code` is `null` as long as nothing can be said of the end. */
export type StatusResult = Omit<RunResult, 'exit_code'> & {readonly exit_code: number | null; readonly is_running: boolean}

/**
 * A task at this moment, in the form of the result it will have.
 *
 * @param isRunning whether a living process works on it: a log alone cannot know that its runner was killed
 */
export function toStatusResult(state: TaskState, isRunning: boolean): StatusResult {
  const exitCode = exitCodeOf(state, isRunning)
  const result = toResult(state, exitCode ?? EXIT.INTERRUPTED)
  return {
    ...result,
    reason: isRunning ? `It runs. Watch it: conduct status ${result.task_id} --watch` : reasonOf(state, result),
    exit_code: exitCode,
    is_running: isRunning,
  }
}

function exitCodeOf({ending, finish, pause}: TaskState, isRunning: boolean): number | null {
  if (ending) return ending.exitCode
  if (isRunning) return null
  if (finish.blocked) return EXIT.CONFLICT
  return pause ? EXIT.RATE_LIMIT : null
}

/** A task that no run ever worked on was not interrupted: it was only started, or somebody conducts it by hand. */
function reasonOf(state: TaskState, {reason, task_id: id}: RunResult): string {
  const {status, attemptsBegun, phases, worktrees, checkpoints} = state
  const isByHand = status === 'pending' && attemptsBegun === 0 && phases.every(({stage}) => stage === 'pending' || stage === 'complete')
  if (!isByHand) return reason
  const isBegun = worktrees.length > 0 || checkpoints.length > 0 || phases.some(({validation}) => validation !== undefined)
  if (isBegun && state.started.spec) return `It is conducted by hand, or by an agent. To let conduct finish it: conduct resume ${id}`
  return state.started.spec
    ? `Nothing was done yet. Go on with: conduct resume ${id}`
    : `It has no spec: it is driven by hand. Make a checkpoint: conduct checkpoint PHASE --task ${id}`
}
