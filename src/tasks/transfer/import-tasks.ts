import {isDeepStrictEqual} from 'node:util'
import {ConductError} from '../../errors.ts'
import type {TaskEvent} from '../../events.ts'
import type {Store} from '../../store/store.ts'
import {readTasks, type ReadTask} from './log-format.ts'
import {splitLines} from './log-lines.ts'

export interface ImportOptions {
  readonly store: Store
  /** The bytes of the export, from the beginning each time: it is read twice. */
  open(): AsyncIterable<Uint8Array>
  /** Runs `use` under the lease of a task. @throws {ConductError} `TASK_LOCKED` */
  withLease<T>(taskId: string, use: (fence: number) => Promise<T>): Promise<T>
}

export interface ImportedTask {
  readonly task_id: string
  readonly description: string
  /** Events of the export. */
  readonly events: number
  /** `extended`: the beginning was here already. `present`: all of it was. */
  readonly status: 'imported' | 'extended' | 'present'
  /** Who worked on the task when it was exported, and may still. */
  readonly runner?: {readonly pid: number}
}

/**
 * Writes the logs of an export into a store. First the whole file is read and compared with what is there, so that
 * nothing is written when anything is wrong; each log is written at once or not at all. Done twice it changes nothing.
 *
 * @throws {ConductError} `LOG_INVALID`, `LOG_CONFLICT`, `TASK_LOCKED`, and what the store throws
 */
export async function importTasks(options: ImportOptions): Promise<readonly ImportedTask[]> {
  const tasks = () => readTasks(splitLines(options.open()))
  for await (const task of tasks()) compare(task, await options.store.read(task.taskId))
  const imported: ImportedTask[] = []
  for await (const task of tasks()) imported.push(await write(task, options))
  return imported
}

/** How many events of the task are here already. @throws {ConductError} `LOG_CONFLICT` when one is another */
function compare({taskId, events}: ReadTask, present: readonly TaskEvent[]): number {
  const other = present.findIndex((event, index) => index < events.length && !isDeepStrictEqual(event, events[index]))
  if (other !== -1) throw otherLog(taskId, other + 1)
  return present.length
}

async function write(task: ReadTask, {store, withLease}: ImportOptions): Promise<ImportedTask> {
  const {taskId, events, state} = task
  const present = compare(task, await store.read(taskId))
  const {runner, started} = state
  const facts = {task_id: taskId, description: started.description, events: events.length, ...(runner ? {runner: {pid: runner.pid}} : {})}
  if (present >= events.length) return {...facts, status: 'present'}
  const rest = events.slice(present)
  const result = await withLease(taskId, (fence) => store.append(taskId, present, rest.map(toData), {at: rest.map(({at}) => at), fence}))
  if (result !== 'appended') throw otherLog(taskId, present + 1)
  return {...facts, status: present === 0 ? 'imported' : 'extended'}
}

const toData = ({version: _version, at: _at, ...event}: TaskEvent) => event

const otherLog = (taskId: string, version: number) =>
  new ConductError('LOG_CONFLICT', `Another log of task ${taskId} is in this store: event ${version} differs. It was left as it is.`, [
    `See what is here: conduct status ${taskId}`,
    'Import into another store or prefix: CONDUCT_STORE=redis://… conduct store import FILE',
  ])
