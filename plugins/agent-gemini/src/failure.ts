/** What a failure means for the attempt. */
export type Failure =
  | {readonly kind: 'rate-limited'; readonly retryAfterMs: number}
  /** `hint`: what to do about it. */
  | {readonly kind: 'permanent'; readonly hint?: string}
  /** `isSessionSpent`: trying again in the same session would fail in the same way. `isProviders`: nothing that gemini did. */
  | {readonly kind: 'transient'; readonly isSessionSpent: boolean; readonly isProviders: boolean}

/** Gemini ends with the status of the API as its exit code, of which eight bits are left. */
const STATUSES = [400, 401, 403, 404, 408, 429, 499, 500, 502, 503, 504]
const STATUS_OF = new Map(STATUSES.map((status) => [status % 256, status]))

const SECOND = 1_000
const UNIT_MS: Readonly<Record<string, number>> = {ms: 1, s: SECOND, m: 60 * SECOND, h: 3600 * SECOND}
const DEFAULT_WAIT_MS = 60 * SECOND

const NO_LOGIN = 41
const LOGIN_HINT = 'Run `gemini` and log in, or set GEMINI_API_KEY.'
const BAD_KEY = /api key (?:not valid|not found|expired|invalid)|API_KEY_INVALID|permission denied|unauthenticated/i
/** A free plan that does not have the model at all. */
const NO_QUOTA = /limit:\s*0(?![\d.])/i
const USED_UP = /exhausted your (?:daily )?quota|quota exceeded|credits? balance/i
const BUSY = /RESOURCE_EXHAUSTED|overloaded|exhausted your capacity|capacity exceeded|too many requests|high demand/i
const TOLD = /(?:retry in|retry after|reset after|"retryDelay": ?") ?((?:\d+(?:\.\d+)?(?:ms|[smh]) ?)+)/i
const NETWORK =
  /fetch failed|network|ECONN|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|socket hang up|exception TypeError: .*(?:terminated|fetch|request)|incomplete json/i
const SPENT = /token count .*exceeds|context (?:window|length)|input is too long/i

/** The status of the API that an exit code stands for. */
export function statusOf(exitCode: number | null): number | undefined {
  return exitCode === null ? undefined : STATUS_OF.get(exitCode)
}

/** @param message of the result @param exitCode of gemini */
export function readFailure(message: string, exitCode: number | null): Failure {
  const status = statusOf(exitCode)
  if (exitCode === NO_LOGIN || status === 401 || BAD_KEY.test(message)) return {kind: 'permanent', hint: LOGIN_HINT}
  if (NO_QUOTA.test(message) || status === 403 || status === 404) return {kind: 'permanent'}
  const waitMs = toldWait(message)
  if (waitMs !== undefined) return {kind: 'rate-limited', retryAfterMs: waitMs}
  // Of a day's quota nobody knows when it is there again.
  if (USED_UP.test(message))
    return {kind: 'permanent', hint: 'The quota is used up: wait until it is there again, or use another model or key.'}
  if (status === 429 || status === 503 || BUSY.test(message)) return {kind: 'rate-limited', retryAfterMs: DEFAULT_WAIT_MS}
  const isSessionSpent = SPENT.test(message)
  return {kind: 'transient', isSessionSpent, isProviders: !isSessionSpent && ((status ?? 0) >= 500 || NETWORK.test(message))}
}

/** `Please retry in 12.5s`, `Suggested retry after 30s`, `Your quota will reset after 5h3m20s`, `"retryDelay": "17s"`. */
function toldWait(message: string): number | undefined {
  const [, span = ''] = TOLD.exec(message) ?? []
  const parts = [...span.matchAll(/(\d+(?:\.\d+)?)(ms|[smh])/gi)]
  if (parts.length === 0) return undefined
  return Math.ceil(parts.reduce((sum, [, number, unit = '']) => sum + Number(number) * (UNIT_MS[unit.toLowerCase()] ?? 0), 0))
}
