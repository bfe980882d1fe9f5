import type {McpServerFactory} from '@modelcontextprotocol/server'
import {serveStdio} from '@modelcontextprotocol/server/stdio'
import {createMcpServer} from './server.ts'
import type {McpServices} from './services.ts'
import {StdioStreams} from './stdio-streams.ts'
import {StdioWire} from './stdio-wire.ts'

/**
 * Serves one client on stdin and stdout, in whichever era it speaks, until it closes stdin or `signal` aborts. On return
 * no call is in progress any more.
 */
export async function serveOnStdio(services: McpServices, signal: AbortSignal): Promise<void> {
  const transport = new StdioWire()
  const streams = new StdioStreams(services.changes)
  const factory: McpServerFactory = (context) => {
    const server = createMcpServer(services, context)
    streams.attach(server)
    return server
  }
  const handle = serveStdio(factory, {transport, onerror: reportFault})
  streams.observe(transport)
  const close = () => void handle.close()
  signal.addEventListener('abort', close, {once: true})
  if (signal.aborted) close()
  await transport.closed
  signal.removeEventListener('abort', close)
  await services.settle()
}

function reportFault(error: Error): void {
  process.stderr.write(`conduct mcp: ${error.message}\n`)
}
