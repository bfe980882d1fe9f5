import type {z} from 'zod'
import type {App} from '../app.ts'
import {callOperation} from '../tasks/operations/call.ts'
import type {Operation, OperationServices} from '../tasks/operations/operation.ts'
import type {TaskLog} from '../tasks/task-log.ts'
import {LongCalls} from './calls/long-calls.ts'
import {ChangeWatcher} from './changes.ts'
import type {Extras} from './extras.ts'
import {createQuestionSeal, type QuestionSeal} from './confirmation.ts'

/** What one call of a tool may bring along. */
export interface CallOptions {
  /** Aborts when the client cancelled the call, or went away. */
  readonly signal?: AbortSignal
  onProgress?(message: string): void
}

/** What the server needs of the app. One for the whole process: the servers of all connections share it. */
export interface McpServices {
  /** Version of conduct. */
  readonly version: string
  /** What operations use; also how resources read tasks and their logs. */
  readonly operations: OperationServices
  /** Tells who listens what other processes, and this one, change. */
  readonly changes: ChangeWatcher
  /** Calls that outlast the request that began them. */
  readonly calls: LongCalls
  /** For the public test suites alone. */
  readonly extras?: Extras | undefined
  /** Seals what a person is asked, while the client has it. */
  readonly seal: QuestionSeal
  /** Calls one operation. @throws {ConductError} as the command of that operation does */
  call<Input extends z.ZodObject, Output extends z.ZodObject>(
    operation: Operation<Input, Output>,
    input: unknown,
    options?: CallOptions,
  ): Promise<z.output<Output>>
  /** Resolves when no call is in progress any more: before that, the app must not be closed. */
  settle(): Promise<void>
}

/** The services of one process; the app stays its owner's to close. */
export function createMcpServices(app: App): McpServices {
  const operations = {...app.services, readTask: rememberTasks(app.services.readTask)}
  const inProgress = new Set<Promise<unknown>>()
  const changes = new ChangeWatcher(app.services.store)
  const calls = new LongCalls(operations)
  return {
    version: app.options.conductVersion,
    operations,
    changes,
    calls,
    seal: createQuestionSeal(),
    call: (operation, input, options = {}) => {
      const result = callOperation(operation, input, {...operations, ...options})
      const ended = result.catch(() => undefined).finally(() => inProgress.delete(ended))
      inProgress.add(ended)
      return result
    },
    settle: async () => {
      await calls.close()
      while (inProgress.size > 0) await Promise.all(inProgress)
      await changes.close()
    },
  }
}

/** How many tasks a server keeps the state of. */
const REMEMBERED = 64

/** A server answers many questions about few tasks: of a log it has read, it reads only what came since. */
function rememberTasks(open: (taskId: string) => Promise<TaskLog>): (taskId: string) => Promise<TaskLog> {
  const logs = new Map<string, TaskLog>()
  return async (taskId) => {
    const known = logs.get(taskId)
    logs.delete(taskId)
    const log = known ?? (await open(taskId))
    if (known) await known.refresh()
    logs.set(taskId, log)
    const [oldest] = logs.keys()
    if (logs.size > REMEMBERED && oldest !== undefined) logs.delete(oldest)
    return log
  }
}
