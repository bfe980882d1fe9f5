import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {text} from 'node:stream/consumers'
import {anthropic} from './anthropic.ts'
import {chat} from './chat.ts'
import {isObject, writeStream, type Body, type Dialect} from './dialect.ts'
import {gemini} from './gemini.ts'
import {responses} from './responses.ts'
import type {Scenario, ToolCall} from './scenario.ts'
import {Script} from './script.ts'

/** A model that says what a script tells it to, on loopback: real agents can be tried without a key and without a network. */
export interface ModelServer {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string
  /** What was asked, in order. */
  readonly journal: readonly Request[]
  /** Resolves with the request that takes the turn `turn` (from 0), also when it came before. */
  asked(turn: number): Promise<Request>
  close(): Promise<void>
}

/** One request, and what came of it. */
export interface Request {
  readonly path: string
  readonly api?: Dialect['name']
  readonly model?: string
  /** From 0, within its scenario; absent for titles and the like. */
  readonly turn?: number
  readonly tools: readonly string[]
  /** The end of the last message. */
  readonly last: string
  /** The first, where several were asked for. */
  readonly call?: ToolCall
  /** Status of an answer that is an error: scripted, or because nothing here knows the path. */
  readonly error?: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Body
}

/** Starts it. A request belongs to the first scenario that it matches. */
export async function startModel(...scenarios: readonly Scenario[]): Promise<ModelServer> {
  const journal: Request[] = []
  const waiting: {readonly turn: number; resolve(request: Request): void}[] = []
  const script = new Script(scenarios)
  const note = (request: Request) => {
    journal.push(request)
    for (const {resolve} of waiting.filter(({turn}) => turn === request.turn)) resolve(request)
  }
  const server = createServer((request, response) => void answer(request, response, {script, note}))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    journal,
    asked: (turn) =>
      new Promise((resolve) => {
        const known = journal.find((request) => request.turn === turn)
        if (known) resolve(known)
        else waiting.push({turn, resolve})
      }),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Desk {
  readonly script: Script
  note(request: Request): void
}

async function answer(request: IncomingMessage, response: ServerResponse, {script, note}: Desk): Promise<void> {
  const {pathname} = new URL(request.url ?? '/', 'http://localhost')
  const raw = await text(request).catch(() => '')
  const body = parseBody(raw)
  const about = {path: pathname, headers: request.headers, body}
  const counted = count(pathname)
  if (counted) return send(response, 200, counted)
  const dialect = dialectOf(pathname)
  if (!dialect || request.method !== 'POST') {
    note({...about, tools: [], last: '', error: 404})
    return send(response, 404, {error: {message: 'not found', type: 'not_found_error'}})
  }
  const model = modelOf(pathname, body)
  const tools = dialect.tools(body)
  const step = script.answer({model, tools, text: raw})
  const {turn, calls} = step.answer
  const [call] = calls
  note({
    ...about,
    api: dialect.name,
    model,
    tools,
    last: dialect.last(body),
    ...(step.turn === undefined ? {} : {turn: step.turn}),
    ...(call ? {call} : {}),
    ...(turn.error ? {error: turn.error.status} : {}),
  })
  if (turn.hangs) return
  if (turn.error) return send(response, turn.error.status, dialect.error(turn.error), turn.error.headers)
  const isStream = pathname.endsWith(':streamGenerateContent') || body.stream === true
  if (isStream) writeStream(response, dialect.stream(step.answer), turn.cut === true)
  else if (turn.cut) response.destroy()
  else send(response, 200, dialect.whole(step.answer))
}

function dialectOf(pathname: string): Dialect | undefined {
  if (pathname.endsWith('/messages')) return anthropic
  if (pathname.endsWith('/responses')) return responses
  if (pathname.endsWith('/chat/completions')) return chat
  return /:(stream)?generateContent$/i.test(pathname) ? gemini : undefined
}

/** Answers that need no script: how many tokens, which models. */
function count(pathname: string): object | undefined {
  if (pathname.endsWith('/count_tokens')) return {input_tokens: 100}
  if (pathname.endsWith(':countTokens')) return {totalTokens: 100}
  return pathname.endsWith('/models') ? {object: 'list', data: [], models: []} : undefined
}

function modelOf(pathname: string, {model}: Body): string {
  return typeof model === 'string' ? model : (/models\/([^:/]+):/.exec(pathname)?.[1] ?? '')
}

function parseBody(raw: string): Body {
  try {
    const body: unknown = JSON.parse(raw)
    return isObject(body) ? body : {}
  } catch {
    return {}
  }
}

function send(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, {'content-type': 'application/json', ...headers})
  response.end(JSON.stringify(body))
}
