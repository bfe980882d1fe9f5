import type {TaskEvent} from '../events.ts'
import type {Activity} from '../run/context.ts'
import type {StoreWait} from '../store/store.ts'
import type {TaskState} from '../tasks/state.ts'
import {createLinesReporter} from './lines-reporter.ts'
import {createLiveReporter} from './live-reporter.ts'

/** Shows a run while it goes on. A listener: it draws what it is told, and decides nothing. */
export interface Reporter {
  /** Every event after it is durable, in order, with the state that it led to. */
  onEvent(event: TaskEvent, state: TaskState): void
  /** What an agent is doing; not part of the log. */
  onActivity(activity: Activity): void
  /** The store is gone, or back; not part of the log, which is what is gone. */
  onStoreWait(wait: StoreWait): void
  /** Leaves the terminal as it was, with the last view on it. Call it in a `finally`. */
  close(): Promise<void>
}

export interface ReporterOptions {
  /** Progress goes to stderr: stdout is for results. */
  readonly stream: NodeJS.WriteStream & {readonly fd?: number}
  /** Milliseconds since the epoch. */
  now(): number
  /** Default: what the stream and the environment (`NO_COLOR`) allow. */
  readonly color?: boolean
}

export type ReporterKind = 'live' | 'lines' | 'none'

/** The reporter of a kind; close it. */
export function createReporter(kind: ReporterKind, options: ReporterOptions): Reporter {
  if (kind === 'live') return createLiveReporter(options)
  if (kind === 'lines') return createLinesReporter(options)
  return {onEvent: () => undefined, onActivity: () => undefined, onStoreWait: () => undefined, close: async () => undefined}
}

export interface Surroundings {
  /** Of stderr. */
  readonly isTty: boolean
  readonly json: boolean
  readonly quiet: boolean
  /** `--events -` */
  readonly eventsToStdout: boolean
}

/** Live on a terminal, lines elsewhere; nothing when the person asked for machine output or for quiet. */
export function chooseReporter({isTty, json, quiet, eventsToStdout}: Surroundings): ReporterKind {
  if (json || quiet || eventsToStdout) return 'none'
  return isTty ? 'live' : 'lines'
}
