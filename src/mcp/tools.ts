import type {CallToolResult, InputRequiredResult, McpServer, ServerContext, ToolAnnotations} from '@modelcontextprotocol/server'
import {byHandOperations} from '../run/by-hand/all.ts'
import {operations} from '../tasks/operations/all.ts'
import {rollbackToCheckpoint} from '../tasks/operations/rollback.ts'
import type {Operation} from '../tasks/operations/operation.ts'
import {declaredCapabilities} from './client-capabilities.ts'
import {nextField} from './next-step.ts'
import {openProgress} from './progress.ts'
import {confirmRollback, rollbackInput, splitConfirm} from './rollback.ts'
import {announce} from './schemas.ts'
import type {McpServices} from './services.ts'
import {toErrorResult, toResult} from './tool-results.ts'

/** One tool for each operation: the ten of the state machine, then those that an agent which conducts needs besides. */
export function registerTools(server: McpServer, services: McpServices): void {
  for (const operation of [...operations, ...byHandOperations]) registerOperation(server, services, operation)
}

type Arguments = Readonly<Record<string, unknown>>

function registerOperation(server: McpServer, services: McpServices, operation: Operation): void {
  const {name, title, summary, output} = operation
  const isRollback = name === rollbackToCheckpoint.name
  const config = {
    title,
    description: summary,
    inputSchema: announce(isRollback ? rollbackInput : operation.input, 'input'),
    outputSchema: announce(output.extend({next: nextField}), 'output'),
    annotations: annotate(operation),
  }
  server.registerTool(name, config, (args, context) =>
    answer(name, async () => {
      if (!isRollback) return callTool(services, operation, {args, context})
      const {input, isConfirmed} = splitConfirm(args)
      const canAsk = canElicit(server, context)
      const question = await confirmRollback(services, {context, input, isConfirmed, canAsk})
      return question ?? callTool(services, operation, {args: input, context})
    }),
  )
}

async function answer(
  name: string,
  act: () => Promise<CallToolResult | InputRequiredResult>,
): Promise<CallToolResult | InputRequiredResult> {
  try {
    return await act()
  } catch (error) {
    return toErrorResult(name, error)
  }
}

interface ToolCall {
  readonly args: Arguments
  readonly context: ServerContext
}

async function callTool(services: McpServices, operation: Operation, {args, context}: ToolCall): Promise<CallToolResult> {
  const progress = openProgress(context)
  try {
    const result = await services.call(operation, args, {signal: context.mcpReq.signal, onProgress: progress.report})
    return toResult(operation.name, result, args)
  } finally {
    progress.close()
  }
}

/** In the later era each request says what its client can do; before, the client said it once. */
function canElicit({server}: McpServer, {mcpReq}: ServerContext): boolean {
  const {elicitation} = declaredCapabilities(mcpReq) ?? server.getClientCapabilities() ?? {}
  // A client that says nothing of modes knows forms.
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined)
}

function annotate({title, isReadOnly, hints = {}}: Operation): ToolAnnotations {
  const common = {title, readOnlyHint: isReadOnly, openWorldHint: false}
  if (isReadOnly) return common
  return {...common, destructiveHint: hints.isDestructive ?? false, idempotentHint: hints.isIdempotent ?? false}
}
