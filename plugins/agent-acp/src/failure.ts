import type {RequestError} from '@agentclientprotocol/sdk'
import {toFields, toText} from '@conduct-cli/json-fields'
import type {AgentOutcome} from 'conduct-cli/plugin'

/** The protocol has no more than this one code for what a provider may answer. */
const AUTH_REQUIRED = -32000
const SECOND = 1_000
const MINUTE = 60 * SECOND
/** What nobody tells: the agent has waited and tried again by itself, as a rule. */
const RATE_LIMIT_WAIT = MINUTE
const USAGE_LIMIT_WAIT = 15 * MINUTE
const MAX_CAUSE = 1_000

const RATE_LIMIT = /\b(?:429|529)\b|too many requests|rate.?limit|overloaded|at capacity/i
const USAGE_LIMIT = /usage limit|quota/i
const PERMANENT = [
  /\b40[123]\b|unauthorized|forbidden|invalid (?:api )?key|not logged in/i,
  /\bmodel\b.*\b(?:not found|does not exist|not supported)/i,
]
const WAIT = /(?:try again|retry)[ -]?(?:in|after|delay)?["']?[ :=]*["']?(\d+(?:\.\d+)?) ?(ms|s|m)/i
const UNITS: Readonly<Record<string, number>> = {ms: 1, s: SECOND, m: MINUTE}

/** What an error that the agent answers with means for the attempt. @param ways to log in that the agent has told of */
export function failedRequest(name: string, error: RequestError, ways: readonly string[]): AgentOutcome {
  if (error.code === AUTH_REQUIRED) return {status: 'failed', retryable: false, cause: logIn(name, error.message, ways)}
  const isStatus = error.code >= 400 && error.code < 600
  return failed(name, `${isStatus ? `${error.code}: ` : ''}${error.message}${detailsOf(error.data)}`)
}

/** The same for a failure that is told in words alone. */
export function failed(name: string, said: string): AgentOutcome {
  const [, number, unit = ''] = WAIT.exec(said) ?? []
  const told = number === undefined ? undefined : Math.ceil(Number(number) * (UNITS[unit.toLowerCase()] ?? SECOND))
  if (RATE_LIMIT.test(said)) return {status: 'rate-limited', retryAfterMs: told ?? RATE_LIMIT_WAIT}
  if (USAGE_LIMIT.test(said)) return {status: 'rate-limited', retryAfterMs: told ?? USAGE_LIMIT_WAIT}
  const retryable = !PERMANENT.some((pattern) => pattern.test(said))
  return {status: 'failed', retryable, cause: `${name}: ${said.slice(0, MAX_CAUSE)}`}
}

function logIn(name: string, message: string, ways: readonly string[]): string {
  const choice = ways.length === 0 ? '' : ` Or set \`agents.backends.acp.login\` to one of its ways: ${ways.join(', ')}.`
  return `${name} is not logged in (${message}). Start it by hand once, and log in.${choice}`
}

function detailsOf(data: unknown): string {
  const fields = toFields(data) ?? {}
  const said = toText(data) ?? toText(fields['details']) ?? toText(fields['message'])
  return said === undefined ? '' : ` (${said})`
}
