import type {Store} from '../../store/store.ts'
import {taskNotFound} from '../task-log.ts'
import {FORMAT, toEventLine, toLine} from './log-format.ts'

export interface ExportOptions {
  readonly taskIds: readonly string[]
  readonly conductVersion: string
  now(): number
  /** Told after each task. */
  onTask?(taskId: string, events: number): void
}

/**
 * The logs of tasks as text, one task in memory at a time. A log that grows meanwhile is exported as far as it was when it
 * was read. Leases are no part of it: whoever works on a task does so in one store.
 *
 * @throws {ConductError} `TASK_NOT_FOUND`, and what the store throws
 */
export async function* exportTasks(store: Pick<Store, 'read'>, options: ExportOptions): AsyncGenerator<string> {
  const {taskIds, conductVersion, now, onTask} = options
  yield toLine({conduct_export: FORMAT, conduct_version: conductVersion, exported_at: new Date(now()).toISOString()})
  let total = 0
  for (const taskId of taskIds) {
    const events = await store.read(taskId)
    if (events.length === 0) throw taskNotFound(taskId)
    for (const event of events) yield toLine(toEventLine(taskId, event))
    total += events.length
    onTask?.(taskId, events.length)
  }
  yield toLine({end: true, tasks: taskIds.length, events: total})
}
