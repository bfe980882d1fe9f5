import {randomUUID} from 'node:crypto'
import type {CallToolResult} from '@modelcontextprotocol/server'
import {ConductError} from '../errors.ts'
import {nextStep} from './next-step.ts'
import {toToolHint} from './tool-hints.ts'
import {stateUri} from './uris.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * The result of an operation: structured, and the same as JSON text for clients that read text only. `next` is a field, since
 * there are clients that show their model the structured content and no text.
 */
export function toResult(tool: string, output: Fields, args: Fields): CallToolResult {
  const next = nextStep(tool, output, args)
  const told = next === undefined ? {...output} : {...output, next}
  const text = {type: 'text', text: JSON.stringify(told)} as const
  const taskId = output.task_id ?? args.task_id
  return {content: [text, ...(typeof taskId === 'string' ? [linkState(taskId)] : [])], structuredContent: told}
}

function linkState(taskId: string) {
  return {type: 'resource_link', uri: stateUri(taskId), name: `state of ${taskId}`, mimeType: 'application/json'} as const
}

/**
 * What went wrong, for a model: the code, what happened, what to call next. The same as data is in `_meta`, since
 * structured content would have to be of the tool's own shape. Of a bug the client learns a number, no more.
 */
export function toErrorResult(tool: string, error: unknown): CallToolResult {
  const {code, message, next} = explainError(tool, error)
  const lines = [`${code}: ${message}`, ...next.map((hint) => `Next: ${hint}`)]
  return {isError: true, content: [{type: 'text', text: lines.join('\n')}], _meta: {[ERROR_KEY]: {code, message, next}}}
}

/** Where a client finds the error as data: `{code, message, next}`. */
export const ERROR_KEY = 'conduct/error'

/** The same as data. @param what was called or read */
export function explainError(what: string, error: unknown): {code: string; message: string; next: readonly string[]} {
  if (error instanceof ConductError) return describe(error)
  if (error instanceof Error && error.name === 'AbortError')
    return {code: 'CANCELLED', message: `The call of ${what} was cancelled.`, next: []}
  return reportBug(what, error)
}

function describe({code, message, suggestions}: ConductError) {
  return {code, message, next: suggestions.map(toToolHint)}
}

function reportBug(tool: string, error: unknown) {
  const id = randomUUID()
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`conduct mcp: internal error ${id} in ${tool}: ${detail}\n`)
  return {
    code: 'INTERNAL_ERROR',
    message: `Internal error ${id} in ${tool}.`,
    next: [`What happened is in the server's stderr, under ${id}.`],
  }
}
