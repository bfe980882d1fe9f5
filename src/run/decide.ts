import {EXIT} from '../errors.ts'
import {currentPhase, workOf, type TaskState} from '../tasks/state.ts'
import {chooseAgent, hasAgent as hasAgentFor, type AgentSettings, type Launch} from './choose-agent.ts'
import {boundParallel} from './bound-parallel.ts'
import {budgetsFor, nameBudget} from './budgets.ts'
import {decideFinish} from './decide-finish.ts'
import {decidePhase} from './decide-phase.ts'
import {launchOf, type DecideOptions, type Limits, type Step} from './step.ts'

/**
 * The steps that may be in flight now. Pure: same state and options, same answer, so resuming a run needs no
 * code of its own. An empty list means that the task is at its end (or waits for a person).
 */
export function decide(state: TaskState, options: DecideOptions): readonly Step[] {
  if (state.status === 'complete' || state.status === 'failed' || state.status === 'cancelled') return []
  if (state.cancelRequested) return [{type: 'cancel'}]
  if (state.finish.blocked || isAwaited(state)) return []
  const {agents} = options
  const hasAgent = (launch: Launch) => agents !== undefined && hasAgentFor(agents, state, launch)
  const planned = decideWork(state, {...options, hasAgent})
  const over = planned.flatMap((step) => checkLaunch(state, step, options))
  const steps = over.length > 0 ? over.slice(0, 1) : planned
  return isPaused(state, options.now) ? pauseAgents(state, steps) : holdBack(state, steps, options)
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

type Wait = Extract<Step, {type: 'wait'}>

/** What every agent that could do it was asked to wait for is launched when the first of them is free. */
function holdBack(state: TaskState, steps: readonly Step[], options: DecideOptions): readonly Step[] {
  const {agents, now} = options
  if (agents === undefined) return steps
  const waits = new Map(steps.map((step) => [step, waitOf(agents, state, step, now)]))
  const [first] = [...waits.values()].filter((wait) => wait !== undefined).sort((one, other) => (one.until < other.until ? -1 : 1))
  const ready = boundParallel(
    state,
    steps.filter((step) => waits.get(step) === undefined),
    options,
  )
  return first === undefined ? ready : [...ready, first]
}

function waitOf(agents: AgentSettings, state: TaskState, step: Step, now: number): Wait | undefined {
  const launch = launchOf(step)
  const chosen = launch && chooseAgent(agents, state, launch, now)
  if (chosen === undefined) return undefined
  if ('until' in chosen) return {type: 'wait', until: chosen.until}
  const {retryAt} = state.strain[chosen.agent.backend] ?? {}
  return retryAt !== undefined && Date.parse(retryAt) > now ? {type: 'wait', until: retryAt, isShort: true} : undefined
}

function decideWork(state: TaskState, options: Limits): readonly Step[] {
  const overBudget = checkBudget(state, options)
  if (overBudget) return [overBudget]
  const phase = currentPhase(state)
  return phase ? decidePhase(state, phase, options) : decideFinish(state, options)
}

/** No agent is launched whose phase or module has no budget left, nor any after one was stopped for a budget. */
function checkLaunch(state: TaskState, step: Step, {budgets = {}}: DecideOptions): readonly Step[] {
  const launch = launchOf(step)
  if (!launch || workOf(state, launch.subject).open !== undefined) return []
  const fail = (what: string): readonly Step[] => [{type: 'fail', exitCode: EXIT.BUDGET, reason: `${what} is reached.`}]
  if (state.overdrawn !== undefined) return fail(state.overdrawn)
  const {subject} = launch
  const spent = budgetsFor({...budgets, ...state.raisedLimits}, state, subject).find((budget) => budget.spent >= budget.limit)
  return spent ? fail(nameBudget(state, spent, subject)) : []
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
