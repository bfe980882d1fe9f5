import type {CallState} from './call-state.ts'

/** A call as the extension names it on the wire: a task. */
export interface WireTask {
  readonly taskId: string
  readonly status: 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled'
  readonly statusMessage?: string
  readonly createdAt: string
  readonly lastUpdatedAt: string
  /** Calls are kept as long as the store. */
  readonly ttlMs: null
  readonly pollIntervalMs: number
}

const POLL_INTERVAL_MS = 1000

export function toTask(state: CallState): WireTask {
  return {
    taskId: state.id,
    status: statusOf(state),
    ...messageOf(state),
    createdAt: state.createdAt,
    lastUpdatedAt: state.updatedAt,
    ttlMs: null,
    pollIntervalMs: POLL_INTERVAL_MS,
  }
}

/** With what the status brings along: the result, the error, or what is asked. */
export function toDetailedTask(state: CallState): Readonly<Record<string, unknown>> {
  const {outcome, asked} = state
  const task = {...toTask(state)}
  if (outcome?.status === 'completed') return {...task, result: outcome.result}
  if (outcome?.status === 'failed') return {...task, error: outcome.error}
  return task.status === 'input_required' ? {...task, inputRequests: asked} : task
}

function statusOf({outcome, asked}: CallState): WireTask['status'] {
  if (outcome) return outcome.status
  return Object.keys(asked).length > 0 ? 'input_required' : 'working'
}

function messageOf({outcome, cancelRequested, tool}: CallState): {readonly statusMessage?: string} {
  if (outcome?.status === 'failed') return {statusMessage: outcome.error.message}
  if (outcome) return {}
  return {statusMessage: cancelRequested ? `${tool} is asked to stop.` : `${tool} is at work.`}
}
