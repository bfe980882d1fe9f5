import type {z} from 'zod'
import type {App} from '../app.ts'
import type {Operation} from '../tasks/operations/operation.ts'
import type {Reading} from '../tasks/operations/readings.ts'
import type {ConductCommand} from './conduct-command.ts'

export interface ReadingCall<Output> {
  /** `--task`. */
  readonly task: string | undefined
  /** The result for people; a script captures it, so it is the bare fact where there is one. Nothing is no line at all. */
  readonly render: (output: Output) => string
}

export interface OperationCall<Output> extends ReadingCall<Output> {
  /** `--request-id`. */
  readonly requestId?: string | undefined
  /** The input besides the task and the request id; `undefined` members are left out. */
  readonly input?: Readonly<Record<string, unknown>>
}

/** Calls one operation on the task that a command means, and prints its result. */
export function callOnTask<Input extends z.ZodObject, Output extends z.ZodObject>(
  command: ConductCommand,
  operation: Operation<Input, Output>,
  {requestId, input = {}, ...call}: OperationCall<z.output<Output>>,
): Promise<z.output<Output>> {
  const given = Object.entries({...input, request_id: requestId}).filter(([, value]) => value !== undefined)
  return onTask(command, call, (app, taskId) => app.call(operation, {task_id: taskId, ...Object.fromEntries(given)}))
}

/** Looks at the task that a command means, and prints what there is to see. */
export function readOnTask<Output>(command: ConductCommand, {view}: Reading<Output>, call: ReadingCall<Output>): Promise<Output> {
  return onTask(command, call, async ({services}, taskId) => view((await services.readTask(taskId)).state))
}

async function onTask<Output>(
  command: ConductCommand,
  {task, render}: ReadingCall<Output>,
  act: (app: App, taskId: string) => Promise<Output>,
): Promise<Output> {
  const app = await command.openApp()
  try {
    const output = await act(app, await app.resolve(task))
    const text = command.jsonEnabled() ? '' : render(output)
    if (text !== '') command.log(text)
    return output
  } finally {
    await app[Symbol.asyncDispose]()
  }
}
