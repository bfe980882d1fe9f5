import type {AgentOutcome} from '../agents/agent.ts'
import {unreachable} from '../unreachable.ts'

/** One sentence on how an attempt went wrong; also the finding that the next attempt is given. */
export function describeOutcome(outcome: AgentOutcome): string {
  switch (outcome.status) {
    case 'finished':
      return 'The agent finished.'
    case 'failed':
      return `The agent failed: ${outcome.cause}`
    case 'stalled':
      return `The agent was stopped after ${Math.round(outcome.silentMs / 1000)} s of silence.`
    case 'timed-out':
      return `The agent was stopped at its time limit of ${Math.round(outcome.limitMs / 1000)} s.`
    case 'rate-limited':
      return `The agent's provider asked to wait ${Math.ceil(outcome.retryAfterMs / 1000)} s.`
    case 'over-budget':
      return outcome.limit === undefined ? `The budget was reached at ${outcome.usd.toFixed(2)} USD.` : `${outcome.limit} is reached.`
    case 'cancelled':
      return 'The agent was cancelled.'
    default:
      return unreachable(outcome)
  }
}
