import {toFields, toText} from '@conduct-cli/json-fields'

/** `agents.backends.claude` of the config, checked. */
export interface ClaudeOptions {
  /** Name or path of the program. */
  readonly program: string
  /** Takes the place of CLAUDE_CONFIG_DIR: login, settings and sessions. */
  readonly home?: string
}

export type ParsedOptions =
  | {readonly ok: true; readonly options: ClaudeOptions}
  | {readonly ok: false; readonly problem: string; readonly hint: string}

const KEYS = new Set(['program', 'home'])
const HINT = 'Write it so: "backends": {"claude": {"program": "claude"}}. It may be left out.'

/** Says what is wrong with the options, in words a person can act on. */
export function parseOptions(value: unknown): ParsedOptions {
  if (value === undefined) return {ok: true, options: {program: 'claude'}}
  const fields = toFields(value)
  if (!fields) return refuse('`agents.backends.claude` must be an object.')
  const unknown = Object.keys(fields).filter((key) => !KEYS.has(key))
  if (unknown.length > 0) return refuse(`\`agents.backends.claude\` has unknown keys: ${unknown.join(', ')}.`)
  const {program = 'claude', home} = fields
  if (!isUsable(program)) return refuse('`agents.backends.claude.program` must be the name or the path of a program.')
  if (home === undefined) return {ok: true, options: {program}}
  return isUsable(home) ? {ok: true, options: {program, home}} : refuse('`agents.backends.claude.home` must be a path.')
}

function isUsable(value: unknown): value is string {
  return toText(value)?.includes('\0') === false
}

function refuse(problem: string): ParsedOptions {
  return {ok: false, problem, hint: HINT}
}
