import {completePhases} from '../tasks/views.ts'
import type {Status, TaskState} from '../tasks/state.ts'
import {STATUS_MARKS} from './result-lines.ts'
import {formatColumns, oneLine, shorten} from './text.ts'

/** One line of `conduct tasks`; field names are a promise to scripts. */
export interface TaskItem {
  readonly task_id: string
  readonly status: Status
  readonly description: string
  readonly working_directory: string
  /** ISO 8601, UTC. */
  readonly started_at: string
  readonly phases_complete: number
  readonly phases: number
}

/** A task as a line of the list. */
export function toTaskItem(state: TaskState, startedAt: string): TaskItem {
  return {
    task_id: state.started.task_id,
    status: state.status,
    description: state.started.description,
    working_directory: state.started.working_directory,
    started_at: startedAt,
    phases_complete: completePhases(state).length,
    phases: state.phases.length,
  }
}

/** `conduct tasks`: newest first, as the store has them. */
export function renderTasks(tasks: readonly TaskItem[], {all, columns}: {readonly all: boolean; readonly columns: number}): string {
  if (tasks.length === 0)
    return all ? 'There is no task yet. Start one: conduct run' : 'This repository has no task yet. Start one: conduct run'
  const rows = tasks.map((task) => [
    `${STATUS_MARKS[task.status]} ${task.task_id}`,
    task.status,
    task.started_at.slice(0, 16).replace('T', ' '),
    task.phases === 0 ? '' : `${task.phases_complete}/${task.phases} phases`,
    ...(all ? [oneLine(task.working_directory)] : []),
    oneLine(task.description),
  ])
  return formatColumns(rows)
    .map((line) => shorten(line, columns))
    .join('\n')
}
