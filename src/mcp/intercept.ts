import type {McpServer, Result, ServerContext} from '@modelcontextprotocol/server'

/** Answers a request. `request` is the message as the SDK hands it on: its envelope is in the context. */
export type RequestHandler = (request: InboundRequest, context: ServerContext) => Promise<Result>

export interface InboundRequest {
  readonly method: string
  readonly params?: Readonly<Record<string, unknown>>
}

/**
 * Puts a handler around the one that will be registered for a method: the SDK makes its own for tools, and lets nobody
 * in between. To be called before that; the last one to be put around is the innermost.
 */
export function intercept({server}: McpServer, method: string, around: (inner: RequestHandler) => RequestHandler): void {
  // Overloads cannot be passed on as they are: this is the longest of them, without its types.
  const register = server.setRequestHandler.bind(server) as (...args: unknown[]) => void
  const decorated = (name: string, ...rest: unknown[]) => {
    const [handler] = rest
    const isOurs = name === method && typeof handler === 'function'
    register(name, ...(isOurs ? [around(awaited(handler as RequestHandler))] : rest))
  }
  server.setRequestHandler = decorated as typeof server.setRequestHandler
}

/** Handlers may answer at once. */
function awaited(handler: RequestHandler): RequestHandler {
  return async (request, context) => handler(request, context)
}
