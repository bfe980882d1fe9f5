import {findModule, type TaskState} from '../tasks/state.ts'

/** Subject of the merge commit. */
export function mergeMessage(state: TaskState, {phase, module}: {readonly phase: number; readonly module: string}): string {
  if (phase === 0) return `Merge the moved base branch into task ${state.started.task_id}`
  const name = findModule(state, phase, module)?.name ?? module
  return `Merge ${name} (${state.phases[phase - 1]?.phase.name ?? ''})`
}
