import {ConductError} from '../errors.ts'
import type {EventData, TaskEvent} from '../events.ts'
import {storeUnreachable} from '../store/errors.ts'
import type {Store} from '../store/store.ts'
import {reduce} from './reduce.ts'
import type {TaskState} from './state.ts'

export interface TaskLogOptions {
  /** Milliseconds since the epoch. */
  now(): number
  /** Epoch of the lease this process holds; appends are refused once somebody else holds a later one. */
  readonly fence?: number
  /**
   * Told every event that comes after the log was opened (and the beginning of a task that has only begun), in order, once it is durable and folded: our own and
   * those of other processes.
   */
  onEvent?(event: TaskEvent, state: TaskState): void
}

/** One task's log, followed: what this process appends, and what others appended meanwhile. */
export class TaskLog {
  readonly taskId: string
  readonly #store: Store
  readonly #options: TaskLogOptions
  #state: TaskState | undefined
  #version = 0
  /** Appends are made one after another, so that versions do not race within the process. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(store: Store, taskId: string, options: TaskLogOptions) {
    this.#store = store
    this.taskId = taskId
    this.#options = options
  }

  /** Reads the log from the beginning. @throws {ConductError} `TASK_NOT_FOUND` */
  static async open(store: Store, taskId: string, options: TaskLogOptions): Promise<TaskLog> {
    const log = new TaskLog(store, taskId, options)
    const events = await store.read(taskId)
    // Of a task that has only just begun, its beginning is news.
    log.#fold(events, events.length === 1 ? options.onEvent : () => undefined)
    if (!log.#state) throw taskNotFound(taskId)
    return log
  }

  /** The fold so far. */
  get state(): TaskState {
    if (!this.#state) throw taskNotFound(this.taskId)
    return this.#state
  }

  /**
   * Appends events; on return they are durable and folded. An append that lost a race is made again on top of
   * what came first: facts do not contradict each other, and `decide` looks at the new state.
   *
   * @throws {ConductError} `TASK_LOCKED` when another process has taken over the task, and what the store throws.
   */
  append(...events: readonly EventData[]): Promise<void> {
    const next = this.#queue.then(() => this.#append(events))
    this.#queue = next.catch(() => undefined)
    return next
  }

  /** What the fold would be if these were appended now. */
  preview(events: readonly EventData[]): TaskState {
    const at = new Date(this.#options.now()).toISOString()
    return events.reduce((state, event, index) => reduce(state, {...event, at, version: this.#version + index + 1}), this.state)
  }

  /** Folds what other processes appended; `true` when there was something. */
  refresh(): Promise<boolean> {
    const next = this.#queue.then(() => this.#catchUp())
    this.#queue = next.catch(() => undefined)
    return next
  }

  async #append(events: readonly EventData[]): Promise<void> {
    for (;;) {
      const at = new Date(this.#options.now()).toISOString()
      const fence = this.#options.fence
      const result = await this.#store.append(this.taskId, this.#version, events, {at, ...(fence === undefined ? {} : {fence})})
      if (result === 'appended') return this.#fold(events.map((event, index) => ({...event, at, version: this.#version + index + 1})))
      if (result === 'fenced') throw takenOver(this.taskId)
      // Behind us, not before us: a server that came back without its files, or with older ones.
      if (!(await this.#catchUp())) throw eventsLost(this.#store.location, this.taskId)
    }
  }

  async #catchUp(): Promise<boolean> {
    const events = await this.#store.read(this.taskId, this.#version)
    this.#fold(events)
    return events.length > 0
  }

  #fold(events: readonly TaskEvent[], tell: TaskLogOptions['onEvent'] = this.#options.onEvent) {
    for (const event of events) {
      this.#state = reduce(this.#state, event)
      this.#version = event.version
      tell?.(event, this.#state)
    }
  }
}

export const taskNotFound = (taskId: string, ...notes: readonly string[]) =>
  new ConductError('TASK_NOT_FOUND', `There is no task ${taskId}.`, ['List the tasks: conduct tasks', ...notes])

const eventsLost = (location: string, taskId: string) =>
  storeUnreachable(location, `has lost events of task ${taskId}`, [
    'Put its files back from where they were before, then run `conduct resume`.',
    `What agents made is still in git: git branch --list 'conduct/${taskId}/*'`,
  ])

const takenOver = (taskId: string) =>
  new ConductError('TASK_LOCKED', `Another process has taken over task ${taskId}; this one stops.`, [
    `See what it does: conduct status ${taskId}`,
  ])
