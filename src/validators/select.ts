import {resolve} from 'node:path'
import {pathToFileURL} from 'node:url'
import {closest, distance} from 'fastest-levenshtein'
import type {Config} from '../config/schema.ts'
import {contain, watchBusy, withinLimit} from '../contain.ts'
import {ConductError, messageOf} from '../errors.ts'
import {isLocalFile, refuseChangedFile} from './local-files.ts'
import {parseValidator, type ValidatorRegistry} from './registry.ts'
import type {Validator} from './validator.ts'

const LOAD_LIMIT_MS = 10_000

export interface SelectedValidator {
  readonly validator: Validator
  readonly options: unknown
}

/**
 * The validators that a configuration asks for, in its order; all registered ones when it does not say.
 * Local files (`./tools/no-print.ts`) are read from `projectDir`, the user's own checkout, never from an agent's tree, and
 * must be what they were when the task began (`frozen`, see `hashLocalFiles`).
 *
 * @throws {ConductError} `CONFIG_INVALID` for unknown names, all of them at once; `PLUGIN_BROKEN` for a bad local file
 */
export async function selectValidators(
  wanted: Config['validators'],
  registry: ValidatorRegistry,
  {projectDir, frozen}: {readonly projectDir: string; readonly frozen?: Readonly<Record<string, string>> | undefined},
): Promise<readonly SelectedValidator[]> {
  const entries = (wanted ?? registry.names()).map((entry) => (typeof entry === 'string' ? {use: entry, options: undefined} : entry))
  const unknown = entries.filter(({use}) => !isLocalFile(use) && registry.get(use) === undefined).map(({use}) => use)
  if (unknown.length > 0) throw unknownValidators(unknown, registry.names())
  return Promise.all(entries.map(async ({use, options}) => ({validator: await find(use, registry, projectDir, frozen), options})))
}

async function find(
  use: string,
  registry: ValidatorRegistry,
  projectDir: string,
  frozen: Readonly<Record<string, string>> | undefined,
): Promise<Validator> {
  const registered = registry.get(use)
  if (registered) return registered
  await refuseChangedFile(use, projectDir, frozen)
  return loadLocalFile(use, projectDir)
}

/**
 * Loads a validator that is a file of the project.
 *
 * @throws {ConductError} `PLUGIN_BROKEN`
 */
export async function loadLocalFile(use: string, projectDir: string): Promise<Validator> {
  const path = resolve(projectDir, use)
  watchBusy()
  let module: {readonly default?: unknown}
  try {
    module = await withinLimit(
      contain(use, () => import(pathToFileURL(path).href), LOAD_LIMIT_MS),
      LOAD_LIMIT_MS,
      () => {
        throw new Error(`it did not end within ${LOAD_LIMIT_MS / 1000} s`)
      },
    )
  } catch (error) {
    const reason = messageOf(error)
    throw new ConductError(
      'PLUGIN_BROKEN',
      `Cannot load the validator ${use}: ${reason}`,
      [`Mend ${path}, or take it out of \`validators\`.`],
      error,
    )
  }
  return parseValidator(module.default, use)
}

function unknownValidators(unknown: readonly string[], names: readonly string[]): ConductError {
  const list = unknown.map((name) => `\`${name}\``).join(', ')
  const known = names.length > 0 ? `Known validators: ${names.join(', ')}.` : 'No validator is registered.'
  const message = `${unknown.length === 1 ? 'Unknown validator' : 'Unknown validators'} in \`validators\`: ${list}.`
  return new ConductError('CONFIG_INVALID', message, [...unknown.flatMap((name) => didYouMean(name, names)), known])
}

function didYouMean(name: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return []
  const best = closest(name, [...names])
  return distance(name, best) <= Math.max(2, name.length / 3) ? [`Did you mean \`${best}\`?`] : []
}
