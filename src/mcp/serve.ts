import {createChangeBus, type ChangeBus} from './change-bus.ts'
import type {Extras} from './extras.ts'
import type {HttpListening} from './http/serve.ts'
import {createMcpServer} from './server.ts'
import type {McpServices} from './services.ts'

/**
 * Serves MCP until `signal` aborts, or, without `http`, until the one client closes stdin. On return no call is in
 * progress any more.
 *
 * @throws {ConductError} `USAGE` for a token that is none, `CANNOT_LISTEN`
 */
export async function serveMcp(plain: McpServices, signal: AbortSignal, http: HttpListening | undefined): Promise<void> {
  const bus = createChangeBus(plain.changes)
  const services = {...plain, extras: await loadExtras(plain, bus)}
  if (!http) {
    const {serveOnStdio} = await import('./stdio.ts')
    return serveOnStdio(services, signal)
  }
  const {serveOnHttp} = await import('./http/serve.ts')
  return serveOnHttp({...http, bus, factory: (context) => createMcpServer(services, context), settle: services.settle, signal})
}

/** What the public test suites look for; nobody else has it. */
async function loadExtras({operations}: McpServices, bus: ChangeBus): Promise<Extras | undefined> {
  if (operations.hostEnv.CONDUCT_MCP_FIXTURES !== '1') return undefined
  const {createFixtures} = await import('./fixtures/fixtures.ts')
  return createFixtures(bus)
}
