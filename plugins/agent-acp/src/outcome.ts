import {toFields, toAmount, type Fields} from '@conduct-cli/json-fields'
import type {AgentOutcome, SpawnResult} from 'conduct-cli/plugin'
import {failed} from './failure.ts'

const MAX_CAUSE = 1_000
const CAUSE_LINES = 5

/** What is known of a turn besides how it ended. */
export interface Turn {
  /** Of the agent. */
  readonly name: string
  readonly reader: {readonly summary: string | undefined; readonly hasActed: boolean}
  /** It was stopped by us. */
  readonly isStopped: boolean
}

/** How an attempt ended whose turn is over. @param result the answer to `session/prompt` */
export function turnEnded(result: Fields, {name, reader: {summary, hasActed}, isStopped}: Turn): AgentOutcome {
  if (isStopped) return {status: 'cancelled'}
  const {stopReason} = result
  switch (stopReason) {
    case 'end_turn':
      if (isUnanswered(result) && !hasActed) return failed(name, lastParagraph(summary) ?? 'its turn ended without an answer of its model.')
      return {status: 'finished', ...(summary === undefined ? {} : {summary})}
    case 'refusal':
      // In the same session it would refuse again.
      return {status: 'failed', retryable: true, cause: `${name} refused: ${summary ?? 'it did not say why'}`, session: ''}
    case 'max_tokens':
      return {status: 'failed', retryable: true, cause: `${name} stopped: its model may not say more in one answer.`}
    case 'max_turn_requests':
      return {status: 'failed', retryable: true, cause: `${name} stopped: it may not ask its model more often in one turn.`}
    default:
      return {status: 'failed', retryable: true, cause: `${name} stopped: ${String(stopReason)}`}
  }
}

/** An agent that counts tokens and counted none had no answer: what it says then is the error of its model. */
function isUnanswered(result: Fields): boolean {
  if (!('usage' in result)) return false
  return toAmount(toFields(result['usage'])?.['totalTokens']) === 0
}

/** Warnings may stand before it. */
function lastParagraph(text: string | undefined): string | undefined {
  return text?.split(/\n\s*\n/).at(-1)
}

/** How an attempt ended whose program is gone before its turn was over. */
export function exited(argv: readonly string[], {exitCode, signal, stderr, error}: SpawnResult, hasGreeted: boolean): AgentOutcome {
  const [program = ''] = argv
  if (error !== undefined) return {status: 'failed', retryable: false, cause: `Cannot start ${program}: ${error}`}
  const ending = exitCode === null ? `was ended by ${signal ?? 'a signal'}` : `ended with exit code ${exitCode}`
  const when = hasGreeted ? 'before its turn was over' : 'before it said anything of the Agent Client Protocol'
  const said = lastLines(stderr)
  return {status: 'failed', retryable: true, cause: `${program} ${ending} ${when}${said === '' ? '.' : `: ${said}`}`}
}

function lastLines(text: string): string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  return lines.slice(-CAUSE_LINES).join('\n').slice(-MAX_CAUSE)
}
