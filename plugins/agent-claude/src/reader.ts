import type {AgentEvent, Usage} from 'conduct-cli/plugin'
import {parseLine, toAmount, toFields, toList, toText, type Fields} from '@conduct-cli/json-fields'
import {answerUsage, sumUsage} from './usage.ts'

/** What a run of Claude Code said, as far as its outcome depends on it. */
export interface Said {
  /** Its last event; without one nothing has succeeded, whatever the exit code. */
  readonly result?: Fields
  /** How long the provider asked to wait the last time, and why. */
  readonly retry?: {readonly status: number; readonly delayMs: number}
  /** When the limit of a plan is over: seconds since 1970. */
  readonly resetsAt?: number
}

export interface Reader {
  onLine(line: string): void
  said(): Said
}

const MAX_DETAIL = 200
/** What a call of a tool is about, best first. */
const TELLING = ['file_path', 'notebook_path', 'command', 'pattern', 'url', 'query', 'description']

/** Turns the lines of `--output-format stream-json` into events as they come. */
export function claudeReader(emit: (event: AgentEvent) => void): Reader {
  const answers = new Map<string, Usage>()
  let said: Said = {}
  const read = (event: Fields) => {
    switch (event.type) {
      case 'system':
        if (event.subtype === 'init') tellBeginning(event, emit)
        if (event.subtype === 'api_retry') said = {...said, retry: tellRetry(event, emit)}
        return
      case 'assistant':
        return tellAnswer(event, answers, emit)
      case 'rate_limit_event':
        said = {...said, ...limitOf(event)}
        return
      case 'result':
        said = {...said, result: event}
        return tellDenials(event, emit)
    }
  }
  return {
    onLine(line) {
      const event = parseLine(line)
      if (event) read(event)
    },
    said: () => said,
  }
}

function tellBeginning({session_id, model, claude_code_version}: Fields, emit: (event: AgentEvent) => void): void {
  const [id, version, name] = [toText(session_id), toText(claude_code_version), toText(model)]
  if (id !== undefined) emit({type: 'session', id})
  emit({type: 'agent', ...(version === undefined ? {} : {version}), ...(name === undefined ? {} : {model: name})})
}

/** An answer comes in several events, one for each block; all of them carry what the whole has used. */
function tellAnswer({message, parent_tool_use_id: parent}: Fields, answers: Map<string, Usage>, emit: (event: AgentEvent) => void): void {
  const answer = toFields(message) ?? {}
  const id = toText(answer.id) ?? ''
  const isNew = !answers.has(id)
  // What Claude Code itself says of an error, in the model's place.
  const isReal = answer.model !== '<synthetic>'
  if (isNew && isReal) {
    answers.set(id, answerUsage(toFields(answer.usage) ?? {}))
    if (toText(parent) === undefined) emit({type: 'turn'})
    emit({type: 'usage', usage: sumUsage(answers.values())})
  }
  for (const block of toList(answer.content)) tellBlock(block, emit)
}

function tellBlock({type, text, name, input}: Fields, emit: (event: AgentEvent) => void): void {
  if (type === 'text' && toText(text) !== undefined) emit({type: 'text', text: String(text)})
  if (type !== 'tool_use') return
  const fields = toFields(input) ?? {}
  const detail = TELLING.flatMap((key) => toText(fields[key]) ?? [])[0]?.slice(0, MAX_DETAIL)
  emit({type: 'tool', name: toText(name) ?? 'tool', ...(detail === undefined ? {} : {detail})})
}

function tellRetry({error_status, error, retry_delay_ms}: Fields, emit: (event: AgentEvent) => void) {
  const [status, delayMs] = [toAmount(error_status), toAmount(retry_delay_ms)]
  const why = status > 0 ? String(status) : (toText(error) ?? 'unknown')
  emit({type: 'text', text: `The model could not be asked (${why}); once more in ${(delayMs / 1000).toFixed(1)} s.`})
  return {status, delayMs}
}

function limitOf({rate_limit_info}: Fields): Pick<Said, 'resetsAt'> {
  const info = toFields(rate_limit_info) ?? {}
  return info.status === 'rejected' && toAmount(info.resetsAt) > 0 ? {resetsAt: toAmount(info.resetsAt)} : {}
}

function tellDenials({permission_denials}: Fields, emit: (event: AgentEvent) => void): void {
  const denied = toList(permission_denials).map(({tool_name}) => toText(tool_name) ?? 'a tool')
  if (denied.length > 0) emit({type: 'text', text: `Refused by its permissions: ${[...new Set(denied)].join(', ')}.`})
}
