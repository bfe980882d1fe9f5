import type {TaskItem} from '../tasks/views.ts'
import {STATUS_MARKS} from './result-lines.ts'
import {formatColumns, oneLine, shorten} from './text.ts'

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
