import {EXIT} from '../errors.ts'
import {currentPhase, type TaskState} from '../tasks/state.ts'
import {decideFinish} from './decide-finish.ts'
import {decidePhase} from './decide-phase.ts'
import type {DecideOptions, Step} from './step.ts'

/**
 * The steps that may be in flight now. Pure: same state and options, same answer, so resuming a run needs no
 * code of its own. An empty list means that the task is at its end (or waits for a person).
 */
export function decide(state: TaskState, options: DecideOptions): readonly Step[] {
  if (state.status === 'complete' || state.status === 'failed' || state.status === 'cancelled') return []
  if (state.cancelRequested) return [{type: 'cancel'}]
  if (state.finish.blocked || isAwaited(state)) return []
  const steps = decideWork(state, options)
  return isPaused(state, options.now) ? pauseAgents(state, steps) : steps
}

/** A person has been asked, and has not answered yet. */
function isAwaited({finish}: TaskState): boolean {
  return finish.awaiting !== undefined && finish.awaiting !== finish.approved
}

function isPaused({pause}: TaskState, now: number): boolean {
  return pause !== undefined && Date.parse(pause.until) > now
}

const LAUNCHES: ReadonlySet<Step['type']> = new Set(['attempt', 'review', 'audit'])

/** While a provider asks to wait, no new agent is launched; everything else goes on. */
function pauseAgents(state: TaskState, steps: readonly Step[]): readonly Step[] {
  return [...steps.filter(({type}) => !LAUNCHES.has(type)), {type: 'wait', until: state.pause?.until ?? ''}]
}

function decideWork(state: TaskState, options: DecideOptions): readonly Step[] {
  const overBudget = checkBudget(state, options)
  if (overBudget) return [overBudget]
  const phase = currentPhase(state)
  return phase ? decidePhase(state, phase, options) : decideFinish(state, options)
}

function checkBudget(state: TaskState, options: DecideOptions): Step | undefined {
  const [usd, tokens] = [state.raisedLimits.usd ?? options.usd, state.raisedLimits.tokens ?? options.tokens]
  if (state.finish.merged) return undefined
  if (usd !== undefined && state.usage.usd >= usd)
    return {type: 'fail', exitCode: EXIT.BUDGET, reason: `The budget of ${usd} USD is reached (${state.usage.usd.toFixed(2)} USD spent).`}
  if (tokens !== undefined && state.usage.tokens >= tokens)
    return {type: 'fail', exitCode: EXIT.BUDGET, reason: `The budget of ${tokens} tokens is reached (${state.usage.tokens} used).`}
  return undefined
}
