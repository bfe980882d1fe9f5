import {ConductError} from '../errors.ts'

/** Everything that is wrong with the configuration, at once: one line each. */
export const configInvalid = (problems: readonly string[], cause?: unknown) =>
  new ConductError(
    'CONFIG_INVALID',
    problems.join('\n'),
    ['docs/configuration.md lists every key. An editor checks the file when it has `"$schema"` (see there).'],
    cause,
  )
