import type {TaskEvent} from '../events.ts'
import type {OpenAttempt, Strain} from './state.ts'

/** What providers bear: how many agents of a backend may run at once, and when it is tried again. Pure. */

/** Nobody allows more at once: see `limits.parallel`. */
const MAX_PARALLEL = 64
const NONE: Strain = {failures: 0, finished: 0}

/** After one more event. `open`: the attempts before it; `limited`: until when providers had asked to wait before it. */
export function reduceStrain(
  known: Readonly<Record<string, Strain>>,
  event: TaskEvent,
  {open, limited}: {readonly open: readonly OpenAttempt[]; readonly limited: Readonly<Record<string, string>>},
): Readonly<Record<string, Strain>> {
  if (event.type !== 'attempt.ended') return known
  const backend = open.find(({attempt_id}) => attempt_id === event.attempt_id)?.backend
  if (backend === undefined) return known
  const running = open.filter((attempt) => attempt.backend === backend).length
  const isAsked = Date.parse(limited[backend] ?? '') > Date.parse(event.at)
  return {...known, [backend]: strainAfter(known[backend] ?? NONE, event, {running, isAsked})}
}

function strainAfter(
  strain: Strain,
  {outcome, retry_at: retryAt}: Extract<TaskEvent, {type: 'attempt.ended'}>,
  {running, isAsked}: {readonly running: number; readonly isAsked: boolean},
): Strain {
  const {parallel} = strain
  if (outcome.status === 'rate-limited') {
    // Those that ran beside the first who was told hear the same; that is one answer of the provider, not several.
    if (isAsked) return strain
    return {failures: 0, finished: 0, parallel: Math.max(1, Math.floor(Math.min(parallel ?? running, running) / 2))}
  }
  if (retryAt !== undefined) return {...strain, failures: strain.failures + 1, retryAt}
  const {retryAt: _, ...calm} = {...strain, failures: 0}
  return outcome.status === 'finished' ? grow(calm) : calm
}

/** By one, each time that as many attempts as may run at once have finished. */
function grow(strain: Strain): Strain {
  const {parallel, finished, ...rest} = strain
  if (parallel === undefined) return strain
  if (finished + 1 < parallel) return {...strain, finished: finished + 1}
  return parallel + 1 >= MAX_PARALLEL ? {...rest, finished: 0} : {...rest, finished: 0, parallel: parallel + 1}
}
