import {setTimeout} from 'node:timers'
import type {Store} from '../store/store.ts'
import {FollowedTask} from './followed-task.ts'
import {logUri, stateUri, TASKS_URI} from './uris.ts'

/** Who hears of changes: a client's server, or the streams of an HTTP handler. */
export interface ChangeSink {
  /** The text of a resource is another one now. */
  resourceUpdated?(uri: string): void
  /** There are other resources than before. */
  resourcesChanged?(): void
}

export interface ChangeWatcherOptions {
  readonly intervalMs: number
  /** Told what went wrong while looking; the next look comes nevertheless. */
  onError(error: unknown): void
}

/** How many tasks the texts of are kept. */
const FOLLOWED = 64

export interface Listening {
  /** Resolves when nothing that changes from now on is missed. What changed a moment before may be told too. */
  readonly ready: Promise<void>
  stop(): void
}

/**
 * Looks at the store again and again, for as long as somebody listens: any process may change a task. One for each
 * process. It does not keep the process alive.
 */
export class ChangeWatcher {
  readonly #store: Pick<Store, 'read' | 'versions'>
  readonly #options: ChangeWatcherOptions
  readonly #listeners = new Set<{readonly sink: ChangeSink}>()
  readonly #tasks = new Map<string, FollowedTask>()
  #versions: ReadonlyMap<string, number> | undefined
  #news = {updated: new Set<string>(), isListChanged: false}
  #looking = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(store: Pick<Store, 'read' | 'versions'>, {intervalMs = 200, onError = () => undefined}: Partial<ChangeWatcherOptions> = {}) {
    this.#store = store
    this.#options = {intervalMs, onError}
  }

  listen(sink: ChangeSink): Listening {
    if (this.#listeners.size === 0) this.#forget()
    const listener = {sink}
    this.#listeners.add(listener)
    const ready = this.#versions ? Promise.resolve() : this.#look()
    void ready.then(() => this.#schedule())
    return {ready, stop: () => this.#drop(listener)}
  }

  /** Ends it all; on return nothing is read from the store any more. */
  async close(): Promise<void> {
    for (const listener of this.#listeners) this.#drop(listener)
    await this.#looking
  }

  #drop(listener: {readonly sink: ChangeSink}): void {
    this.#listeners.delete(listener)
    if (this.#listeners.size > 0) return
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #forget(): void {
    this.#versions = undefined
    this.#tasks.clear()
    this.#news = {updated: new Set(), isListChanged: false}
  }

  #schedule(): void {
    if (this.#timer || this.#listeners.size === 0) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.#look().then(() => this.#schedule())
    }, this.#options.intervalMs)
    this.#timer.unref()
  }

  /** One look at a time; who asks during one waits for one more. */
  #look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#compare()).catch((error: unknown) => this.#options.onError(error))
    return this.#looking
  }

  async #compare(): Promise<void> {
    const before = this.#versions
    const versions = await this.#store.versions()
    if (before === versions) return
    if (before) await this.#collect(before, versions)
    this.#versions = versions
    this.#tell()
  }

  async #collect(before: ReadonlyMap<string, number>, versions: ReadonlyMap<string, number>): Promise<void> {
    for (const [taskId, version] of versions) {
      const known = before.get(taskId)
      if (known === version) continue
      if (known === undefined) this.#news.isListChanged = true
      for (const uri of await this.#follow(taskId, known ?? 0)) this.#news.updated.add(uri)
    }
  }

  async #follow(taskId: string, version: number): Promise<readonly string[]> {
    const task = this.#tasks.get(taskId) ?? (await FollowedTask.at(this.#store, taskId, version))
    const uris = await task.catchUp()
    this.#remember(taskId, task)
    return [...uris, logUri(taskId), ...(uris.includes(stateUri(taskId)) ? [TASKS_URI] : [])]
  }

  #remember(taskId: string, task: FollowedTask): void {
    this.#tasks.delete(taskId)
    this.#tasks.set(taskId, task)
    const [oldest] = this.#tasks.keys()
    if (this.#tasks.size > FOLLOWED && oldest !== undefined) this.#tasks.delete(oldest)
  }

  #tell(): void {
    const {updated, isListChanged} = this.#news
    this.#news = {updated: new Set(), isListChanged: false}
    for (const {sink} of this.#listeners) {
      if (isListChanged) sink.resourcesChanged?.()
      for (const uri of updated) sink.resourceUpdated?.(uri)
    }
  }
}
