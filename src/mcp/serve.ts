import type {HttpListening} from './http-serve.ts'
import {createMcpServer} from './server.ts'
import type {McpServices} from './services.ts'

/**
 * Serves MCP until `signal` aborts, or, without `http`, until the one client closes stdin. On return no call is in
 * progress any more.
 *
 * @throws {ConductError} `USAGE` for a token that is none, `CANNOT_LISTEN`
 */
export async function serveMcp(services: McpServices, signal: AbortSignal, http: HttpListening | undefined): Promise<void> {
  if (!http) {
    const {serveOnStdio} = await import('./stdio.ts')
    return serveOnStdio(services, signal)
  }
  const {serveOnHttp} = await import('./http-serve.ts')
  return serveOnHttp({...http, factory: (context) => createMcpServer(services, context), settle: services.settle, signal})
}
