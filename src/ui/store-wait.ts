import {formatDuration} from '../config/duration.ts'
import type {StoreWait} from '../store/store.ts'

/** One line, for people who watch a run. */
export function describeStoreWait(wait: StoreWait): string {
  if (wait.status === 'over') return `the store is back after ${formatDuration(wait.tookMs)}; the run goes on`
  return `${wait.why} Waiting for up to ${formatDuration(wait.limitMs)}; agents go on.`
}
