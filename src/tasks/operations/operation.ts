import type {z} from 'zod'
import type {Git, Repository} from '../../git/git.ts'
import type {Store} from '../../store/store.ts'
import type {EventData, TaskStarted} from '../../events.ts'
import type {TaskState} from '../state.ts'
import type {SelectedValidator} from '../../validators/select.ts'
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
  handle(input: z.output<Input>, services: CallServices): Promise<z.output<Output>>
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
  /** The same seed, the same id; a new one without a seed. */
  newTaskId(seed?: string): string
  /** All that is frozen when a task starts; throws before anything is written. */
  prepareTask(request: StartRequest): Promise<PreparedTask>
  /** Git for a task, through its own shadow repository. */
  openTaskGit(started: TaskStarted): Promise<Git>
  /** The validators that a task's configuration asks for; @throws {ConductError} when one cannot be had */
  selectValidators(started: TaskStarted): Promise<readonly SelectedValidator[]>
  /** The log of a task, to read. */
  readTask(taskId: string): Promise<TaskLog>
  /**
   * The log of a task under its lease, to write. Waits for other operations, here and in other processes; `signal` ends that
   * wait. Not to be nested. @throws {ConductError} `TASK_LOCKED`
   */
  withTask<T>(taskId: string, use: (log: TaskLog) => Promise<T>, signal?: AbortSignal): Promise<T>
  /** Aborts when nobody waits for the result any more. What is done by then stays done, and the same call goes on from there. */
  readonly signal?: AbortSignal
  /** Told what a long operation does now, for people to read. */
  onProgress?(message: string): void
}

/** What one call of an operation may use; made by `callOperation`. */
export interface CallServices extends OperationServices {
  /** Appends the last events of an operation and the answer to its request in one write; returns what `view` makes of the state then. */
  conclude<T>(log: TaskLog, events: readonly EventData[], view: (state: TaskState) => T): Promise<T>
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
