import type {CallEvent} from '../../events.ts'
import type {Store} from '../../store/store.ts'
import {foldCall, type CallState} from './call-state.ts'

export interface CallLogs {
  readonly store: Store
  /** Milliseconds since the epoch. */
  now(): number
}

/** Begins the log of a call; on return it is durable. */
export async function beginCall({store, now}: CallLogs, id: string, tool: string): Promise<CallState> {
  const at = new Date(now()).toISOString()
  const written = await store.append(id, 0, [{type: 'call.started', tool}], {at})
  if (written !== 'appended') throw new Error(`Internal error: there is a call ${id} already`)
  return {id, tool, createdAt: at, updatedAt: at, version: 1, asked: {}, answers: {}, cancelRequested: false, outcome: undefined}
}

/** `undefined` when there is no such call. */
export async function readCall({store}: CallLogs, id: string): Promise<CallState | undefined> {
  return foldCall(id, await store.read(id))
}

/** Appends to a call that has not ended, on top of whatever came first. Returns what it is then. */
export async function writeCall(logs: CallLogs, id: string, event: CallEvent): Promise<CallState | undefined> {
  for (;;) {
    const state = await readCall(logs, id)
    if (!state || state.outcome) return state
    const written = await logs.store.append(id, state.version, [event], {at: new Date(logs.now()).toISOString()})
    if (written === 'appended') return readCall(logs, id)
  }
}
