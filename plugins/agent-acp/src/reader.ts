import {toFields, toText, type Fields} from '@conduct-cli/json-fields'
import type {AgentEvent} from 'conduct-cli/plugin'
import {formatSession, type Session} from './session.ts'

/** A message that goes on for longer is told in pieces. */
const MAX_MESSAGE = 8_000

interface Tool {
  readonly id: string
  readonly name?: string
  readonly detail?: string
}

/** Turns the updates of one session into events, as they come. */
export class UpdateReader {
  readonly #emit: (event: AgentEvent) => void
  readonly #tools = new Set<string>()
  #session: Session | undefined
  #message = ''
  #messageId: string | undefined
  #summary: string | undefined
  /** A tool of which little more than the name is known. */
  #vague: Tool | undefined

  constructor(emit: (event: AgentEvent) => void) {
    this.#emit = emit
  }

  /** What the agent said last. */
  get summary(): string | undefined {
    return this.#summary
  }

  /** From now on it listens. What came before is the history of a session that is gone on with. */
  begin(session: Session): void {
    this.#session = session
  }

  /** @param params of `session/update` */
  onUpdate(params: unknown): void {
    const {sessionId, update} = toFields(params) ?? {}
    if (this.#session === undefined || sessionId !== this.#session.id) return
    this.#take(toFields(update) ?? {})
  }

  /** Whether it has used a tool. */
  get hasActed(): boolean {
    return this.#tools.size > 0 || this.#vague !== undefined
  }

  /** A tool is told of once, however often its state changes; when all that is known is a name, as soon as more is. */
  onTool(toolCall: Fields): void {
    const id = toText(toolCall['toolCallId'])
    if (id === undefined || this.#tools.has(id)) return
    const isFirst = this.#vague?.id !== id
    if (isFirst) this.endMessage()
    this.#vague = {...(isFirst ? {} : this.#vague), ...toTool(id, toolCall)}
    if (!isFirst || !isVague(toolCall)) this.#tellTool()
  }

  #tellTool(): void {
    if (this.#vague === undefined) return
    const {id, ...tool} = this.#vague
    this.#vague = undefined
    this.#tools.add(id)
    this.#emit({type: 'tool', name: 'tool', ...tool})
    this.#emit({type: 'turn'})
  }

  /** Tells what was said, once it is whole. */
  endMessage(): void {
    this.#tellTool()
    const text = this.#message.trim()
    this.#message = ''
    if (text === '') return
    this.#summary = text
    this.#emit({type: 'text', text})
  }

  #take(update: Fields): void {
    switch (update['sessionUpdate']) {
      case 'agent_message_chunk':
        return this.#say(toText(toFields(update['content'])?.['text']) ?? '', toText(update['messageId']))
      case 'tool_call':
      case 'tool_call_update':
        return this.onTool(update)
      case 'usage_update':
        return this.#price(toFields(update['cost']))
      case 'notice':
        return this.#emit({type: 'text', text: toText(update['title']) ?? ''})
    }
  }

  #say(text: string, messageId: string | undefined): void {
    if (messageId !== this.#messageId || this.#vague !== undefined) this.endMessage()
    this.#messageId = messageId
    this.#message += text
    if (this.#message.length > MAX_MESSAGE) this.endMessage()
  }

  /** Agents tell what the session has cost in all; one that does not know says 0. */
  #price(cost: Fields | undefined): void {
    const {amount, currency} = cost ?? {}
    const isPrice = currency === 'USD' && typeof amount === 'number' && amount > 0
    if (!isPrice || this.#session === undefined) return
    const {id, usd} = this.#session
    this.#emit({type: 'usage', usage: {tokens: 0, usd: Math.max(0, amount - usd)}})
    this.#emit({type: 'session', id: formatSession({id, usd: amount})})
  }
}

function toTool(id: string, toolCall: Fields): Tool {
  const name = toText(toolCall['name']) ?? toText(toolCall['kind'])
  const detail = toText(toolCall['title'])
  return {id, ...(name === undefined ? {} : {name}), ...(detail === undefined ? {} : {detail})}
}

const isVague = ({status, title}: Fields) => status === 'pending' && /^[\w-]*$/.test(toText(title) ?? '')
