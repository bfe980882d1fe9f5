import {timingSafeEqual, createHash} from 'node:crypto'

/** Whom the HTTP server answers. The SDK checks none of this. */
export interface GuardRules {
  /** Names under which clients may reach the server, lower case, without a port; `undefined` for any, where a token is asked for. */
  readonly hostnames: readonly string[] | undefined
  /** What a client must send as `Authorization: Bearer …`; `undefined` lets everybody in who reaches the port. */
  readonly token: string | undefined
}

/** The parts of a request that decide. Header names are lower case. */
export interface GuardedRequest {
  readonly method: string
  /** Path without the query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

export interface Refusal {
  readonly status: 401 | 403 | 404 | 405
  /** What the client reads: what is wrong, and what to send instead. */
  readonly message: string
  readonly headers: Readonly<Record<string, string>>
}

export const MCP_PATH = '/mcp'

export const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'] as const

const METHODS = ['POST', 'GET', 'DELETE']

/**
 * Why a request is not answered; `undefined` when it may pass. A page in a browser that was led to this port by a name
 * of its own (DNS rebinding) is refused by its `Host` or `Origin` before its token is looked at.
 */
export function refuse(request: GuardedRequest, {hostnames, token}: GuardRules): Refusal | undefined {
  const {host, origin, authorization} = request.headers
  if (hostnames && !hostnames.includes(hostnameOf(`http://${host ?? ''}`) ?? '')) return refusedHost(host)
  if (origin !== undefined && !isOwnOrigin(origin, {host, hostnames})) return refusedOrigin(origin)
  if (request.path !== MCP_PATH) return {status: 404, message: `There is nothing here. MCP is spoken at ${MCP_PATH}.`, headers: {}}
  if (!METHODS.includes(request.method)) return wrongMethod(request.method)
  if (token !== undefined) return checkToken(authorization, token)
  return undefined
}

/** A page may call the server that it came from; where any name will do, that is the one in `Host`. */
function isOwnOrigin(origin: string, {host, hostnames}: {readonly host: string | undefined; readonly hostnames: GuardRules['hostnames']}) {
  const name = hostnameOf(origin)
  if (name === undefined) return false
  return hostnames ? hostnames.includes(name) : name === hostnameOf(`http://${host ?? ''}`)
}

function hostnameOf(url: string): string | undefined {
  const {hostname} = URL.parse(url) ?? {}
  return hostname === '' ? undefined : hostname
}

function checkToken(authorization: string | undefined, token: string): Refusal | undefined {
  if (authorization === undefined) return unauthorized('Send the token as `Authorization: Bearer TOKEN`.', '')
  const [scheme, sent, ...rest] = authorization.split(' ')
  const isRight = scheme?.toLowerCase() === 'bearer' && sent !== undefined && rest.length === 0 && isSame(sent, token)
  return isRight ? undefined : unauthorized('The token is not the one of this server.', ', error="invalid_token"')
}

/** Takes equally long wherever the two differ, and whatever their lengths. */
function isSame(sent: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(sent), digest(token))
}

const unauthorized = (message: string, detail: string): Refusal => ({
  status: 401,
  message,
  headers: {'www-authenticate': `Bearer realm="conduct"${detail}`},
})

const refusedHost = (host: string | undefined): Refusal => ({
  status: 403,
  message: `This server does not answer to the name ${JSON.stringify(host ?? '')}. Use the address that it printed, or start it with --host.`,
  headers: {},
})

const refusedOrigin = (origin: string): Refusal => ({
  status: 403,
  message: `Pages of ${JSON.stringify(origin)} may not call this server.`,
  headers: {},
})

const wrongMethod = (method: string): Refusal => ({
  status: 405,
  message: `${method} is not for ${MCP_PATH}.`,
  headers: {allow: METHODS.join(', ')},
})
