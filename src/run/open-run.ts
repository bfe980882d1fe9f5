import {createHash} from 'node:crypto'
import type {TaskStarted} from '../events.ts'
import type {Store} from '../store/store.ts'
import {foldTask} from '../tasks/reduce.ts'
import type {TaskState} from '../tasks/state.ts'

/**
 * The task that a repeated `conduct run` goes on with: begun from the same spec, configuration and branch, and
 * neither ended nor failed. Anything else is another task.
 */
export async function findOpenRun(store: Store, wanted: TaskStarted): Promise<TaskState | undefined> {
  for (const {taskId} of await store.tasks({repository: wanted.repository})) {
    const state = foldTask(await store.read(taskId))
    if (state && isOpen(state) && isSameWork(state.started, wanted)) return state
  }
  return undefined
}

function isOpen({status}: TaskState): boolean {
  return status === 'pending' || status === 'running' || status === 'waiting'
}

function isSameWork(one: TaskStarted, other: TaskStarted): boolean {
  return (
    one.spec?.path === other.spec?.path &&
    one.spec?.sha256 === other.spec?.sha256 &&
    one.base.branch === other.base.branch &&
    JSON.stringify([one.config, one.prompts]) === JSON.stringify([other.config, other.prompts])
  )
}

/** Lease under which a spec is run in a repository, so that two `conduct run` at once do not start two tasks. */
export function runLease({repository, spec}: TaskStarted): string {
  return `run-${createHash('sha256')
    .update(`${repository}\0${spec?.path ?? ''}`)
    .digest('hex')
    .slice(0, 16)}`
}
