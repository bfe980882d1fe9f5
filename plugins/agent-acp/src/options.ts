import path from 'node:path'
import {toFields, type Fields} from '@conduct-cli/json-fields'
import type {Permissions} from 'conduct-cli/plugin'

/** Ids of modes that the agent offers, by what it may do in them. */
export type Modes = Readonly<Partial<Record<Permissions, string>>>

/** `agents.backends.acp` of the config, checked. */
export interface AcpOptions {
  /** The agent's program and arguments. */
  readonly command: readonly [string, ...string[]]
  /** What it gets besides the environment of the attempt. */
  readonly env: Readonly<Record<string, string>>
  readonly modes: Modes
  /** Where it keeps its login, settings and sessions: what a sandbox leaves open. `~/…`, absolute, or from the project. */
  readonly home: readonly string[]
  /** Way to log in: an `id` of its `authMethods`. Left to the agent when absent. */
  readonly login?: string
}

export type ParsedOptions =
  | {readonly ok: true; readonly options: AcpOptions}
  | {readonly ok: false; readonly problem: string; readonly hint: string}

const NAME = 'agents.backends.acp'
const KEYS = new Set(['command', 'env', 'mode', 'home', 'login'])
const MODES = new Set<string>(['full', 'edit', 'read'] satisfies Permissions[])

/** Says what is wrong with the options, in words a person can act on. */
export function parseOptions(value: unknown): ParsedOptions {
  const fields = toFields(value)
  if (fields === undefined) return refuse(`\`${NAME}\` must be an object.`)
  const unknown = Object.keys(fields).filter((key) => !KEYS.has(key))
  if (unknown.length > 0) return refuse(`\`${NAME}\` has unknown keys: ${unknown.join(', ')}.`)
  const command = toCommand(fields['command'])
  if (command === undefined) return refuse(`\`${NAME}.command\` must be a list: the program, and what makes it speak the protocol.`)
  const env = toTexts(fields['env'] ?? {})
  if (env === undefined) return refuse(`\`${NAME}.env\` must be an object of texts.`)
  const modes = toModes(fields['mode'] ?? {})
  if (modes === undefined) return refuse(`\`${NAME}.mode\` must be the name of a mode, or an object of them: full, edit, read.`)
  const {login, home = []} = fields
  if (!Array.isArray(home) || !home.every(isText)) return refuse(`\`${NAME}.home\` must be a list of paths.`)
  if (login !== undefined && !isText(login)) return refuse(`\`${NAME}.login\` must be a text.`)
  return {ok: true, options: {command, env, modes, home, ...(login === undefined ? {} : {login})}}
}

/** A program named by a path is meant from the project, not from the worktree, where an agent could have written it. */
export function argvOf({command: [program, ...args]}: AcpOptions, projectDir: string): readonly string[] {
  return [program.includes('/') ? path.resolve(projectDir, program) : program, ...args]
}

/** Absolute paths of `home`. @param env of the agent */
export function homeOf({home}: AcpOptions, projectDir: string, {HOME = ''}: Readonly<Record<string, string>>): readonly string[] {
  return home.map((place) =>
    path.resolve(
      projectDir,
      place.replace(/^~(?=\/|$)/, () => HOME),
    ),
  )
}

function toCommand(value: unknown): AcpOptions['command'] | undefined {
  if (!Array.isArray(value) || !value.every(isArgument)) return undefined
  const [program, ...args] = value
  return isText(program) ? [program, ...args] : undefined
}

/** A name alone is that of `full`: it must not widen what a reviewer may do. */
function toModes(value: unknown): Modes | undefined {
  if (isText(value)) return {full: value}
  const modes = toTexts(value)
  return modes && Object.entries(modes).every(([key, mode]) => MODES.has(key) && isText(mode)) ? modes : undefined
}

function toTexts(value: unknown): Readonly<Record<string, string>> | undefined {
  const fields: Fields | undefined = toFields(value)
  if (fields === undefined) return undefined
  const texts = Object.entries(fields).filter((entry): entry is [string, string] => isArgument(entry[1]))
  return texts.length === Object.keys(fields).length ? Object.fromEntries(texts) : undefined
}

function isArgument(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0')
}

function isText(value: unknown): value is string {
  return isArgument(value) && value.trim() !== ''
}

function refuse(problem: string): ParsedOptions {
  return {ok: false, problem, hint: 'Write it so: "backends": {"acp": {"command": ["gemini", "--acp"]}}'}
}
