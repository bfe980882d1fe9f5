import type {EventData, TaskEvent} from '../events.ts'

/**
 * Where the logs of tasks live. Append-only, ordered, one log per task.
 * Every adapter passes `test/store/store-contract.ts`.
 */
export interface Store extends AsyncDisposable {
  /** For people: a path or a URL without its password. */
  readonly location: string

  /**
   * Appends `events` as versions `expectedVersion + 1 …`, all or none. On `appended` they are durable.
   * Version 0 is the empty log; the first event of a task is `task.started`.
   *
   * @param fence epoch of the lease that the writer holds. Refused (`fenced`) when a later epoch exists.
   * @returns `conflict` when the log is not at `expectedVersion`; nothing was written.
   * @throws {ConductError} `STORE_UNREACHABLE`, `STORE_READ_ONLY`, `STORE_FULL`
   */
  append(taskId: string, expectedVersion: number, events: readonly EventData[], options: AppendOptions): Promise<AppendResult>

  /** Events with a version above `afterVersion` (default 0), in order; `[]` for an unknown task. */
  read(taskId: string, afterVersion?: number): Promise<readonly TaskEvent[]>

  /** Every task, newest first; only those of one repository when given. */
  tasks(filter?: {readonly repository?: string}): Promise<readonly TaskSummary[]>

  /**
   * The version that each task's log has reached, by task id. Cheap enough to be asked several times a second: while
   * nothing was written, little is read.
   */
  versions(): Promise<ReadonlyMap<string, number>>

  /** The lease on a task, released or not; `undefined` when nobody ever held it. */
  readLease(taskId: string): Promise<Lease | undefined>

  /**
   * Writes `next` if the stored lease still has `expectedEpoch` (0 = none yet). The decision whether the
   * present owner is dead is the caller's (`run/lease.ts`).
   */
  swapLease(taskId: string, expectedEpoch: number, next: Lease): Promise<boolean>

  /**
   * Extends the lease if it is still `epoch`'s; `expiresAt` 0 releases it.
   *
   * @returns `false` when another process took over, or when it was released: a late heartbeat cannot revive it.
   */
  renewLease(taskId: string, epoch: number, expiresAt: number): Promise<boolean>

  /** How calls wait from now on for a store that is gone or busy; 10 s and silently before. */
  extendPatience(patience: StorePatience): void
}

export interface StorePatience {
  /** Milliseconds from when the store was first missed; then calls fail with `STORE_UNREACHABLE`. */
  readonly ms: number
  /** Ends all waiting: calls fail as soon as they are not answered. */
  readonly signal?: AbortSignal
  /** Told once when an absence lasts, and once when it is over. */
  onWait?(wait: StoreWait): void
}

export type StoreWait =
  /** `why` is a sentence; `limitMs` counts from when the store was first missed, a moment ago. */
  {readonly status: 'waiting'; readonly why: string; readonly limitMs: number} | {readonly status: 'over'; readonly tookMs: number}

export interface AppendOptions {
  /** ISO time written on each event, or one for each of them. Time comes in as an argument. */
  readonly at: string | readonly string[]
  readonly fence?: number
}

export type AppendResult = 'appended' | 'conflict' | 'fenced'

export interface TaskSummary {
  readonly taskId: string
  /** Canonical path of the repository's common git directory. */
  readonly repository: string
  readonly description: string
  readonly startedAt: string
}

export interface Lease {
  /** Grows by one with every new owner; 0 is never used. */
  readonly epoch: number
  readonly owner: LeaseOwner
  /** Milliseconds since the epoch; 0 once released. */
  readonly expiresAt: number
}

/** Enough to tell whether a process of this host is still the same process. */
export interface LeaseOwner {
  readonly pid: number
  /** Start time of the process as the system tells it (Linux: clock ticks since boot). */
  readonly processStart: string
  readonly bootId: string
  readonly host: string
  /** An `operation` is over in moments, and worth waiting for; a `run` (as of older versions, which say nothing) is not. */
  readonly purpose?: 'run' | 'operation'
}
