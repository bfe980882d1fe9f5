import {setTimeout as wait} from 'node:timers/promises'
import {ConductError} from '../errors.ts'
import type {Store} from '../store/store.ts'
import type {Status} from '../tasks/state.ts'
import {TaskLog} from '../tasks/task-log.ts'
import {endOrphans} from './recover.ts'
import {withLease} from './with-lease.ts'

const PATIENCE_MS = 30_000
const POLL_MS = 100

/** Asks the runner of a task to stop it, or stops it here when nobody runs it. Resolves once it is over. */
export async function cancelTask(store: Store, taskId: string, now: () => number): Promise<Status> {
  const log = await TaskLog.open(store, taskId, {now})
  if (isOver(log.state.status)) return log.state.status
  await log.append({type: 'cancel.requested'})
  const deadline = now() + PATIENCE_MS
  while (now() < deadline) {
    if (await cancelHere(store, taskId, now)) break
    await wait(POLL_MS)
    await log.refresh()
    if (isOver(log.state.status)) break
  }
  await log.refresh()
  return log.state.status
}

const isOver = (status: Status) => status === 'complete' || status === 'cancelled'

/** `false` while another process holds the task: it has been asked, and will do it itself. */
async function cancelHere(store: Store, taskId: string, now: () => number): Promise<boolean> {
  try {
    await withLease({store, now, purpose: 'operation'}, taskId, async (fence) => {
      const log = await TaskLog.open(store, taskId, {now, fence})
      await endOrphans({log})
      if (!isOver(log.state.status)) await log.append({type: 'task.cancelled', reason: 'Cancelled by request.'})
    })
    return true
  } catch (error) {
    if (error instanceof ConductError && error.code === 'TASK_LOCKED') return false
    throw error
  }
}
