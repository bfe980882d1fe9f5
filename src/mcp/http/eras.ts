import {createMcpHandler, isLegacyRequest, readRequestBody, type McpServerFactory} from '@modelcontextprotocol/server'
import type {ChangeBus} from '../change-bus.ts'
import {rpcError} from './errors.ts'
import {HttpSessions} from './sessions.ts'

export interface ErasOptions {
  readonly factory: McpServerFactory
  /** What the open streams of clients of 2026-07-28 hear. Those of 2025-11-25 are told by their own servers. */
  readonly bus: ChangeBus
  /** What goes wrong beside the answers, for the log. */
  onError(error: unknown): void
}

/** Answers MCP over HTTP in both eras that clients speak, from one factory. */
export interface Eras {
  fetch(request: Request): Promise<Response>
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
export function createEras({factory, bus, onError}: ErasOptions): Eras {
  const modern = createMcpHandler(factory, {legacy: 'reject', bus, onerror: onError})
  const sessions = new HttpSessions({factory, maxSessions: MAX_SESSIONS, onError})
  return {
    fetch: async (request) => {
      if (request.method !== 'POST') return sessions.fetch(request, undefined)
      const body = await readBody(request)
      if (body instanceof Response) return body
      if (await isLegacyRequest(request, body.json)) return sessions.fetch(request, body.json)
      const handedOver = request.headers.get('mcp-method') === 'subscriptions/listen' ? await bus.prepare() : () => undefined
      return modern.fetch(request, {parsedBody: body.json}).finally(handedOver)
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
