import {stripVTControlCharacters} from 'node:util'
import type {AgentOutcome, SpawnResult} from 'conduct-cli/plugin'
import {parseLine, toFields, toText} from '@conduct-cli/json-fields'
import {readFailure} from './failure.ts'
import type {Said} from './reader.ts'

export interface Ended {
  readonly said: Said
  readonly result: SpawnResult
  /** `limits.turns`. */
  readonly turns: number
}

const MAX_CAUSE = 1_000
const CAUSE_LINES = 5
const EXIT = {input: 42, config: 52, turns: 53, untrusted: 55}
/** What gemini says at every start, and the insides of its errors. */
const NOISE =
  /^(?:Loaded cached credentials|YOLO mode is enabled|Warning: |\s*at .+:\d+:\d+\)?(?: \{)?$|Error authenticating: |\s*exitCode: |\}$)/

/** How an attempt ended. A signal makes gemini end with 0 and without a result, so only the result and the exit code are a success. */
export function toOutcome({said, result, turns}: Ended): AgentOutcome {
  const {exitCode, error} = result
  if (error !== undefined) return {status: 'failed', retryable: false, cause: `Cannot start gemini: ${error}`}
  const usage = said.result ? {usage: said.result.usage} : {}
  if (exitCode === EXIT.turns)
    return {status: 'failed', retryable: true, cause: `It took ${turns} turns, which is \`limits.turns\`.`, ...usage}
  const isSuccess = said.result?.status === 'success' && exitCode === 0
  if (isSuccess && said.fault === undefined)
    return {status: 'finished', ...(said.summary === undefined ? {} : {summary: said.summary}), ...usage}
  return {...failed({said, result, turns}), ...usage}
}

type Failed = Extract<AgentOutcome, {status: 'failed' | 'rate-limited'}>

function failed({said, result}: Ended): Failed {
  const {exitCode} = result
  const message = said.result?.message || said.fault || lastLines(result.stderr)
  const failure = readFailure(message, exitCode)
  if (failure.kind === 'rate-limited') return {status: 'rate-limited', retryAfterMs: failure.retryAfterMs}
  const cause = `gemini${said.result ? '' : ` ${ending(result)}`}: ${shorten(message) || 'it gave no reason.'}`
  if (failure.kind === 'permanent') return {status: 'failed', retryable: false, cause: withHint(cause, failure.hint)}
  const isRefused = exitCode === EXIT.input || exitCode === EXIT.config || exitCode === EXIT.untrusted
  // A session that names none takes the place of the one that was reported.
  const [session, transient] = [failure.isSessionSpent ? {session: ''} : {}, failure.isProviders ? {transient: true} : {}]
  return {status: 'failed', retryable: !isRefused, cause, ...session, ...transient}
}

function withHint(cause: string, hint: string | undefined): string {
  if (hint === undefined) return cause
  return `${cause}${/[.!?]$/.test(cause) ? '' : '.'} ${hint}`
}

function ending({exitCode, signal}: SpawnResult): string {
  return exitCode === null ? `was ended by ${signal ?? 'a signal'}` : `ended with exit code ${exitCode} before it was done`
}

/** What the API said, out of `[API Error: {"error": {"message": …}}]` and the advice after it for a person in front of a screen. */
function shorten(message: string): string {
  const [, inner = message] = /^\[API Error: ([\s\S]*?)\](?:\n[\s\S]*)?$/.exec(message) ?? []
  const error = toFields(parseLine(inner)?.error)
  return (toText(error?.message) ?? inner).slice(0, MAX_CAUSE)
}

function lastLines(text: string): string {
  const lines = stripVTControlCharacters(text)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !NOISE.test(line))
  return lines.slice(-CAUSE_LINES).join('\n').slice(-MAX_CAUSE)
}
