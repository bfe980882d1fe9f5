import type {z} from 'zod'
import type {Operation} from '../tasks/operations/operation.ts'
import type {ConductCommand} from './conduct-command.ts'

export interface OperationCall<Output> {
  /** `--task`. */
  readonly task: string | undefined
  /** `--request-id`. */
  readonly requestId?: string | undefined
  /** The input besides the task and the request id; `undefined` members are left out. */
  readonly input?: Readonly<Record<string, unknown>>
  /** The result for people; a script captures it, so it is the bare fact where there is one. Nothing is no line at all. */
  readonly render: (output: Output) => string
}

/** Calls one operation on the task that a command means, and prints its result. */
export async function callOnTask<Input extends z.ZodObject, Output extends z.ZodObject>(
  command: ConductCommand,
  operation: Operation<Input, Output>,
  {task, requestId, input = {}, render}: OperationCall<z.output<Output>>,
): Promise<z.output<Output>> {
  const app = await command.openApp()
  try {
    const given = Object.entries({...input, request_id: requestId}).filter(([, value]) => value !== undefined)
    const output = await app.call(operation, {task_id: await app.resolve(task), ...Object.fromEntries(given)})
    const text = command.jsonEnabled() ? '' : render(output)
    if (text !== '') command.log(text)
    return output
  } finally {
    await app[Symbol.asyncDispose]()
  }
}
