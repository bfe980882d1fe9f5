import type {AgentOutcome, SpawnResult} from 'conduct-cli/plugin'
import {readFailure} from './failure.ts'
import type {Turn} from './reader.ts'

const MAX_CAUSE = 1_000
const CAUSE_LINES = 5
/** Settings and arguments that codex does not take are refused the next time as well. */
const REFUSED = /^Error loading config|^error: /m

/** Codex has finished when it says so and ends well: its exit code alone is 0 after a signal in between, too. */
export function toOutcome({result, turn}: {readonly result: SpawnResult; readonly turn: Turn}, now: number): AgentOutcome {
  const {exitCode, signal, error} = result
  if (error !== undefined) return {status: 'failed', retryable: false, cause: `Cannot start codex: ${error}`}
  if (turn.failure !== undefined) return failed(turn.failure, now)
  if (turn.isComplete && exitCode === 0) return {status: 'finished', ...(turn.summary === undefined ? {} : {summary: turn.summary})}
  const ending = exitCode === null ? `was ended by ${signal ?? 'a signal'}` : `ended with exit code ${exitCode}`
  const said = lastLines(result.stderr)
  const cause = `codex ${ending}${turn.isComplete ? '' : ' before its turn was complete'}${said === '' ? '.' : `: ${said}`}`
  return {status: 'failed', cause, retryable: turn.thread !== undefined || !REFUSED.test(result.stderr)}
}

function failed(message: string, now: number): AgentOutcome {
  const failure = readFailure(message, now)
  if (failure.kind === 'rate-limited') return {status: 'rate-limited', retryAfterMs: failure.retryAfterMs}
  const cause = `codex: ${message.slice(0, MAX_CAUSE)}`
  if (failure.kind === 'permanent') return {status: 'failed', retryable: false, cause}
  // A session that names no thread takes the place of the one that was reported.
  return {
    status: 'failed',
    retryable: true,
    cause,
    ...(failure.isThreadSpent ? {session: ''} : {}),
    ...(failure.isProviders ? {transient: true} : {}),
  }
}

function lastLines(text: string): string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('WARNING: '))
  return lines.slice(-CAUSE_LINES).join('\n').slice(-MAX_CAUSE)
}
