import type {Config} from '../config/schema.ts'
import {ConductError} from '../errors.ts'
import {findClosest} from '../spec/closest.ts'
import type {ValidatorRegistry} from '../validators/registry.ts'
import {selectValidators, type SelectedValidator} from '../validators/select.ts'

/**
 * The validators named on a command line, each with its options from the configuration; those of the configuration
 * when none is named.
 *
 * @throws {ConductError} `USAGE` for names that nobody knows, with the ones that were probably meant
 */
export async function chooseValidators(
  names: readonly string[],
  {validators}: Pick<Config, 'validators'>,
  {registry, projectDir}: {readonly registry: ValidatorRegistry; readonly projectDir: string},
): Promise<readonly SelectedValidator[]> {
  if (names.length === 0) return selectValidators(validators, registry, {projectDir})
  const configured = new Map((validators ?? []).map((entry) => [typeof entry === 'string' ? entry : entry.use, entry]))
  const known = [...new Set([...registry.names(), ...configured.keys()])]
  const unknown = names.filter((name) => !known.includes(name) && !name.startsWith('./'))
  if (unknown.length > 0) throw unknownValidators(unknown, known)
  return selectValidators(
    names.map((name) => configured.get(name) ?? name),
    registry,
    {projectDir},
  )
}

function unknownValidators(unknown: readonly string[], known: readonly string[]): ConductError {
  const hints = unknown.flatMap((name) => findClosest(name, known) ?? []).map((name) => `Did you mean \`${name}\`?`)
  const message = `There is no validator ${unknown.join(', ')}.`
  return new ConductError('USAGE', message, [
    ...hints,
    known.length > 0 ? `Known validators: ${known.join(', ')}` : 'No validator is installed.',
  ])
}
