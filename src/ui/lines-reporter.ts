import type {TaskState} from '../tasks/state.ts'
import {describeEvent} from './describe-event.ts'
import type {Reporter, ReporterOptions} from './reporter.ts'
import {describeStoreWait} from './store-wait.ts'
import {formatClock} from './text.ts'

/** One line an event, for logs of CI and files: `12:03:04 module ledger: finished in 3.2s`. */
export function createLinesReporter({stream, now}: Pick<ReporterOptions, 'stream' | 'now'>): Reporter {
  let before: TaskState | undefined
  return {
    onEvent(event, state) {
      const text = describeEvent(event, before ?? state)
      before = state
      if (text !== undefined) stream.write(`${formatClock(event.at)} ${text}\n`)
    },
    onActivity: () => undefined,
    onStoreWait: (wait) => stream.write(`${formatClock(new Date(now()).toISOString())} ${describeStoreWait(wait)}\n`),
    close: async () => undefined,
  }
}
