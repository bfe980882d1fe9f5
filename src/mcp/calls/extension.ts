import {
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  type InputResponses,
  type McpServer,
  type Result,
  type ServerContext,
} from '@modelcontextprotocol/server'
import * as z from 'zod'
import {declaredCapabilities} from '../client-capabilities.ts'
import {intercept} from '../intercept.ts'
import type {CallState} from './call-state.ts'
import type {LongCalls} from './long-calls.ts'
import {toDetailedTask, toTask} from './wire.ts'

/** @see https://modelcontextprotocol.io/seps/2663-tasks-extension */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks'

/** A tool that may take minutes. */
export interface LongTool {
  readonly name: string
  /** It has no answer for clients that cannot come back for one. */
  readonly isRequired?: boolean
  /** What it asks first, it asks in the answer to the call itself; the call becomes a long one when it has what it needs. */
  readonly asksFirst?: boolean
}

/**
 * The tasks extension of MCP on a server of 2026-07-28. A client that declares it gets, for a long tool, a handle at
 * once, and comes back for the result; others wait for it as ever. To be called before tools are registered.
 */
export function enableLongCalls(server: McpServer, calls: LongCalls, tools: readonly LongTool[]): void {
  server.server.registerCapabilities({extensions: {[TASKS_EXTENSION]: {}}})
  const byName = new Map(tools.map((tool) => [tool.name, tool]))
  intercept(server, 'tools/call', (inner) => async (request, context) => {
    const tool = byName.get(String(request.params?.['name']))
    if (!tool || !isDeclared(context)) return tool?.isRequired ? refuse() : inner(request, context)
    if (tool.asksFirst && context.mcpReq.inputResponses === undefined) return inner(request, context)
    const state = await calls.begin(tool.name, ({signal, answers}) => inner(request, detach(context, signal, answers)))
    // Without content the SDK takes no result of a tool.
    return {...toTask(state), resultType: 'task', content: []}
  })
  registerMethods(server, calls)
}

function registerMethods({server}: McpServer, calls: LongCalls): void {
  const one = z.looseObject({taskId: z.string()})
  server.setRequestHandler('tasks/get', {params: one}, async ({taskId}, context): Promise<Result> => {
    requireExtension(context)
    return toDetailedTask(known(taskId, await calls.find(taskId)))
  })
  server.setRequestHandler('tasks/update', {params: one}, async ({taskId}, context): Promise<Result> => {
    requireExtension(context)
    // The SDK takes the answers out of the parameters of any method, and drops what is none.
    const {inputResponses} = context.mcpReq
    if (!inputResponses) throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'tasks/update brings `inputResponses`.')
    known(taskId, await calls.answer(taskId, inputResponses))
    return {}
  })
  server.setRequestHandler('tasks/cancel', {params: one}, async ({taskId}, context): Promise<Result> => {
    requireExtension(context)
    known(taskId, await calls.cancel(taskId))
    return {}
  })
}

/** The call goes on when the request that began it is long answered: nobody is there for its notifications. */
function detach(context: ServerContext, signal: AbortSignal, answers: Readonly<Record<string, unknown>> | undefined): ServerContext {
  // They came through `tasks/update`, and the tool checks what is in them, as it must in any other call.
  const inputResponses = answers ? (answers as InputResponses) : context.mcpReq.inputResponses
  return {...context, mcpReq: {...context.mcpReq, signal, notify: async () => undefined, ...(inputResponses ? {inputResponses} : {})}}
}

function isDeclared({mcpReq}: ServerContext): boolean {
  return declaredCapabilities(mcpReq)?.extensions?.[TASKS_EXTENSION] !== undefined
}

function requireExtension(context: ServerContext): void {
  if (!isDeclared(context)) refuse()
}

function refuse(): never {
  throw new MissingRequiredClientCapabilityError({requiredCapabilities: {extensions: {[TASKS_EXTENSION]: {}}}})
}

function known(id: string, state: CallState | undefined): CallState {
  if (state) return state
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no task ${JSON.stringify(id)}.`)
}
