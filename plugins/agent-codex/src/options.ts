import {toFields} from './tokens.ts'

/** `agents.backends.codex` of the config, checked. */
export interface CodexOptions {
  /** Name or path of the program. */
  readonly program: string
  /** Takes the place of CODEX_HOME: login, settings and threads. */
  readonly home?: string
  /** Settings of codex's own config.toml, for these attempts alone. */
  readonly settings: Readonly<Record<string, unknown>>
}

export type ParsedOptions =
  | {readonly ok: true; readonly options: CodexOptions}
  | {readonly ok: false; readonly problem: string; readonly hint: string}

const KEYS = new Set(['program', 'home', 'settings'])
const HINT = 'Write it so: "backends": {"codex": {"settings": {"model_reasoning_effort": "high"}}}. It may be left out.'
const DEFAULTS: CodexOptions = {program: 'codex', settings: {}}

/** Says what is wrong with the options, in words a person can act on. */
export function parseOptions(value: unknown): ParsedOptions {
  if (value === undefined) return {ok: true, options: DEFAULTS}
  const fields = toFields(value)
  if (fields === undefined) return refuse('`agents.backends.codex` must be an object.')
  const unknown = Object.keys(fields).filter((key) => !KEYS.has(key))
  if (unknown.length > 0) return refuse(`\`agents.backends.codex\` has unknown keys: ${unknown.join(', ')}.`)
  const {program = 'codex', home, settings = {}} = fields
  if (!isText(program)) return refuse('`agents.backends.codex.program` must be the name or the path of a program.')
  if (home !== undefined && !isText(home)) return refuse('`agents.backends.codex.home` must be a path.')
  const table = toFields(settings)
  if (table === undefined) return refuse('`agents.backends.codex.settings` must be an object, with the keys of codex’s config.toml.')
  return {ok: true, options: {program, settings: table, ...(home === undefined ? {} : {home})}}
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && !value.includes('\0')
}

function refuse(problem: string): ParsedOptions {
  return {ok: false, problem, hint: HINT}
}
