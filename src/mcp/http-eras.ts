import {createMcpHandler, isLegacyRequest, readRequestBody, type McpServerFactory, type ServerNotifier} from '@modelcontextprotocol/server'
import {rpcError} from './http-errors.ts'
import {HttpSessions} from './http-sessions.ts'

export interface ErasOptions {
  readonly factory: McpServerFactory
  /** What goes wrong beside the answers, for the log. */
  onError(error: unknown): void
}

/** Answers MCP over HTTP in both eras that clients speak, from one factory. */
export interface Eras {
  fetch(request: Request): Promise<Response>
  /** Tells the open streams of clients of 2026-07-28. Those of 2025-11-25 are told by their own servers. */
  readonly notify: ServerNotifier
  /** Ends every stream, and cancels what is still being answered. */
  close(): Promise<void>
}

/** Arguments of tools are small; the largest is a description. */
const MAX_BODY_BYTES = 1024 * 1024
const MAX_SESSIONS = 256

/**
 * Requests of 2026-07-28 carry all that they need, and each gets a server of its own; those of 2025-11-25 belong to
 * sessions. Which is which, the SDK says.
 */
export function createEras({factory, onError}: ErasOptions): Eras {
  const modern = createMcpHandler(factory, {legacy: 'reject', onerror: onError})
  const sessions = new HttpSessions({factory, maxSessions: MAX_SESSIONS, onError})
  return {
    notify: modern.notify,
    fetch: async (request) => {
      if (request.method !== 'POST') return sessions.fetch(request, undefined)
      const body = await readBody(request)
      if (body instanceof Response) return body
      const isLegacy = await isLegacyRequest(request, body.json)
      return isLegacy ? sessions.fetch(request, body.json) : modern.fetch(request, {parsedBody: body.json})
    },
    close: async () => {
      await Promise.all([modern.close(), sessions.close()])
    },
  }
}

async function readBody(request: Request): Promise<Response | {readonly json: unknown}> {
  const read = await readRequestBody(request, MAX_BODY_BYTES)
  if (read.tooLarge) return rpcError(413, `The request is larger than ${MAX_BODY_BYTES} bytes.`)
  try {
    return {json: JSON.parse(read.text)}
  } catch {
    return rpcError(400, 'The request is not JSON.', -32_700)
  }
}
