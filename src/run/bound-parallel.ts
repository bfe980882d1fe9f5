import {workOf, type TaskState} from '../tasks/state.ts'
import {chooseAgent} from './choose-agent.ts'
import {launchOf, type DecideOptions, type Memory, type Step} from './step.ts'

/** So young an agent has not taken yet what it will need: milliseconds. */
const YOUNG_MS = 30_000

/** What may not begin yet, and why; pure. `limits.parallel` is kept by who plans the steps. */
export function boundParallel(state: TaskState, steps: readonly Step[], options: DecideOptions): readonly Step[] {
  const running = new Map<string, number>()
  for (const {backend} of state.openAttempts) running.set(backend, (running.get(backend) ?? 0) + 1)
  let room = roomFor(state, options)
  return steps.filter((step) => {
    const backend = newBackend(state, step, options)
    if (backend === undefined) return true
    const count = running.get(backend) ?? 0
    if (room < 1 || count >= (state.strain[backend]?.parallel ?? Infinity)) return false
    running.set(backend, count + 1)
    room -= 1
    return true
  })
}

/** Whose agent the step launches; `undefined` when it launches none, or that runs already. */
function newBackend(state: TaskState, step: Step, {agents, now}: DecideOptions): string | undefined {
  const launch = launchOf(step)
  if (!launch || agents === undefined || workOf(state, launch.subject).open !== undefined) return undefined
  const chosen = chooseAgent(agents, state, launch, now)
  return 'agent' in chosen ? chosen.agent.backend : undefined
}

/** How many more agents the memory is enough for; one always is, or nothing would ever go on. */
function roomFor({openAttempts}: TaskState, {memory, now}: DecideOptions): number {
  if (memory === undefined || memory.agentBytes === 0) return Infinity
  const young = openAttempts.filter(({startedAt}) => now - Date.parse(startedAt) < YOUNG_MS).length
  return Math.max(openAttempts.length === 0 ? 1 : 0, agentsIn(memory) - young)
}

/** How many agents fit into the memory that is free. */
export function agentsIn({freeBytes, agentBytes}: Memory): number {
  return Math.floor(freeBytes / agentBytes)
}
