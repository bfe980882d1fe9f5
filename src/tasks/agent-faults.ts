import type {Role} from '../agents/agent.ts'
import type {TaskEvent} from '../events.ts'
import type {AgentFaults, OpenAttempt} from './state.ts'

export const NO_FAULTS: AgentFaults = {limited: {}, missing: {}, failed: {}}

/** What is known of agents that cannot work, after one more event. Pure. */
export function reduceFaults(known: AgentFaults, event: TaskEvent, attempts: readonly OpenAttempt[]): AgentFaults {
  switch (event.type) {
    case 'runner.started':
      return {...known, failed: {}, missing: Object.fromEntries((event.missing_agents ?? []).map(({name, problem}) => [name, problem]))}
    case 'task.reopened':
      return {...known, failed: {}}
    case 'attempt.ended': {
      const attempt = attempts.find(({attempt_id}) => attempt_id === event.attempt_id)
      return attempt ? afterAttempt(known, event, attempt) : known
    }
    default:
      return known
  }
}

function afterAttempt(known: AgentFaults, {outcome, at}: Extract<TaskEvent, {type: 'attempt.ended'}>, attempt: OpenAttempt): AgentFaults {
  if (outcome.status === 'rate-limited') {
    const until = new Date(Date.parse(at) + outcome.retryAfterMs).toISOString()
    return {...known, limited: {...known.limited, [attempt.backend]: until}}
  }
  if (outcome.status === 'failed' && !outcome.retryable) {
    return {...known, failed: {...known.failed, [faultKey(attempt.role, attempt)]: outcome.cause}}
  }
  return known
}

/** An agent in a role: what it may do differs by role, and so does what it fails at. */
export function faultKey(role: Role, {backend, model}: {readonly backend: string; readonly model?: string | undefined}): string {
  return JSON.stringify([role, backend, model ?? null])
}
