import type {ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {createInterface} from 'node:readline'
import {startServer} from '../support/cli.ts'
import type {Project} from '../support/project.ts'

export interface RawMessage {
  readonly jsonrpc: '2.0'
  readonly id?: number | string
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: {readonly code: number; readonly message: string; readonly data?: unknown}
}

export interface ToolAnswer {
  readonly content: readonly {readonly type: string; readonly text?: string; readonly uri?: string}[]
  readonly structuredContent?: Readonly<Record<string, unknown>>
  readonly isError?: boolean
  readonly resultType?: string
  readonly _meta?: Readonly<Record<string, unknown>>
  readonly [key: string]: unknown
}

export type Era = '2025-11-25' | '2026-07-28'

export interface RawOptions {
  readonly era?: Era
  readonly capabilities?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
}

/** `conduct mcp` as a script drives it: lines of JSON in, lines of JSON out, and no library in between. */
export class RawClient {
  readonly child: ChildProcess
  /** Every line of stdout, as it came. */
  readonly lines: string[] = []
  /** What the server sent of its own accord. */
  readonly notifications: RawMessage[] = []
  readonly #era: Era
  readonly #capabilities: Readonly<Record<string, unknown>>
  readonly #waiting = new Map<number | string, {resolve(message: RawMessage): void; reject(error: Error): void}>()
  #listeners: ((message: RawMessage) => void)[] = []
  #stderr = ''
  #nextId = 1

  constructor(project: Pick<Project, 'root' | 'stateDir'>, {era = '2025-11-25', capabilities = {}, env = {}}: RawOptions = {}) {
    this.#era = era
    this.#capabilities = capabilities
    this.child = startServer(project, ['mcp'], {env})
    if (!this.child.stdout || !this.child.stderr) throw new Error('The server has no pipes.')
    createInterface({input: this.child.stdout}).on('line', (line) => this.#receive(line))
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text))
    this.child.once('close', () => {
      for (const {reject} of this.#waiting.values()) reject(new Error(`The server ended before it answered. ${this.#stderr}`))
    })
  }

  /** Starts a server and opens the connection, as the era asks for. */
  static async open(project: Pick<Project, 'root' | 'stateDir'>, options: RawOptions = {}): Promise<RawClient> {
    const client = new RawClient(project, options)
    await client.greet()
    return client
  }

  get stderr(): string {
    return this.#stderr
  }

  /** The 2025 handshake; the later era has none. */
  async greet(): Promise<void> {
    if (this.#era !== '2025-11-25') return
    const clientInfo = {name: 'raw', version: '1'}
    await this.request('initialize', {protocolVersion: this.#era, capabilities: this.#capabilities, clientInfo})
    this.send({jsonrpc: '2.0', method: 'notifications/initialized'})
  }

  send(message: RawMessage): void {
    this.child.stdin?.write(`${JSON.stringify(message)}\n`)
  }

  /** Sends a request and gives its id at once. */
  begin(method: string, params: Readonly<Record<string, unknown>> = {}): {readonly id: number; readonly answer: Promise<RawMessage>} {
    const id = this.#nextId++
    const answer = new Promise<RawMessage>((resolve, reject) => this.#waiting.set(id, {resolve, reject}))
    // Not every test waits for it.
    answer.catch(() => undefined)
    this.send({jsonrpc: '2.0', id, method, params: this.#withEnvelope(params)})
    return {id, answer}
  }

  async request(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<Readonly<Record<string, unknown>>> {
    const {result, error} = await this.begin(method, params).answer
    if (!result) throw new Error(`${method}: ${JSON.stringify(error)}`)
    return result
  }

  /** Calls a tool and returns what came back, an error of the tool too. */
  async call(name: string, args: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}): Promise<ToolAnswer> {
    // The protocol's own shape of this answer; the tests look at what is in it.
    return (await this.request('tools/call', {name, arguments: args, ...more})) as ToolAnswer
  }

  /** The next message for which `matches` holds; also one that came already. */
  async notified(matches: (message: RawMessage) => boolean): Promise<RawMessage> {
    const known = this.notifications.find(matches)
    if (known) return known
    return new Promise((resolve) => {
      const listener = (message: RawMessage) => {
        if (!matches(message)) return
        this.#listeners = this.#listeners.filter((other) => other !== listener)
        resolve(message)
      }
      this.#listeners.push(listener)
    })
  }

  /** Closes stdin and waits for the end: exit code and signal. */
  async close(): Promise<readonly [number | null, NodeJS.Signals | null]> {
    const {exitCode, signalCode} = this.child
    if (exitCode !== null || signalCode !== null) return [exitCode, signalCode]
    const ended = once(this.child, 'close')
    this.child.stdin?.end()
    return (await ended) as [number | null, NodeJS.Signals | null]
  }

  #withEnvelope(params: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    if (this.#era === '2025-11-25') return params
    const envelope = {
      'io.modelcontextprotocol/protocolVersion': this.#era,
      'io.modelcontextprotocol/clientCapabilities': this.#capabilities,
      'io.modelcontextprotocol/clientInfo': {name: 'raw', version: '1'},
    }
    const meta = (params._meta ?? {}) as Readonly<Record<string, unknown>>
    return {...params, _meta: {...meta, ...envelope}}
  }

  #receive(line: string): void {
    this.lines.push(line)
    const message = JSON.parse(line) as RawMessage
    const isAnswer = message.id !== undefined && message.method === undefined
    if (isAnswer && message.id !== undefined) {
      this.#waiting.get(message.id)?.resolve(message)
      this.#waiting.delete(message.id)
      return
    }
    this.notifications.push(message)
    for (const listener of this.#listeners) listener(message)
  }
}
