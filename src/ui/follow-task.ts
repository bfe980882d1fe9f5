import {isOwnerAlive} from '../run/lease.ts'
import {identifyProcess} from '../process.ts'
import type {Store} from '../store/store.ts'
import type {TaskState} from '../tasks/state.ts'
import type {TaskLog} from '../tasks/task-log.ts'

/** Does a living process work on the task? A log alone cannot tell: a killed runner writes no last event. */
export async function isTaskRunning(store: Store, taskId: string, nowMs: number): Promise<boolean> {
  const lease = await store.readLease(taskId)
  if (!lease || lease.expiresAt === 0) return false
  const here = await identifyProcess()
  const alive = here ? await isOwnerAlive(lease.owner, here) : 'unknown'
  return alive === 'unknown' ? lease.expiresAt > nowMs : alive
}

/** Nothing more will happen by itself. */
export function hasEnded({status}: TaskState): boolean {
  return status === 'complete' || status === 'failed' || status === 'cancelled'
}

export interface FollowOptions {
  readonly store: Store
  /** Milliseconds since the epoch. */
  now(): number
  /** Waits until it is worth looking again. */
  wait(): Promise<void>
  /** Called at once and after each look; `grew` when the log did. */
  onLook(state: TaskState, look: {readonly grew: boolean; readonly isRunning: boolean}): void | Promise<void>
}

/** Looks at a task again and again, until it has ended or nobody works on it. */
export async function followTask(log: TaskLog, {store, now, wait, onLook}: FollowOptions): Promise<TaskState> {
  let grew = true
  for (;;) {
    // In this order: whatever a runner wrote before it went away is read after it was seen to be gone.
    const isRunning = await isTaskRunning(store, log.taskId, now())
    if (await log.refresh()) grew = true
    await onLook(log.state, {grew, isRunning})
    if (hasEnded(log.state) || !isRunning) return log.state
    grew = false
    await wait()
  }
}
