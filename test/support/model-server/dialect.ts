import type {ServerResponse} from 'node:http'
import type {Answer, TurnError} from './scenario.ts'

/** How one kind of model server speaks. */
export interface Dialect {
  readonly name: 'anthropic' | 'responses' | 'chat' | 'gemini'
  /** Names of the tools that a request offers. */
  tools(body: Body): readonly string[]
  /** What the last message of a request says: the prompt, or the result of a tool. */
  last(body: Body): string
  error(error: TurnError): unknown
  /** The whole answer as one document. */
  whole(answer: Answer): unknown
  /** The answer piece by piece; one that is cut stops in the middle. */
  stream(answer: Answer): Iterable<Piece>
}

/** A JSON object, as it came. */
export type Body = Readonly<Record<string, unknown>>

/** One event of a stream. */
export interface Piece {
  readonly event?: string
  readonly data: unknown
}

/** Writes an answer as server-sent events. Where the turn is cut, the connection breaks instead of ending. */
export function writeStream(response: ServerResponse, pieces: Iterable<Piece>, isCut: boolean): void {
  response.writeHead(200, {'content-type': 'text/event-stream', 'cache-control': 'no-cache'})
  for (const {event, data} of pieces) {
    const line = typeof data === 'string' ? data : JSON.stringify(data)
    response.write(`${event === undefined ? '' : `event: ${event}\n`}data: ${line}\n\n`)
  }
  if (isCut) response.destroy()
  else response.end()
}

/** A text as a model sends it: a few words at a time. */
export function words(text: string): readonly string[] {
  return text.match(/[\s\S]{1,24}/g) ?? []
}

let count = 0

/** A new id, unique in this process. */
export function newId(prefix: string): string {
  return `${prefix}_scripted${(count += 1)}`
}

/** The objects in a list of a body; `[]` when there is no list. */
export function objects(value: unknown): readonly Body[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

export function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null
}

/** The end of a message, whatever it is made of. */
export function asText(content: unknown): string {
  return (typeof content === 'string' ? content : JSON.stringify(content ?? '')).slice(-4_000)
}

/** The names of tools, where each has its own at the top. */
export function named(tools: readonly Body[]): readonly string[] {
  return tools.map(({name, type}) => String(name ?? type))
}
