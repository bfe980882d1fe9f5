import {toAmount, toFields, toText, type Fields} from '@conduct-cli/json-fields'
import type {AgentOutcome, SpawnResult} from 'conduct-cli/plugin'
import type {Said} from './reader.ts'

/** How one start of opencode ended: by itself, or since its provider asked to wait. */
export type Ended = {readonly said: Said} & (
  | {readonly result: SpawnResult; readonly pauseMs?: never}
  | {readonly pauseMs: number; readonly result?: never}
)

/** No key, not paid, not allowed, no such model. */
const PERMANENT = new Set([401, 402, 403, 404])
/** Too much asked, overloaded. */
const BUSY = new Set([429, 529])
const RATE_LIMIT = /rate.?limit|too many requests|usage limit|overloaded/i
const MISCONFIGURED = /ProviderAuthError|ModelNotFound|ProviderInitError|ConfigInvalid|ConfigJsonError|Model not found/i
const SPENT = /ContextOverflow/i
/** Several that start for the first time in one home make its database at the same time, and all but one die of it. */
const RACE = /Failed query|database is locked|SQLITE_BUSY|already exists/i
const SESSION_GONE = /Session not found|NotFoundError/i
const DEFAULT_WAIT_MS = 60_000
const CAUSE_LINES = 5
const MAX_CAUSE = 1_000
// oxlint-disable-next-line no-control-regex -- opencode colours what it writes to stderr
const COLOUR = /\u001B\[[\d;]*m/g

/** How an attempt ended. There is no last event: the last step must have ended by itself, and opencode with 0. */
export function toOutcome({said, result, pauseMs}: Ended): AgentOutcome {
  if (result === undefined) return {status: 'rate-limited', retryAfterMs: pauseMs}
  if (result.error !== undefined) return {status: 'failed', retryable: false, cause: `Cannot start opencode: ${result.error}`}
  if (said.error) return toFailure(said.error)
  const text = said.summary
  if (said.reason === 'stop' && result.exitCode === 0) return {status: 'finished', ...(text === undefined ? {} : {summary: text})}
  const cause = describe(said, result)
  return {status: 'failed', retryable: !MISCONFIGURED.test(result.stderr), cause}
}

/** Whether the session to go on with is not there: the prompt says all that is needed to begin anew. */
export function isSessionGone({said, result}: Ended): boolean {
  return said.session === undefined && result !== undefined && result.exitCode !== 0 && SESSION_GONE.test(result.stderr)
}

/** Whether it died before it asked its model, since another began at the same time. */
export function lostRace({said, result}: Ended): boolean {
  return said.reason === undefined && !said.error && result?.exitCode === 1 && RACE.test(result.stderr)
}

function toFailure(error: Fields): AgentOutcome {
  const data = toFields(error['data']) ?? {}
  const name = toText(error['name']) ?? 'error'
  const message = (toText(data['message']) ?? name).slice(0, MAX_CAUSE)
  const status = toAmount(data['statusCode'])
  const cause = `opencode: ${status > 0 ? `${status} ` : ''}${message}`
  if (BUSY.has(status) || (status === 0 && RATE_LIMIT.test(message))) return {status: 'rate-limited', retryAfterMs: waitMs(data)}
  if (PERMANENT.has(status) || MISCONFIGURED.test(`${name} ${message}`)) return {status: 'failed', retryable: false, cause}
  // A session that names none takes the place of the one that was reported.
  return {status: 'failed', retryable: true, cause, ...(SPENT.test(name) ? {session: ''} : {}), ...(status >= 500 ? {transient: true} : {})}
}

function waitMs(data: Fields): number {
  const headers = toFields(data['responseHeaders']) ?? {}
  const seconds = Number(headers['retry-after'])
  return seconds > 0 ? seconds * 1000 : DEFAULT_WAIT_MS
}

function describe({reason}: Said, {exitCode, signal, stderr}: SpawnResult): string {
  const ending = exitCode === null ? `was ended by ${signal ?? 'a signal'}` : `ended with exit code ${exitCode}`
  const lines = stderr.replaceAll(COLOUR, '').split(/\r?\n/)
  const said = lines
    .filter((line) => line.trim() !== '')
    .slice(-CAUSE_LINES)
    .join('\n')
    .slice(-MAX_CAUSE)
  return `opencode ${ending}${reason === 'stop' ? '' : ' before it was done'}${said === '' ? '.' : `: ${said}`}`
}
