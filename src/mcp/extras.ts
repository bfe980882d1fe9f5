import type {McpServer, McpServerOptions} from '@modelcontextprotocol/server'
import type {LongTool} from './calls/extension.ts'

/** What a server has besides the tools, resources and prompts of conduct. */
export interface Extras {
  readonly options: Pick<McpServerOptions, 'requestState'>
  readonly longTools: readonly LongTool[]
  /** Before anything is registered. */
  prepare(server: McpServer): void
  /** After everything is registered. */
  register(server: McpServer): void
}
