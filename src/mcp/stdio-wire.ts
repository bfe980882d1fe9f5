import {StringDecoder} from 'node:string_decoder'
import {
  deserializeMessage,
  isJSONRPCNotification,
  isJSONRPCRequest,
  serializeMessage,
  type JSONRPCMessage,
  type Transport,
} from '@modelcontextprotocol/server'

/** How long calls may still run when the client has closed stdin. A client that waits kills after about as long. */
const GRACE_MS = 2000

/** A line that is longer is no message of a sound client. In characters. */
const MAX_LINE = 10 * 1024 * 1024

/**
 * stdin and stdout as a transport. The SDK's own drops at the end of stdin whatever it was asked and has not answered yet: here
 * `printf … | conduct mcp` gets its answers. And nothing but messages reaches stdout, whatever plugins print.
 */
export class StdioWire implements Transport {
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: (message: JSONRPCMessage) => void
  /** Resolves when the connection has ended, from whichever side. */
  readonly closed: Promise<void>
  readonly #decoder = new StringDecoder('utf8')
  /** The beginning of a line whose end has not come yet. */
  #begun = ''
  readonly #unanswered = new Set<string>()
  readonly #output = takeStdout()
  #grace: NodeJS.Timeout | undefined
  #isEnding = false
  #isClosed = false
  readonly #end: () => void

  constructor() {
    const {promise, resolve} = Promise.withResolvers<void>()
    this.closed = promise
    this.#end = resolve
  }

  async start(): Promise<void> {
    process.stdin.on('data', this.#read)
    process.stdin.on('end', this.#finish)
    process.stdin.on('close', this.#finish)
    process.stdin.on('error', this.#fail)
    process.stdout.on('error', this.#fail)
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.#isClosed) throw new Error('The connection is closed.')
    await this.#output.write(serializeMessage(message))
    if (!('method' in message) && 'id' in message) this.#answered(message.id)
    // Nobody is left to answer.
    else if (this.#isEnding && 'id' in message) await this.close()
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#grace)
    for (const [name, listener] of [
      ['data', this.#read],
      ['end', this.#finish],
      ['close', this.#finish],
      ['error', this.#fail],
    ] as const)
      process.stdin.off(name, listener)
    process.stdin.pause()
    this.#output.giveBack()
    this.onclose?.()
    this.#end()
  }

  readonly #read = (chunk: Buffer): void => {
    const lines = (this.#begun + this.#decoder.write(chunk)).split('\n')
    this.#begun = lines.pop() ?? ''
    for (const line of lines) this.#receive(line)
    if (this.#begun.length > MAX_LINE) this.#fail(new Error(`A line of more than ${MAX_LINE} characters is no message.`))
  }

  #receive(line: string): void {
    if (line.trim() === '') return
    const message = this.#parse(line)
    if (!message) return
    this.#note(message)
    this.onmessage?.(message)
  }

  /** What is no message has no id to answer to: that is said on stderr alone. */
  #parse(line: string): JSONRPCMessage | undefined {
    try {
      return deserializeMessage(line)
    } catch (error) {
      const why = error instanceof SyntaxError ? error.message : 'it is JSON, but not JSON-RPC 2.0'
      this.onerror?.(new Error(`This line is no JSON-RPC message: ${line.slice(0, 200)} (${why})`))
      return undefined
    }
  }

  #note(message: JSONRPCMessage): void {
    // A stream of notifications has no answer to wait for.
    if (isJSONRPCRequest(message) && message.method !== 'subscriptions/listen') this.#unanswered.add(JSON.stringify(message.id))
    if (isJSONRPCNotification(message) && message.method === 'notifications/cancelled') this.#answered(message.params?.requestId)
  }

  #answered(id: unknown): void {
    this.#unanswered.delete(JSON.stringify(id))
    if (this.#isEnding && this.#unanswered.size === 0) void this.close()
  }

  readonly #finish = (): void => {
    if (this.#isEnding) return
    this.#isEnding = true
    if (this.#unanswered.size === 0) void this.close()
    else this.#grace = setTimeout(() => void this.close(), GRACE_MS)
  }

  readonly #fail = (error: unknown): void => {
    if (this.#isClosed) return
    this.onerror?.(toError(error))
    void this.close()
  }
}

const toError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)))

/** stdout for the protocol alone: what anybody else prints goes to stderr until it is given back. */
function takeStdout() {
  const {write} = process.stdout
  // Deno prints past process.stdout.
  // oxlint-disable-next-line no-console
  const {log, info, debug, error: toStderr} = console
  process.stdout.write = process.stderr.write.bind(process.stderr)
  Object.assign(console, {log: toStderr, info: toStderr, debug: toStderr})
  return {
    write: (text: string) =>
      new Promise<void>((resolve, reject) => {
        write.call(process.stdout, text, 'utf8', (error?: Error | null) => (error ? reject(error) : resolve()))
      }),
    giveBack: () => {
      process.stdout.write = write
      Object.assign(console, {log, info, debug})
    },
  }
}
