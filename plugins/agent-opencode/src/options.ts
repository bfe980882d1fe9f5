import {toFields, toText, type Fields} from '@conduct-cli/json-fields'

/** `agents.backends.opencode` of the config, checked. */
export interface OpencodeOptions {
  /** Name or path of the program. */
  readonly program: string
  /** Keys of opencode's own opencode.json, for these attempts alone. */
  readonly settings: Fields
}

export type ParsedOptions =
  | {readonly ok: true; readonly options: OpencodeOptions}
  | {readonly ok: false; readonly problem: string; readonly hint: string}

const KEYS = new Set(['program', 'settings'])
const HINT = 'Write it so: "backends": {"opencode": {"settings": {"provider": {}}}}. It may be left out.'

/** Says what is wrong with the options, in words a person can act on. */
export function parseOptions(value: unknown): ParsedOptions {
  if (value === undefined) return {ok: true, options: {program: 'opencode', settings: {}}}
  const fields = toFields(value)
  if (!fields) return refuse('`agents.backends.opencode` must be an object.')
  const unknown = Object.keys(fields).filter((key) => !KEYS.has(key))
  if (unknown.length > 0) return refuse(`\`agents.backends.opencode\` has unknown keys: ${unknown.join(', ')}.`)
  const {program = 'opencode', settings = {}} = fields
  const name = toText(program)
  if (name === undefined || name.includes('\0'))
    return refuse('`agents.backends.opencode.program` must be the name or the path of a program.')
  const table = toFields(settings)
  if (!table) return refuse('`agents.backends.opencode.settings` must be an object, with the keys of opencode.json.')
  return {ok: true, options: {program: name, settings: table}}
}

function refuse(problem: string): ParsedOptions {
  return {ok: false, problem, hint: HINT}
}
