import type {AgentOutcome, SpawnResult} from 'conduct-cli/plugin'
import {toAmount, toText, type Fields} from '@conduct-cli/json-fields'
import type {Said} from './reader.ts'
import {attemptUsage} from './usage.ts'

export interface Ended {
  readonly said: Said
  readonly result: SpawnResult
  readonly turns: number
  /** Milliseconds since 1970. */
  readonly now: number
}

/** No key, not paid, not allowed, no such model. */
const PERMANENT = new Set([401, 402, 403, 404])
/** Too much asked, overloaded. */
const BUSY = new Set([429, 529])
const LOGGED_OUT = /not logged in|please run \/login|credit balance is too low/i
/** Of the network, or of a stream that was cut; such an error has no status. */
const UNREACHED = /connection (?:error|closed|reset)|ECONN|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|socket hang up|stream (?:ended|closed)/i
const AT_LIMIT = /(usage|session|weekly) limit|hit your limit/i
const DEFAULT_WAIT_MS = 60_000
const CAUSE_LINES = 5
const MAX_CAUSE = 1_000

/** How an attempt ended. Only a result without its error flag, and exit code 0 with it, are a success. */
export function toOutcome(ended: Ended): AgentOutcome {
  const {said, result} = ended
  if (result.error !== undefined) return {status: 'failed', retryable: false, cause: `Cannot start claude: ${result.error}`}
  if (!said.result) return {status: 'failed', retryable: true, cause: withoutResult(result)}
  const usage = attemptUsage(said.result)
  if (said.result.is_error !== false || said.result.subtype !== 'success') return {...toFailure(ended, said.result), usage}
  if (result.exitCode !== 0) return {status: 'failed', retryable: true, cause: withoutResult(result), usage}
  const summary = toText(said.result.result)
  return {status: 'finished', ...(summary === undefined ? {} : {summary}), usage}
}

/** Whether the session to go on with is not there: the prompt says all that is needed to begin anew. */
export function isSessionGone({result}: Said): boolean {
  return /No conversation found with session ID/.test(causeOf(result ?? {}))
}

type Failure = Extract<AgentOutcome, {status: 'failed' | 'rate-limited'}>

/** An error of the API has the subtype `success`, too. */
function toFailure({said, turns, now}: Ended, result: Fields): Failure {
  const [status, cause] = [toAmount(result.api_error_status), causeOf(result)]
  if (result.subtype === 'error_max_turns')
    return {status: 'failed', retryable: true, cause: `It took ${turns} turns, which is \`limits.turns\`.`}
  const isBusy = BUSY.has(status) || said.resetsAt !== undefined || AT_LIMIT.test(cause)
  if (isBusy) return {status: 'rate-limited', retryAfterMs: waitMs(said, cause, now)}
  if (PERMANENT.has(status) || LOGGED_OUT.test(cause)) return {status: 'failed', retryable: false, cause}
  return {status: 'failed', retryable: true, cause, ...(status >= 500 || UNREACHED.test(cause) ? {transient: true} : {})}
}

/** What the provider said; a plan's limit may be hours away, and is told as a time. */
function waitMs({resetsAt, retry}: Said, cause: string, now: number): number {
  const at = resetsAt ?? Number(/\|(\d{10})\b/.exec(cause)?.[1] ?? 0)
  if (at * 1000 > now) return at * 1000 - now
  return retry && BUSY.has(retry.status) && retry.delayMs > 0 ? retry.delayMs : DEFAULT_WAIT_MS
}

function causeOf(result: Fields): string {
  const errors = Array.isArray(result.errors) ? result.errors.filter((error) => typeof error === 'string') : []
  const text = errors.join('\n') || toText(result.result) || toText(result.subtype) || 'no reason was given'
  return text.slice(0, MAX_CAUSE)
}

function withoutResult({exitCode, signal, stderr, stdout}: SpawnResult): string {
  const ending = exitCode === null ? `was ended by ${signal ?? 'a signal'}` : `ended with exit code ${exitCode}`
  const said = lastLines(stderr) || lastLines(stdout.replaceAll(/^\{.*$/gm, ''))
  return `claude ${ending}${said === '' ? ' before it was done.' : `: ${said}`}`
}

function lastLines(text: string): string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  return lines.slice(-CAUSE_LINES).join('\n').slice(-MAX_CAUSE)
}
