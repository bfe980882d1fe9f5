import {viewCheckpoint, viewTask, viewWorktree} from '../views.ts'
import type {TaskState} from '../state.ts'
import type {CheckpointView, TaskStateView, WorktreeView} from './schemas.ts'

/**
 * An operation that only looks at the state of one task. Said here without its schemas, for commands: they name a task that
 * is there, and the schemas take longer to load than such a command to answer. `toOperation` adds them.
 */
export interface Reading<Output> {
  readonly name: string
  readonly title: string
  readonly summary: string
  /** Pure. */
  view(state: TaskState): Output
}

export const taskReading: Reading<TaskStateView> = {
  name: 'get_task_state',
  title: 'Get task state',
  summary: 'Show where a task stands: its status, its complete phases, the current one.',
  view: viewTask,
}

export const checkpointsReading: Reading<{checkpoints: CheckpointView[]}> = {
  name: 'list_checkpoints',
  title: 'List checkpoints',
  summary: 'List the checkpoints of a task, oldest first.',
  view: (state) => ({checkpoints: state.checkpoints.map((record) => viewCheckpoint(record))}),
}

export const worktreesReading: Reading<{worktrees: WorktreeView[]}> = {
  name: 'list_worktrees',
  title: 'List worktrees',
  summary: 'List the worktrees of a task.',
  view: (state) => ({worktrees: state.worktrees.filter(({isReady}) => isReady).map((record) => viewWorktree(state, record))}),
}
