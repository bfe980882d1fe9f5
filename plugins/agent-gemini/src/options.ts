import {toFields, toText, type Fields} from '@conduct-cli/json-fields'

/** `agents.backends.gemini` of the config, checked. */
export interface GeminiOptions {
  /** Name or path of the program. */
  readonly program: string
  /** Takes the place of GEMINI_CLI_HOME: the folder in which `.gemini` lies, with login, settings and sessions. */
  readonly home?: string
  /** Settings of gemini's own settings.json, for these attempts alone. */
  readonly settings: Fields
}

export type ParsedOptions =
  | {readonly ok: true; readonly options: GeminiOptions}
  | {readonly ok: false; readonly problem: string; readonly hint: string}

const KEYS = new Set(['program', 'home', 'settings'])
const HINT = 'Write it so: "backends": {"gemini": {"program": "gemini"}}. It may be left out.'

/** Says what is wrong with the options, in words a person can act on. */
export function parseOptions(value: unknown): ParsedOptions {
  if (value === undefined) return {ok: true, options: {program: 'gemini', settings: {}}}
  const fields = toFields(value)
  if (!fields) return refuse('`agents.backends.gemini` must be an object.')
  const unknown = Object.keys(fields).filter((key) => !KEYS.has(key))
  if (unknown.length > 0) return refuse(`\`agents.backends.gemini\` has unknown keys: ${unknown.join(', ')}.`)
  const {program = 'gemini', home, settings = {}} = fields
  if (!isUsable(program)) return refuse('`agents.backends.gemini.program` must be the name or the path of a program.')
  if (home !== undefined && !isUsable(home)) return refuse('`agents.backends.gemini.home` must be a path.')
  const table = toFields(settings)
  if (!table) return refuse('`agents.backends.gemini.settings` must be an object, with the keys of gemini’s settings.json.')
  return {ok: true, options: {program, settings: table, ...(home === undefined ? {} : {home})}}
}

function isUsable(value: unknown): value is string {
  return toText(value)?.includes('\0') === false
}

function refuse(problem: string): ParsedOptions {
  return {ok: false, problem, hint: HINT}
}
