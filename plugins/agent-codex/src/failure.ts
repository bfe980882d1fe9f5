/** What a failed turn means for the attempt. */
export type Failure =
  | {readonly kind: 'rate-limited'; readonly retryAfterMs: number}
  | {readonly kind: 'permanent'}
  /** `isThreadSpent`: trying again in the same thread would fail in the same way. `isProviders`: nothing that codex did. */
  | {readonly kind: 'transient'; readonly isThreadSpent: boolean; readonly isProviders: boolean}

const MINUTE = 60_000
/** What codex does not tell: it has waited and tried again by itself when it says so. */
const RATE_LIMIT_WAIT = MINUTE
const USAGE_LIMIT_WAIT = 15 * MINUTE
/** `try again at` names a minute; a little later it is over for sure. */
const MARGIN = MINUTE
const DAY = 24 * 60 * MINUTE

const USAGE_LIMIT = /hit your usage limit/i
const RATE_LIMIT = /\b429\b|too many requests|rate limit|at capacity|capacity is unavailable/i
const PERMANENT = [
  /\b40[13] (?:unauthorized|forbidden)/i,
  /quota exceeded|not included in your plan/i,
  /access token|sign in again|log out|not logged in|missing environment variable/i,
  /\bmodel\b.*\b(?:not found|does not exist|not supported)/i,
]
const THREAD_SPENT = /ran out of room|context window|invalid_request_error/i
const PROVIDER = /\b5\d\d\b|stream disconnected|error sending request|high demand|connection|timed out/i
/** What the provider itself wrote. */
const IN = /try again in (\d+(?:\.\d+)?) ?(ms|s)/i
const AT = /try again at (?:(\w{3}) (\d{1,2})(?:st|nd|rd|th), (\d{4}) )?(\d{1,2}:\d{2} [AP]M)/i

/** @param message of `turn.failed` @param now milliseconds since 1970, to tell how long until a time of day */
export function readFailure(message: string, now: number): Failure {
  if (USAGE_LIMIT.test(message)) return {kind: 'rate-limited', retryAfterMs: waitUntil(message, now) ?? USAGE_LIMIT_WAIT}
  if (PERMANENT.some((pattern) => pattern.test(message))) return {kind: 'permanent'}
  if (RATE_LIMIT.test(message)) return {kind: 'rate-limited', retryAfterMs: toldWait(message) ?? RATE_LIMIT_WAIT}
  const isThreadSpent = THREAD_SPENT.test(message)
  return {kind: 'transient', isThreadSpent, isProviders: !isThreadSpent && PROVIDER.test(message)}
}

function toldWait(message: string): number | undefined {
  const [, number, unit] = IN.exec(message) ?? []
  return number === undefined ? undefined : Math.ceil(Number(number) * (unit === 'ms' ? 1 : 1_000))
}

/** Codex writes `11:15 PM` for today and `Nov 25th, 2026 12:51 PM` for another day, in local time. */
function waitUntil(message: string, now: number): number | undefined {
  const [found, month, day, year, time = ''] = AT.exec(message) ?? []
  if (found === undefined) return undefined
  const date = month === undefined ? new Date(now).toDateString() : `${month} ${day} ${year}`
  const until = Date.parse(`${date} ${time}`) + MARGIN
  if (Number.isNaN(until)) return undefined
  // Hours ago means tomorrow: the day ended between the answer and this look at the clock. A moment ago means now.
  const isTomorrow = month === undefined && now - until > DAY / 2
  return Math.max(isTomorrow ? until + DAY - now : until - now, MARGIN)
}
