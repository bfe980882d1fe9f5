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
  const options = {instructions: INSTRUCTIONS, cacheHints: CACHE_HINTS, requestState: {verify: seal.verify}, ...extras?.options}
  const server = new McpServer({name: 'conduct', title: 'conduct', version}, options)
  if (era === 'modern') enableLongCalls(server, calls, [...LONG_TOOLS, ...(extras?.longTools ?? [])])
  extras?.prepare(server)
  server.server.registerCapabilities({tools: {listChanged: false}, prompts: {listChanged: false}})
  registerTools(server, services)
  registerResources(server, services, era)
  registerPrompts(server, services)
  extras?.register(server)
  return server
}

/** What a version of conduct says of itself; nobody's data is in it. */
const STATIC = {ttlMs: 300_000, cacheScope: 'public'} as const
const CACHE_HINTS = {'tools/list': STATIC, 'prompts/list': STATIC, 'resources/templates/list': STATIC, 'server/discover': STATIC}

/** Tests of a phase run in these. */
const LONG_TOOLS: readonly LongTool[] = [{name: 'validate_phase'}, {name: 'merge_module'}]

const INSTRUCTIONS = [
  'conduct keeps the state of tasks: one go at a SPEC.md in one git repository, phase by phase. It decides nothing; you do.',
  'Begin with start_task and keep the task_id: every other tool takes it.',
  'For each phase of get_phases: create_worktree for each module, let one agent work in each, merge_module, validate_phase; when it passed, create_checkpoint and mark_phase_complete.',
  'After the last phase: cleanup_worktrees, complete_task.',
  'The prompt `conduct` is the whole brief. Resources at conduct://tasks show where tasks stand, and can be subscribed to.',
  'Who was launched to work in one worktree needs none of these tools.',
  'Give each mutation a request_id, so that a call that is sent again is not done twice.',
].join('\n')
