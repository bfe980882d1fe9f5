import type {TaskState} from '../tasks/state.ts'
import {describeEvent} from './describe-event.ts'
import type {Reporter, ReporterOptions} from './reporter.ts'
import {formatClock} from './text.ts'

/** One line an event, for logs of CI and files: `12:03:04 module ledger: finished in 3.2s`. */
export function createLinesReporter({stream}: Pick<ReporterOptions, 'stream'>): Reporter {
  let before: TaskState | undefined
  return {
    onEvent(event, state) {
      const text = describeEvent(event, before ?? state)
      before = state
      if (text !== undefined) stream.write(`${formatClock(event.at)} ${text}\n`)
    },
    onActivity: () => undefined,
    close: async () => undefined,
  }
}
