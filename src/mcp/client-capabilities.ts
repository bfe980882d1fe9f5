import {CLIENT_CAPABILITIES_META_KEY, type ClientCapabilities, type ServerContext} from '@modelcontextprotocol/server'

/** What the client of a request of 2026-07-28 declares with it; `undefined` in the other era. */
export function declaredCapabilities({envelope = {}}: ServerContext['mcpReq']): ClientCapabilities | undefined {
  // The SDK has checked the envelope, whose type it leaves open.
  return (envelope as Readonly<Record<string, ClientCapabilities | undefined>>)[CLIENT_CAPABILITIES_META_KEY]
}
