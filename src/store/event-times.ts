import type {EventData} from '../events.ts'
import type {AppendOptions} from './store.ts'

/** The time of each event of an append. */
export function timesOf(events: readonly EventData[], {at}: Pick<AppendOptions, 'at'>): readonly string[] {
  const times = typeof at === 'string' ? events.map(() => at) : at
  if (times.length !== events.length) throw new Error(`Internal error: ${times.length} times for ${events.length} events`)
  return times
}
