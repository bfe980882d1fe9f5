import type {Finding} from './validator.ts'

/** A validator that was asked since the tree was looked at. Times are milliseconds since the epoch. */
export interface Suspect {
  readonly name: string
  readonly from: number
  /** When it answered; absent while it is asked. */
  readonly to?: number
}

/** A tracked file that differs from what was last seen. */
export interface SeenChange {
  readonly file: string
  /** Milliseconds since the epoch, by the clock of the file system; `undefined` when nobody knows. */
  readonly changedAt: number | undefined
}

/** File systems take the time of the last tick of the system's clock: up to 10 ms ago. */
const TICK_MS = 20

/**
 * Says that validators changed files, and which of them did: by the time of the changes where several were asked since the
 * last look at the tree; all of them where the times do not tell.
 */
export function findingFor(suspects: readonly Suspect[], changes: readonly SeenChange[]): Finding {
  const culprits = culpritsAmong(suspects, changes)
  const names = culprits.map(({name}) => `\`${name}\``).join(', ')
  const who = culprits.length === 1 ? `The validator ${names}` : `One of the validators ${names}`
  const how = culprits.length < suspects.length ? ', by the time of the change,' : ''
  const some = changes.slice(0, 5).map(({file}) => file)
  return {message: `${who}${how} changed ${changes.length} tracked files (${some.join(', ')}): a validator only reads.`}
}

function culpritsAmong(suspects: readonly Suspect[], changes: readonly SeenChange[]): readonly Suspect[] {
  const candidates = changes.map((change) => suspects.filter((suspect) => wasAskedAt(change, suspect)))
  if (candidates.some(({length}) => length === 0)) return suspects
  return suspects.filter((suspect) => candidates.some((some) => some.includes(suspect)))
}

function wasAskedAt({changedAt}: SeenChange, {from, to = Infinity}: Suspect): boolean {
  return changedAt !== undefined && changedAt >= from - TICK_MS && changedAt <= to + 1
}
