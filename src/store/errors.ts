import {ConductError} from '../errors.ts'

/** The faults of a store that a person can mend. Every adapter throws these. `location` carries no password. */

/** Not there, not ours, damaged, or busy for too long: `why` completes "The state store at X …". */
export const storeUnreachable = (location: string, why: string, suggestions: readonly string[], cause?: unknown) =>
  new ConductError('STORE_UNREACHABLE', `The state store at ${location} ${why}.`, suggestions, cause)

/** It can be read, but no event can be recorded. */
export const storeReadOnly = (location: string, cause?: unknown) =>
  new ConductError(
    'STORE_READ_ONLY',
    `The state store at ${location} cannot be written.`,
    [
      'Give yourself write permission on the file and its folder.',
      'Or keep the state elsewhere: set CONDUCT_STATE_DIR to a folder you can write.',
    ],
    cause,
  )

/** No room for another event. What was recorded before is safe. */
export const storeFull = (location: string, cause?: unknown) =>
  new ConductError(
    'STORE_FULL',
    `No space is left for the state store at ${location}. Nothing that was recorded is lost.`,
    ['Free some space on that disk, then run `conduct resume`.'],
    cause,
  )
