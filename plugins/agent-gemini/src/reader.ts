import type {AgentEvent, Usage} from 'conduct-cli/plugin'
import {parseLine, toFields, toText, type Fields} from '@conduct-cli/json-fields'
import {mainModel, toUsage} from './usage.ts'

/** What a run of gemini said, as far as its outcome depends on it. */
export interface Said {
  /** Whether it got as far as a session. */
  readonly hasBegun: boolean
  /** Its last event; without one nothing has succeeded, whatever the exit code. */
  readonly result?: {readonly status: string; readonly message: string; readonly usage: Usage}
  /** An error after which nothing more came: a loop that was noticed ends the work, and the result calls it a success. */
  readonly fault?: string
  /** What the agent said last. */
  readonly summary?: string
}

export interface Reader {
  onLine(line: string): void
  said(): Said
}

const MAX_DETAIL = 200
/** What a call of a tool is about, best first. */
const TELLING = ['file_path', 'command', 'dir_path', 'pattern', 'url', 'query', 'description']

/** Turns the lines of `--output-format stream-json` into events as they come. */
export function geminiReader(emit: (event: AgentEvent) => void): Reader {
  let said: Said = {hasBegun: false}
  let text = ''
  let isAnswering = false
  return {
    onLine(line) {
      const event = parseLine(line)
      if (event) read(event)
    },
    said: () => said,
  }

  function read(event: Fields): void {
    if (event.type !== 'message') tellText()
    switch (event.type) {
      case 'init':
        said = {...said, hasBegun: true}
        return tellBeginning(event, emit)
      case 'message':
        return event.role === 'assistant' ? hear(toText(event.content) ?? '') : undefined
      case 'tool_use':
        answer()
        return tellTool(event, emit)
      case 'tool_result':
        isAnswering = false
        return
      case 'error':
        said = {...said, fault: toText(event.message) ?? 'no reason was given'}
        return emit({type: 'text', text: `gemini: ${said.fault}`})
      case 'result':
        return end(event)
    }
  }

  /** One answer of the model is many pieces of text, and calls of tools; what follows their results is the next. */
  function answer(): void {
    const {fault: _, ...rest} = said
    said = rest
    if (!isAnswering) emit({type: 'turn'})
    isAnswering = true
  }

  function hear(piece: string): void {
    answer()
    text += piece
  }

  function tellText(): void {
    const whole = text.trim()
    text = ''
    if (whole === '') return
    said = {...said, summary: whole}
    emit({type: 'text', text: whole})
  }

  function end({status, error, stats}: Fields): void {
    const counted = toFields(stats) ?? {}
    const [usage, model] = [toUsage(counted), mainModel(counted)]
    said = {...said, result: {status: toText(status) ?? '', message: toText(toFields(error)?.message) ?? '', usage}}
    if (model !== undefined) emit({type: 'agent', model})
    emit({type: 'usage', usage})
  }
}

function tellBeginning({session_id, model}: Fields, emit: (event: AgentEvent) => void): void {
  const [id, name] = [toText(session_id), toText(model)]
  if (id !== undefined) emit({type: 'session', id})
  if (name !== undefined) emit({type: 'agent', model: name})
}

function tellTool({tool_name, parameters}: Fields, emit: (event: AgentEvent) => void): void {
  const fields = toFields(parameters) ?? {}
  const detail = TELLING.flatMap((key) => toText(fields[key]) ?? [])[0]?.slice(0, MAX_DETAIL)
  emit({type: 'tool', name: toText(tool_name) ?? 'tool', ...(detail === undefined ? {} : {detail})})
}
