import type {IncomingMessage, ServerResponse} from 'node:http'
import {Readable} from 'node:stream'
import type {ReadableStream as NodeReadableStream} from 'node:stream/web'
import type {Refusal} from './guard.ts'

/** Between `node:http`, which both runtimes have, and the Request and Response that the SDK speaks. */

/**
 * The request as the SDK takes it. Its signal aborts when the client goes away before the answer is complete: that is
 * how a client of 2026-07-28 cancels a call.
 */
export function toRequest(message: IncomingMessage, response: ServerResponse): Request {
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new Error('The client closed the connection.'))
  })
  const hasBody = message.method !== 'GET' && message.method !== 'HEAD'
  const body = hasBody ? (Readable.toWeb(message) as ReadableStream<Uint8Array>) : undefined
  const {method = 'GET', url = '/'} = message
  return new Request(new URL(url, 'http://localhost'), {
    method,
    headers: toHeaders(message),
    signal: gone.signal,
    ...(body ? {body, duplex: 'half'} : {}),
  } as RequestInit)
}

function toHeaders({rawHeaders}: IncomingMessage): Headers {
  const headers = new Headers()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '')
  return headers
}

/** Writes the answer as it comes, no faster than the client reads. Resolves when it is written, or the client is gone. */
export async function sendResponse(answer: Response, response: ServerResponse): Promise<void> {
  if (response.destroyed) return void (await answer.body?.cancel().catch(() => undefined))
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  if (!answer.body) return void response.end()
  // A stream of events begins with nothing: its client waits for the headers.
  response.flushHeaders()
  const body = Readable.fromWeb(answer.body as NodeReadableStream<Uint8Array>)
  response.once('close', () => body.destroy())
  body.on('error', () => response.destroy())
  await new Promise<void>((resolve) => {
    response.once('close', resolve)
    response.once('finish', resolve)
    body.pipe(response)
  })
}

/** Answers without asking the SDK, in the shape that MCP clients read. */
export function sendRefusal({status, message, headers}: Refusal, response: ServerResponse): void {
  const body = JSON.stringify({jsonrpc: '2.0', error: {code: -32_000, message}, id: null})
  // What the client still sends is not read.
  response.writeHead(status, {...headers, 'content-type': 'application/json', connection: 'close'}).end(body)
}
