import type {CallOutcome, TaskEvent} from '../../events.ts'

/**
 * A long call of a tool that its client comes back for: what the MCP extension names a task. A fold over the call's own
 * log, like everything else that is kept.
 */
export interface CallState {
  readonly id: string
  readonly tool: string
  /** ISO 8601. */
  readonly createdAt: string
  readonly updatedAt: string
  /** Version that the log has reached. */
  readonly version: number
  /** What the tool waits for the client to answer, by keys that are never used twice. */
  readonly asked: Readonly<Record<string, unknown>>
  /** Answers to all that was asked last, so far. */
  readonly answers: Readonly<Record<string, unknown>>
  readonly cancelRequested: boolean
  readonly outcome: CallOutcome | undefined
}

/** Folds a call's log; `undefined` for what is none. */
export function foldCall(id: string, events: readonly TaskEvent[]): CallState | undefined {
  let state: CallState | undefined
  for (const event of events) {
    if (event.type === 'call.started') state = start(id, event)
    else if (state) state = {...apply(state, event), updatedAt: event.at, version: event.version}
  }
  return state
}

function start(id: string, {tool, at, version}: Extract<TaskEvent, {type: 'call.started'}>): CallState {
  return {id, tool, createdAt: at, updatedAt: at, version, asked: {}, answers: {}, cancelRequested: false, outcome: undefined}
}

function apply(state: CallState, event: TaskEvent): CallState {
  // What ended stays as it ended: a server that was given up for dead may wake up.
  if (state.outcome) return state
  switch (event.type) {
    case 'call.asked':
      return {...state, asked: event.requests, answers: {}}
    case 'call.answered':
      return answer(state, event.responses)
    case 'call.cancel_requested':
      return {...state, cancelRequested: true}
    case 'call.ended':
      return {...state, asked: {}, outcome: event.outcome}
    default:
      return state
  }
}

/** Answers to what nobody asked, or not any more, count for nothing. */
function answer(state: CallState, responses: Readonly<Record<string, unknown>>): CallState {
  const wanted = Object.entries(responses).filter(([key]) => Object.hasOwn(state.asked, key))
  const answered = new Set(wanted.map(([key]) => key))
  return {
    ...state,
    asked: Object.fromEntries(Object.entries(state.asked).filter(([key]) => !answered.has(key))),
    answers: {...state.answers, ...Object.fromEntries(wanted)},
  }
}
