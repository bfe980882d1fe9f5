import * as z from 'zod'
import {refuseOtherContract} from '../contract-version.ts'
import {ConductError} from '../errors.ts'
import type {Validator} from './validator.ts'

/** The validators that plugins brought, by name. */
export interface ValidatorRegistry {
  /**
   * @param source whom to blame: the plugin's package name
   * @throws {ConductError} `PLUGIN_BROKEN` when it is no validator, or its name is taken
   */
  add(validator: unknown, source: string): void
  get(name: string): Validator | undefined
  /** Who brought it: the `source` it was added with. */
  sourceOf(name: string): string | undefined
  /** In alphabetical order. */
  names(): readonly string[]
}

const validatorSchema = z.custom<Validator>(isValidator)

export function createValidatorRegistry(): ValidatorRegistry {
  const entries = new Map<string, {readonly validator: Validator; readonly source: string}>()
  return {
    add(candidate, source) {
      const validator = parseValidator(candidate, source)
      const other = entries.get(validator.name)
      if (other) throw taken(validator.name, other.source, source)
      entries.set(validator.name, {validator, source})
    },
    get: (name) => entries.get(name)?.validator,
    sourceOf: (name) => entries.get(name)?.source,
    names: () => [...entries.keys()].sort(),
  }
}

/**
 * Checks what a plugin or a local file gave as a validator.
 *
 * @throws {ConductError} `PLUGIN_BROKEN` naming `source`
 */
export function parseValidator(candidate: unknown, source: string): Validator {
  const parsed = validatorSchema.safeParse(candidate)
  if (parsed.success) {
    refuseOtherContract(parsed.data, `the validator \`${parsed.data.name}\``, source)
    return parsed.data
  }
  throw new ConductError('PLUGIN_BROKEN', `${source} gave a validator that is none: ${complaint(candidate)}.`, [
    'A validator is {name, applies(input), run(input)}; the name is kebab-case.',
  ])
}

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/

function isValidator(candidate: unknown): boolean {
  return complaint(candidate) === undefined
}

function complaint(candidate: unknown): string | undefined {
  if (typeof candidate !== 'object' || candidate === null)
    return `expected an object, got ${candidate === null ? 'null' : typeof candidate}`
  if (!('name' in candidate) || typeof candidate.name !== 'string' || !NAME.test(candidate.name)) return '`name` must be kebab-case'
  if (!('applies' in candidate) || typeof candidate.applies !== 'function') return '`applies` must be a function'
  return 'run' in candidate && typeof candidate.run === 'function' ? undefined : '`run` must be a function'
}

function taken(name: string, first: string, second: string): ConductError {
  return new ConductError('PLUGIN_BROKEN', `${second} brings the validator \`${name}\`, which ${first} brought already.`, [
    `Uninstall one of the two: \`conduct plugins uninstall ${second}\`.`,
  ])
}
