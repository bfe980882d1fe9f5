import type {JSONRPCMessage, McpServer} from '@modelcontextprotocol/server'

const RESOURCE_NOT_FOUND = -32_002
const INVALID_PARAMS = -32_602

/**
 * Makes a server of 2025-11-25 say of a missing resource what that revision says, `-32002`. The SDK knows the code of the
 * later one alone. To be called before it is connected.
 */
export function sayNotFound(server: McpServer): void {
  const connect = server.connect.bind(server)
  server.connect = (transport) => {
    const {send} = transport
    transport.send = (message, options) => send.call(transport, toOlderCode(message), options)
    return connect(transport)
  }
}

/** Only this fault has the address as its data, and nothing else. */
function toOlderCode(message: JSONRPCMessage): JSONRPCMessage {
  if (!('error' in message) || message.error.code !== INVALID_PARAMS) return message
  const {data} = message.error
  const isNotFound = typeof data === 'object' && data !== null && Object.keys(data).join() === 'uri'
  return isNotFound ? {...message, error: {...message.error, code: RESOURCE_NOT_FOUND}} : message
}
