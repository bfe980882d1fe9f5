import type {McpServer, ToolAnnotations} from '@modelcontextprotocol/server'
import {byHandOperations} from '../run/by-hand/all.ts'
import {operations} from '../tasks/operations/all.ts'
import type {Operation} from '../tasks/operations/operation.ts'
import {openProgress} from './progress.ts'
import {announce} from './schemas.ts'
import type {McpServices} from './services.ts'
import {toErrorResult, toResult} from './tool-results.ts'

/** One tool for each operation: the ten of the state machine, then those that an agent which conducts needs besides. */
export function registerTools(server: McpServer, services: McpServices): void {
  for (const operation of [...operations, ...byHandOperations]) registerOperation(server, services, operation)
}

function registerOperation(server: McpServer, services: McpServices, operation: Operation): void {
  const {name, title, summary, input, output} = operation
  const config = {
    title,
    description: summary,
    inputSchema: announce(input, 'input'),
    outputSchema: announce(output, 'output'),
    annotations: annotate(operation),
  }
  server.registerTool(name, config, async (args, context) => {
    const progress = openProgress(context)
    try {
      const result = await services.call(operation, args, {signal: context.mcpReq.signal, onProgress: progress.report})
      return toResult(result, args)
    } catch (error) {
      return toErrorResult(name, error)
    } finally {
      progress.close()
    }
  })
}

function annotate({title, isReadOnly, hints = {}}: Operation): ToolAnnotations {
  const common = {title, readOnlyHint: isReadOnly, openWorldHint: false}
  if (isReadOnly) return common
  return {...common, destructiveHint: hints.isDestructive ?? false, idempotentHint: hints.isIdempotent ?? false}
}
