import {ConductError} from './errors.ts'

/**
 * A file of our own that cannot be written: a fault of the machine, which a person mends.
 *
 * @param what the file is, as in `the transcript`
 * @returns `DISK_FULL`, or else `STORE_READ_ONLY`
 */
export function cannotWrite(what: string, file: string, cause: unknown): ConductError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new ConductError(
      'DISK_FULL',
      `The disk is full: cannot write ${what} ${file}.`,
      ['Free some space, then `conduct resume`.'],
      cause,
    )
  }
  const hint = 'Make the state directory writable, or name another one in CONDUCT_STATE_DIR.'
  return new ConductError('STORE_READ_ONLY', `Cannot write ${what} ${file} (${String(code ?? cause)}).`, [hint], cause)
}
