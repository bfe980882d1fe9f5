import type {z} from 'zod'
import {ConductError} from '../../errors.ts'
import type {Operation, OperationServices} from './operation.ts'

/**
 * Calls an operation with unchecked input: the one way in, for commands and MCP tools alike. A `request_id` seen
 * before on this task answers with the first result, and nothing is done twice.
 *
 * @throws {ConductError} `USAGE` when the input does not fit.
 */
export async function callOperation<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  input: unknown,
  services: OperationServices,
): Promise<z.output<Output>> {
  const parsed = operation.input.safeParse(input)
  if (!parsed.success) throw badInput(operation.name, parsed.error)
  const {task_id: taskId, request_id: requestId} = parsed.data as {task_id?: string; request_id?: string}
  if (taskId === undefined || requestId === undefined) return operation.handle(parsed.data, services)
  const answer = (await services.readTask(taskId)).state.answers[requestId]
  if (answer && answer.operation !== operation.name)
    throw new ConductError('USAGE', `The request id ${requestId} was used for ${answer.operation}.`, ['Use a fresh id for each request.'])
  if (answer) return operation.output.parse(answer.result)
  const result = await operation.handle(parsed.data, services)
  await services.withTask(taskId, (log) => log.append({type: 'request.answered', request_id: requestId, operation: operation.name, result}))
  return result
}

function badInput(name: string, error: z.ZodError): ConductError {
  const problems = error.issues.map(({path, message}) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
  return new ConductError('USAGE', `${name}: ${problems.join(' ')}`, [])
}
