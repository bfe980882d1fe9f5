import {once} from 'node:events'
import {setTimeout as wait} from 'node:timers/promises'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {cannotListen} from './errors.ts'
import {createEras, type Eras, type ErasOptions} from './eras.ts'
import {LOOPBACK_NAMES, MCP_PATH, refuse, type GuardRules} from './guard.ts'
import {sendRefusal, sendResponse, toRequest} from './messages.ts'

export interface HttpOptions extends ErasOptions {
  /** Address to listen on: `127.0.0.1` for this machine alone. */
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  /** `undefined` asks for none. */
  readonly token: string | undefined
}

/** A listening server; close it. */
export interface HttpServing {
  /** Where clients send their requests, with the real port. */
  readonly url: string
  /** Takes no more requests, lets those finish that are being answered, and cancels what takes longer than that. */
  close(): Promise<void>
}

/** What is being answered when the server is asked to stop has this long. */
const GRACE_MS = 5000
const FLUSH_MS = 500

/** Serves MCP over streamable HTTP. @throws {ConductError} `CANNOT_LISTEN` */
export async function serveHttp(options: HttpOptions): Promise<HttpServing> {
  const eras = createEras(options)
  const rules = {hostnames: hostnamesOf(options.host), token: options.token}
  const open: Open = {calls: new Set(), streams: new Set()}
  const server = createServer((message, response) => {
    const answered = answer(message, response, {eras, rules, onError: options.onError})
    const kind = isStream(message) ? open.streams : open.calls
    kind.add(answered)
    void answered.finally(() => kind.delete(answered))
  })
  await listen(server, options)
  return {url: urlOf(server, options.host), close: () => stop(server, eras, open)}
}

/** What is being answered. */
interface Open {
  readonly calls: Set<Promise<void>>
  /** Stay open for as long as their client wants; nothing waits for them. */
  readonly streams: Set<Promise<void>>
}

interface AnswerContext extends Pick<HttpOptions, 'onError'> {
  readonly eras: Eras
  readonly rules: GuardRules
}

async function answer(message: IncomingMessage, response: ServerResponse, {eras, rules, onError}: AnswerContext): Promise<void> {
  try {
    const {method = '', url = '', headers} = message
    const {host, origin, authorization} = headers
    const refusal = refuse({method, path: url.split('?', 1)[0] ?? '', headers: {host, origin, authorization}}, rules)
    if (refusal) return sendRefusal(refusal, response)
    await sendResponse(await eras.fetch(toRequest(message, response)), response)
  } catch (error) {
    // A client that goes away in the middle is no fault of ours.
    if (!response.destroyed) onError(error)
    response.destroy()
  }
}

function isStream({method, headers}: IncomingMessage): boolean {
  return method === 'GET' || headers['mcp-method'] === 'subscriptions/listen'
}

async function listen(server: Server, {host, port}: HttpOptions): Promise<void> {
  server.listen({host, port})
  try {
    await once(server, 'listening')
  } catch (error) {
    throw cannotListen(host, port, error)
  }
}

async function stop(server: Server, eras: Eras, {calls, streams}: Open): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  await within(GRACE_MS, calls)
  await eras.close()
  // What ends now still has to reach its client.
  await within(FLUSH_MS, [...calls, ...streams])
  server.closeAllConnections()
  await closed
}

async function within(ms: number, answers: Iterable<Promise<void>>): Promise<void> {
  const ended = new AbortController()
  const {signal} = ended
  await Promise.race([Promise.all(answers), wait(ms, undefined, {signal}).catch(() => undefined)])
  ended.abort()
}

/** Any name will do where clients come from elsewhere: nobody can list what this machine is called there. */
function hostnamesOf(host: string): readonly string[] | undefined {
  return isLoopback(host) ? LOOPBACK_NAMES : undefined
}

/** Reachable from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}

function urlOf(server: Server, host: string): string {
  // A listening TCP server has such an address.
  const {port} = server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}${MCP_PATH}`
}
