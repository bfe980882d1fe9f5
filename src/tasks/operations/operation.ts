import type {z} from 'zod'
import type {Git, Repository} from '../../git/git.ts'
import type {Store} from '../../store/store.ts'
import type {TaskStarted} from '../../events.ts'
import type {TaskLog} from '../task-log.ts'

/**
 * One verb of the state machine, defined once: the command and the MCP tool are made from it. It stores state
 * and guards git; it decides nothing.
 */
export interface Operation<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  /** The MCP tool: `create_checkpoint`. */
  readonly name: string
  /** For people who look at a list of tools: `Create checkpoint`. */
  readonly title: string
  readonly summary: string
  readonly input: Input
  readonly output: Output
  /** Reads only: needs no lease and no request id. */
  readonly isReadOnly: boolean
  /** What a mutation means for those who must decide whether to allow it. */
  readonly hints?: Hints
  handle(input: z.output<Input>, services: OperationServices): Promise<z.output<Output>>
}

export interface Hints {
  /** May take away what is there now, even though it can be had back. */
  readonly isDestructive?: boolean
  /** The same call again changes nothing more. */
  readonly isIdempotent?: boolean
}

/** What operations may use; made by `app.ts`. */
export interface OperationServices {
  readonly store: Store
  readonly stateDir: string
  readonly hostEnv: Readonly<Record<string, string | undefined>>
  now(): number
  newTaskId(): string
  /** All that is frozen when a task starts; throws before anything is written. */
  prepareTask(request: StartRequest): Promise<PreparedTask>
  /** Git for a task, through its own shadow repository. */
  openTaskGit(started: TaskStarted): Promise<Git>
  /** The log of a task, to read. */
  readTask(taskId: string): Promise<TaskLog>
  /** The log of a task under its lease, to write; @throws {ConductError} `TASK_LOCKED` */
  withTask<T>(taskId: string, use: (log: TaskLog) => Promise<T>): Promise<T>
  /** Aborts when nobody waits for the result any more. What is done by then stays done, and the same call goes on from there. */
  readonly signal?: AbortSignal
  /** Told what a long operation does now, for people to read. */
  onProgress?(message: string): void
}

export interface StartRequest {
  readonly taskId: string
  readonly description: string
  readonly workingDirectory: string
  /** Relative to the repository; the config's when absent, and then it need not exist. */
  readonly spec?: string
}

export interface PreparedTask {
  readonly started: TaskStarted
  readonly repository: Repository
}

/** Types an operation by its schemas. */
export function defineOperation<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
): Operation<Input, Output> {
  return operation
}
