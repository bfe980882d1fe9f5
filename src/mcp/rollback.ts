import type {InputRequiredResult, ServerContext} from '@modelcontextprotocol/server'
import * as z from 'zod'
import {rollbackToCheckpoint} from '../tasks/operations/rollback.ts'
import {listDiscards} from '../tasks/operations/discards.ts'
import {findAnswer} from '../tasks/state.ts'
import {confirmCall} from './confirmation.ts'
import type {McpServices} from './services.ts'

/** What the tool takes besides the operation: at a terminal a person types the command, and has confirmed it by that. */
export const rollbackInput = rollbackToCheckpoint.input.extend({
  confirm: z
    .boolean()
    .default(false)
    .describe('Go on although changes that are not committed are taken out of the checkout. Say so only when a person wants it.'),
})

/** The arguments that are for the confirmation alone, and those for the operation. */
export function splitConfirm({confirm, ...input}: Readonly<Record<string, unknown>>) {
  return {isConfirmed: confirm === true, input}
}

export interface RollbackCall {
  readonly context: ServerContext
  readonly input: Readonly<Record<string, unknown>>
  readonly isConfirmed: boolean
  readonly canAsk: boolean
}

/** @returns what to ask first, when uncommitted work would leave the checkout; it is kept, but who works there may not expect it */
export async function confirmRollback(services: McpServices, call: RollbackCall): Promise<InputRequiredResult | undefined> {
  const parsed = rollbackToCheckpoint.input.safeParse(call.input)
  // What is wrong with it the operation says.
  if (!parsed.success) return undefined
  const {task_id: taskId, checkpoint_id: checkpointId, working_directory: workingDirectory, request_id: requestId} = parsed.data
  const {state} = await services.operations.readTask(taskId)
  // Sent again: the first answer comes back, and nothing is done.
  if (requestId !== undefined && findAnswer(state, requestId)) return undefined
  const files = await listDiscards({taskId, checkpointId, workingDirectory}, services.operations)
  if (files.length === 0) return undefined
  const {name: tool} = rollbackToCheckpoint
  return confirmCall(call.context, {
    seal: services.seal,
    question: {tool, subject: JSON.stringify([taskId, checkpointId, files])},
    message: `Rolling back to ${checkpointId} takes changes that are not committed out of the checkout: ${listed(files)}. They are kept in a safety checkpoint.`,
    canAsk: call.canAsk,
    isConfirmed: call.isConfirmed,
  })
}

function listed(files: readonly string[]): string {
  const more = files.length - LISTED
  return [...files.slice(0, LISTED), ...(more > 0 ? [`and ${more} more`] : [])].join(', ')
}

const LISTED = 10
