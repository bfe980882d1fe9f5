import type {TaskState} from '../tasks/state.ts'
import {describeEvent} from './describe-event.ts'
import type {Reporter, ReporterOptions} from './reporter.ts'
import {formatClock} from './text.ts'

/**
 * One line an event, for logs of CI and files: `12:03:04 module ledger: finished in 3.2s`. What happened before the
 * reporter was made is history: a task that is resumed does not tell it again, but for its first line.
 */
export function createLinesReporter({stream, now}: Pick<ReporterOptions, 'stream' | 'now'>): Reporter {
  const beginMs = now()
  let before: TaskState | undefined
  return {
    onEvent(event, state) {
      const isHistory = event.type !== 'task.started' && Date.parse(event.at) < beginMs
      const text = isHistory ? undefined : describeEvent(event, before ?? state)
      before = state
      if (text !== undefined) stream.write(`${formatClock(event.at)} ${text}\n`)
    },
    onActivity: () => undefined,
    close: async () => undefined,
  }
}
