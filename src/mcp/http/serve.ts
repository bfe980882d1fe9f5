import {randomBytes} from 'node:crypto'
import {once} from 'node:events'
import type {McpServerFactory} from '@modelcontextprotocol/server'
import {ConductError} from '../../errors.ts'
import type {ChangeBus} from '../change-bus.ts'
import {isLoopback, serveHttp} from './listen.ts'

/** What a person says of where and for whom to serve. */
export interface HttpListening {
  readonly host: string
  readonly port: number
  /** Chosen by the person; a fresh one when absent. */
  readonly token: string | undefined
  /** Asks for no token at all: on this machine alone, for programs that cannot send one. */
  readonly withoutToken: boolean
  /** Writes a line for people. */
  say(line: string): void
}

export interface ServeOptions extends HttpListening {
  readonly factory: McpServerFactory
  readonly bus: ChangeBus
  readonly signal: AbortSignal
  /** Resolves when no call is in progress any more. */
  settle(): Promise<void>
}

/** Serves MCP over HTTP until `signal` aborts; see `serveMcp`. */
export async function serveOnHttp(options: ServeOptions): Promise<void> {
  const {host, port, factory, bus, signal, say} = options
  const token = chooseToken(options)
  const onError = (error: unknown) => say(`conduct mcp: ${error instanceof Error ? error.message : String(error)}`)
  const serving = await serveHttp({host, port, token, factory, bus, onError})
  for (const line of introduce(serving.url, token, options)) say(line)
  if (!signal.aborted) await once(signal, 'abort')
  await serving.close()
  await options.settle()
}

function chooseToken({token, withoutToken, host}: HttpListening): string | undefined {
  if (withoutToken && !isLoopback(host)) {
    throw new ConductError('USAGE', `Who reaches ${host} from elsewhere must show a token.`, ['Leave --without-token away, or --host.'])
  }
  if (withoutToken) return undefined
  if (token === undefined) return randomBytes(24).toString('base64url')
  if (/^[\x21-\x7e]{16,}$/.test(token)) return token
  throw new ConductError('USAGE', 'CONDUCT_MCP_TOKEN is no token: it takes 16 letters, digits or signs at least, without spaces.', [
    'Make one: export CONDUCT_MCP_TOKEN=$(openssl rand -hex 24)',
  ])
}

/** Where the server is, and what to paste where. The token is said once, and only when it is news. */
function introduce(url: string, token: string | undefined, {token: chosen}: HttpListening): readonly string[] {
  const shown = chosen === undefined ? token : '$CONDUCT_MCP_TOKEN'
  const header = token === undefined ? '' : ` --header "Authorization: Bearer ${shown}"`
  const headers = token === undefined ? {} : {headers: {Authorization: `Bearer ${chosen === undefined ? token : '${CONDUCT_MCP_TOKEN}'}`}}
  return [
    `conduct serves MCP at ${url}`,
    `  Claude Code:    claude mcp add --transport http conduct ${url}${header}`,
    `  other clients:  ${JSON.stringify({mcpServers: {conduct: {type: 'http', url, ...headers}}})}`,
    ...(chosen === undefined && token !== undefined
      ? ['The token is good until this server ends; set CONDUCT_MCP_TOKEN to keep one. Stop the server with Ctrl-C.']
      : []),
  ]
}
