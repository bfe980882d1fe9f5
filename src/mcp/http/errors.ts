import {ConductError} from '../../errors.ts'

/** An answer of HTTP in the shape that MCP clients read. `code` is JSON-RPC's. */
export function rpcError(status: number, message: string, code = -32_000): Response {
  return Response.json({jsonrpc: '2.0', error: {code, message}, id: null}, {status})
}

/** @param cause what `listen` threw */
export function cannotListen(host: string, port: number, cause: unknown): ConductError {
  const {message, suggestions} = explain(port, cause)
  return new ConductError('CANNOT_LISTEN', `Cannot listen on ${host}, port ${port}: ${message}.`, suggestions, cause)
}

function explain(port: number, cause: unknown): {readonly message: string; readonly suggestions: readonly string[]} {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  switch (code) {
    case 'EADDRINUSE':
      return {
        message: 'another program has it',
        suggestions: ['Take any free port: conduct mcp --http --port 0', `Or see who has it: lsof -i :${port}`],
      }
    case 'EACCES':
      return {message: 'this user may not', suggestions: ['Take a port above 1023.']}
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return {message: 'this machine has no such address', suggestions: ['Leave --host away, or name an address of this machine.']}
    default:
      return {message: cause instanceof Error ? cause.message : String(cause), suggestions: []}
  }
}
