import {McpServer, type McpRequestContext} from '@modelcontextprotocol/server'
import {enableLongCalls, type LongTool} from './calls/extension.ts'
import {registerPrompts} from './prompts.ts'
import {registerResources} from './resources.ts'
import type {McpServices} from './services.ts'
import {registerTools} from './tools.ts'

/**
 * One server: for a connection of stdio, or for a request of HTTP. It holds nothing of its own, so that any number of
 * them share the services of the process. The same one serves both eras of the protocol.
 */
export function createMcpServer(services: McpServices, {era}: Pick<McpRequestContext, 'era'>): McpServer {
  const {version, calls, extras, seal} = services
  const options = {instructions: INSTRUCTIONS, requestState: {verify: seal.verify}, ...extras?.options}
  const server = new McpServer({name: 'conduct', title: 'conduct', version}, options)
  if (era === 'modern') enableLongCalls(server, calls, [...LONG_TOOLS, ...(extras?.longTools ?? [])])
  extras?.prepare(server)
  server.server.registerCapabilities({tools: {listChanged: false}})
  registerTools(server, services)
  registerResources(server, services, era)
  registerPrompts(server, services)
  extras?.register(server)
  return server
}

/** Tests of a phase run in these. */
const LONG_TOOLS: readonly LongTool[] = [{name: 'validate_phase'}, {name: 'merge_module'}]

const INSTRUCTIONS = [
  'conduct keeps the state of tasks: one go at a SPEC.md in one git repository, phase by phase. It decides nothing; you do.',
  'Begin with start_task and keep the task_id: every other tool takes it.',
  'For each phase: create_worktree for each module, let one agent work in each, check the work yourself, create_checkpoint, mark_phase_complete.',
  'After the last phase: cleanup_worktrees, complete_task.',
  'Give each mutation a request_id, so that a call that is sent again is not done twice.',
].join('\n')
