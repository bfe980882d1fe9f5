import type {AgentEvent, Usage} from 'conduct-cli/plugin'
import {parseLine, toAmount, toFields, toText, type Fields} from '@conduct-cli/json-fields'
import {addStep, NO_USAGE} from './usage.ts'

/** What a run of opencode said, as far as its outcome depends on it. There is no last event that sums it up. */
export interface Said {
  readonly session?: string
  /** Why the last step ended: `stop`, or `tool-calls` when more was to come; absent while it lasts. */
  readonly reason?: string
  /** An error that was not followed by another step. */
  readonly error?: Fields
  /** What the agent said last. */
  readonly summary?: string
  readonly usage: Usage
}

/** The provider did not answer, so opencode asks again, by itself. */
export interface Retry {
  readonly message: string
  /** When, in milliseconds since 1970. */
  readonly at: number
}

export interface ReaderOptions {
  emit(event: AgentEvent): void
  onRetry(retry: Retry): void
}

const MAX_DETAIL = 200
/** What a call of a tool is about, best first. */
const TELLING = ['filePath', 'command', 'pattern', 'url', 'query', 'description', 'path']

/** Turns the lines of `--format json`, and those of our witness in it, into events as they come. */
export class OpencodeReader {
  readonly #options: ReaderOptions
  /** Calls of tools that were told when they began. */
  readonly #begun = new Set<string>()
  #said: Said = {usage: NO_USAGE}

  constructor(options: ReaderOptions) {
    this.#options = options
  }

  get said(): Said {
    return this.#said
  }

  readonly onLine = (line: string): void => {
    const event = parseLine(line)
    if (!event) return
    const session = toText(event['sessionID'])
    if (session !== undefined) this.#begin(session)
    const isOwn = session === this.#said.session
    if (event['type'] === 'conduct') this.#readWitness(event, isOwn)
    else this.#read(event)
  }

  #read(event: Fields): void {
    const part = toFields(event['part']) ?? {}
    switch (event['type']) {
      case 'step_start':
        return this.#startStep()
      case 'text':
        return this.#tellText(toText(part['text']))
      case 'tool_use':
        return this.#tellTool(part)
      case 'step_finish':
        this.#said = {...this.#said, reason: toText(part['reason']) ?? ''}
        return this.#addStep(part)
      case 'error':
        this.#said = {...this.#said, error: toFields(event['error']) ?? {}}
    }
  }

  /** @param isOwn not of a sub-agent, whose steps opencode itself does not print */
  #readWitness(event: Fields, isOwn: boolean): void {
    const part = toFields(event['part']) ?? {}
    const {emit, onRetry} = this.#options
    const [version, model] = [toText(event['version']), toText(event['model'])]
    switch (event['about']) {
      case 'version':
        return version === undefined ? undefined : emit({type: 'agent', version})
      case 'model':
        return model === undefined || !isOwn ? undefined : emit({type: 'agent', model})
      case 'tool':
        return this.#tellTool(part)
      case 'step-start':
        return isOwn ? undefined : emit({type: 'turn'})
      case 'step-finish':
        return isOwn ? undefined : this.#addStep(part)
      case 'retry':
        return onRetry({message: toText(event['message']) ?? 'no answer', at: toAmount(event['next'])})
    }
  }

  #begin(session: string): void {
    if (this.#said.session !== undefined) return
    this.#said = {...this.#said, session}
    this.#options.emit({type: 'session', id: session})
  }

  #startStep(): void {
    const {reason: _reason, error: _error, ...rest} = this.#said
    this.#said = rest
    this.#options.emit({type: 'turn'})
  }

  #addStep(part: Fields): void {
    const usage = addStep(this.#said.usage, part)
    this.#said = {...this.#said, usage}
    this.#options.emit({type: 'usage', usage})
  }

  #tellText(text: string | undefined): void {
    if (text === undefined) return
    this.#said = {...this.#said, summary: text}
    this.#options.emit({type: 'text', text})
  }

  /** A tool is told when it begins, and again only if it failed. */
  #tellTool({tool, callID, state}: Fields): void {
    const {emit} = this.#options
    const {input, error} = toFields(state) ?? {}
    const fields = toFields(input) ?? {}
    const [name, call, why] = [toText(tool) ?? 'tool', toText(callID), toText(error)]
    const detail = TELLING.flatMap((key) => toText(fields[key]) ?? [])[0]?.slice(0, MAX_DETAIL)
    const isNew = call === undefined || !this.#begun.has(call)
    if (call !== undefined) this.#begun.add(call)
    if (isNew) emit({type: 'tool', name, ...(detail === undefined ? {} : {detail})})
    if (why !== undefined) emit({type: 'text', text: `${name} failed: ${why.slice(0, MAX_DETAIL)}`})
  }
}
