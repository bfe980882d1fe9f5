import {randomUUID} from 'node:crypto'
import {
  isInitializeRequest,
  WebStandardStreamableHTTPServerTransport,
  type McpServer,
  type McpServerFactory,
  type Server,
} from '@modelcontextprotocol/server'
import {rpcError} from './errors.ts'

export interface SessionsOptions {
  readonly factory: McpServerFactory
  /** The one that was used longest ago ends when a new one would be one too many: clients vanish without a word. */
  readonly maxSessions: number
  onError(error: unknown): void
}

interface Session {
  readonly server: McpServer | Server
  readonly transport: WebStandardStreamableHTTPServerTransport
}

/**
 * Clients of 2025-11-25 over HTTP. Their protocol has sessions: the server asks them questions and tells them of changes
 * on a stream that they hold open, so each has a server of its own for as long as it stays.
 */
export class HttpSessions {
  readonly #options: SessionsOptions
  /** Least recently used first. */
  readonly #open = new Map<string, Session>()

  constructor(options: SessionsOptions) {
    this.#options = options
  }

  /** @param body the parsed body; `undefined` for GET and DELETE */
  async fetch(request: Request, body: unknown): Promise<Response> {
    const id = request.headers.get('mcp-session-id')
    if (id === null) return isInitializeRequest(body) ? this.#begin(request, body) : rpcError(400, 'Send initialize first.')
    const session = this.#open.get(id)
    if (!session) return rpcError(404, 'There is no such session any more. Send initialize again.', -32_001)
    this.#open.delete(id)
    this.#open.set(id, session)
    return session.transport.handleRequest(request, body === undefined ? {} : {parsedBody: body})
  }

  async #begin(request: Request, body: unknown): Promise<Response> {
    const server = await this.#options.factory({era: 'legacy', requestInfo: request})
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void this.#open.set(id, {server, transport}),
    })
    transport.onclose = () => void this.#open.delete(transport.sessionId ?? '')
    await server.connect(transport)
    const answer = await transport.handleRequest(request, {parsedBody: body})
    if (transport.sessionId === undefined) await server.close()
    this.#endOldest()
    return answer
  }

  #endOldest(): void {
    const [oldest] = this.#open.values()
    if (oldest && this.#open.size > this.#options.maxSessions) void oldest.server.close().catch(this.#options.onError)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({server}) => server.close().catch(this.#options.onError)))
  }
}
