import {completeTask} from './complete-task.ts'
import {createCheckpoint, listCheckpoints} from './checkpoints.ts'
import {getTaskState} from './get-task-state.ts'
import {markPhaseComplete} from './mark-phase-complete.ts'
import {rollbackToCheckpoint} from './rollback.ts'
import {startTask} from './start-task.ts'
import {cleanupWorktrees, createWorktree, listWorktrees} from './worktrees.ts'

/** The ten operations, in the order of the mission. */
export const operations = [
  startTask,
  getTaskState,
  markPhaseComplete,
  completeTask,
  createWorktree,
  cleanupWorktrees,
  listWorktrees,
  createCheckpoint,
  listCheckpoints,
  rollbackToCheckpoint,
] as const
