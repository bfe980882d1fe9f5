import type {AgentBackend, AgentEvent} from '../agents/agent.ts'
import type {Config} from '../config/schema.ts'
import type {Subject} from '../events.ts'
import type {Git} from '../git/git.ts'
import type {AttemptUse} from '../agents/limits.ts'
import type {TaskLog} from '../tasks/task-log.ts'
import type {Validator} from '../validators/validator.ts'
import type {Places} from '../tasks/places.ts'

/** What it takes to work on a task's git: in a run, and in the operations for a task that is driven by hand. */
export interface TaskContext {
  readonly log: TaskLog
  readonly git: Git
  /** Frozen at the start of the task. */
  readonly config: Config
  readonly places: Places
  readonly validators: readonly {readonly validator: Validator; readonly options: unknown}[]
  /** The environment conduct was started with; agents and tests see an allow-listed part of it. */
  readonly hostEnv: Readonly<Record<string, string | undefined>>
  /** Aborts agents and tests: interrupted, cancelled, or the lease is lost. */
  readonly signal: AbortSignal
  now(): number
}

/** What the steps of one run share. Built by `app.ts`; read-only but for the log. */
export interface RunContext extends TaskContext {
  readonly agents: {get(name: string): AgentBackend | undefined}
  /** Folder that recordings of the attempts are written to. */
  readonly recordTo?: string
  nextAttemptId(): string
  /** What the attempts that run now have used so far, by their ids: they share the budgets. */
  readonly running: Map<string, RunningAttempt>
  /** What agents are doing; not part of the log. */
  onActivity?(activity: Activity): void
}

export interface RunningAttempt {
  readonly subject: Subject
  readonly spent: AttemptUse
}

export interface Activity {
  readonly attemptId: string
  readonly subject: Subject
  readonly event: AgentEvent
}
