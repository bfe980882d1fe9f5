import type {OperationServices} from '../tasks/operations/operation.ts'
import {currentPhase, type TaskState} from '../tasks/state.ts'

/** What clients offer while a person types. The SDK shows the first hundred, and says how many there are. */

type Reader = Pick<OperationServices, 'readTask' | 'store'>

/** Ids of tasks that begin with `prefix`, the newest first. */
export async function completeTaskId(prefix: string, {store}: Reader): Promise<string[]> {
  return (await store.tasks()).map(({taskId}) => taskId).filter((taskId) => taskId.startsWith(prefix))
}

/** Numbers of the phases of the task that is named already. */
export function completePhaseNumber(prefix: string, taskId: string | undefined, reader: Reader): Promise<string[]> {
  return complete(prefix, taskId, reader, ({phases}) => phases.map(({phase}) => String(phase.index)))
}

/** Names of the phases of the task that is named already. */
export function completePhaseName(prefix: string, taskId: string | undefined, reader: Reader): Promise<string[]> {
  return complete(prefix, taskId, reader, ({phases}) => phases.map(({phase}) => phase.name))
}

/** Modules of the phase that the task is at. */
export function completeModule(prefix: string, taskId: string | undefined, reader: Reader): Promise<string[]> {
  return complete(prefix, taskId, reader, (state) => currentPhase(state)?.modules.map(({name}) => name) ?? [])
}

async function complete(
  prefix: string,
  taskId: string | undefined,
  {store, readTask}: Reader,
  values: (state: TaskState) => readonly string[],
): Promise<string[]> {
  if (taskId === undefined || !(await store.versions()).has(taskId)) return []
  return values((await readTask(taskId)).state).filter((value) => value.startsWith(prefix))
}
