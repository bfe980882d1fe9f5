import type {TaskEvent} from '../events.ts'
import type {Store} from '../store/store.ts'
import {reduce} from '../tasks/reduce.ts'
import type {TaskState} from '../tasks/state.ts'
import {taskTexts} from './resource-texts.ts'

/** A task whose resources are compared with what they said before: many an event changes nothing that they say. */
export class FollowedTask {
  readonly #store: Pick<Store, 'read'>
  readonly #taskId: string
  #state: TaskState | undefined
  #version = 0
  #texts: ReadonlyMap<string, string> = new Map()

  private constructor(store: Pick<Store, 'read'>, taskId: string) {
    this.#store = store
    this.#taskId = taskId
  }

  /** The task as it was at a version. */
  static async at(store: Pick<Store, 'read'>, taskId: string, version: number): Promise<FollowedTask> {
    const task = new FollowedTask(store, taskId)
    if (version > 0) task.#fold((await store.read(taskId)).filter((event) => event.version <= version))
    return task
  }

  /** Reads what came since, and returns the addresses of the resources that say something else now. */
  async catchUp(): Promise<readonly string[]> {
    const before = this.#texts
    this.#fold(await this.#store.read(this.#taskId, this.#version))
    return [...this.#texts].filter(([uri, text]) => before.get(uri) !== text).map(([uri]) => uri)
  }

  #fold(events: readonly TaskEvent[]): void {
    for (const event of events) {
      this.#state = reduce(this.#state, event)
      this.#version = event.version
    }
    this.#texts = new Map(this.#state && taskTexts(this.#state).map(({uri, text}) => [uri, text]))
  }
}
