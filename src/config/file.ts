import {readdir, readFile, stat} from 'node:fs/promises'
import {basename, dirname, join, relative} from 'node:path'
import {pathToFileURL} from 'node:url'
import type {Loader} from 'cosmiconfig'
import {configInvalid} from './errors.ts'

const DATA = ['json', 'yaml', 'yml', 'toml']
const MODULES = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts']

/** Names of configuration files. The first that exists counts; `package.json` only when it has a `conduct` key. */
export const CONFIG_FILES: readonly string[] = [
  ...[...DATA, ...MODULES].map((ending) => `conduct.config.${ending}`),
  '.conductrc',
  ...[...DATA, ...MODULES].map((ending) => `.conductrc.${ending}`),
  'package.json',
]

/** A configuration file and what it says, unchecked. */
export interface ConfigFile {
  /** Absolute. */
  readonly file: string
  readonly content: unknown
}

/**
 * Reads the configuration file of the folder `cwd`; never looks above it.
 *
 * @throws {ConductError} `CONFIG_INVALID` with the position where it is known
 */
export async function readConfigFile(cwd: string): Promise<ConfigFile | undefined> {
  const file = await findConfigFile(cwd)
  const content = file === undefined ? undefined : await load(file)
  return file === undefined || content === undefined ? undefined : {file, content}
}

/** The file that counts, unread but for a `package.json`, which must mention us. */
export async function findConfigFile(cwd: string): Promise<string | undefined> {
  const names = new Set(await readdir(cwd).catch(() => []))
  for (const name of CONFIG_FILES.filter((file) => names.has(file))) {
    const file = join(cwd, name)
    if (await isFile(file)) return name === 'package.json' && !(await mentionsUs(file)) ? undefined : file
  }
  return undefined
}

async function mentionsUs(packageFile: string): Promise<boolean> {
  return /"conduct"|\\u/.test(await readFile(packageFile, 'utf8').catch(() => '"conduct"'))
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  )
}

/** `undefined` for a `package.json` without our key. Each file is loaded by name, since a search skips what it may not read. */
async function load(file: string): Promise<unknown> {
  try {
    // Loaded only now: a project without a configuration does not wait for it.
    const {cosmiconfig, defaultLoaders} = await import('cosmiconfig')
    const explorer = cosmiconfig('conduct', {searchPlaces: [...CONFIG_FILES], loaders: toLoaders(defaultLoaders), cache: false})
    const result = await explorer.load(file)
    if (result === null) return undefined
    return result.isEmpty && basename(file) !== 'package.json' ? {} : (result.config as unknown)
  } catch (error) {
    // cosmiconfig also reads the package.json of the working directory, for settings of its own.
    const {filepath = file} = error as Placed
    const place = `${relative(dirname(file), filepath)}${toPosition(error)}`
    throw configInvalid([`${place}: cannot be read: ${toReason(error)}`], error)
  }
}

/** By the runtime itself, which knows TypeScript. */
const loadModule: Loader = async (file) => {
  const module = (await import(pathToFileURL(file).href)) as {readonly default?: unknown}
  if (module.default === undefined) throw new Error('it has no default export')
  return module.default
}

const loadToml: Loader = async (_file, content) => (await import('smol-toml')).parse(content)

const MODULE_LOADERS = Object.fromEntries(MODULES.map((ending) => [`.${ending}`, loadModule]))

function toLoaders({'.json': json, '.yaml': yaml}: Readonly<Record<'.json' | '.yaml', Loader>>): Record<string, Loader> {
  const loadYaml = tolerant((file, content) => (isBlank(content) ? undefined : (yaml(file, content) as unknown)))
  return {
    ...MODULE_LOADERS,
    '.json': tolerant(json),
    '.toml': tolerant(loadToml),
    '.yaml': loadYaml,
    '.yml': loadYaml,
    noExt: loadYaml,
  }
}

/** Windows editors begin a file with a byte order mark. */
function tolerant(load: Loader): Loader {
  return (file, content) => load(file, content.replace(/^\uFEFF/, ''))
}

/** Comments and nothing else, which the YAML parser refuses. */
function isBlank(yaml: string): boolean {
  return yaml.split('\n').every((line) => /^\s*(?:#|$)/.test(line))
}

interface Placed {
  /** cosmiconfig: the file, when it could not be loaded. */
  readonly filepath?: string
  /** js-yaml; counts from 0. */
  readonly mark?: {readonly line: number; readonly column: number}
  readonly reason?: string
  /** smol-toml; counts from 1. */
  readonly line?: number
  readonly column?: number
}

/** `:3:14`, or nothing when the parser does not tell. */
function toPosition(error: unknown): string {
  const {mark, line, column} = error as Placed
  if (mark) return `:${mark.line + 1}:${mark.column + 1}`
  if (line !== undefined && column !== undefined) return `:${line}:${column}`
  const json = /\(line (\d+) column (\d+)\)/.exec(String(error))
  return json ? `:${json[1]}:${json[2]}` : ''
}

function toReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return ((error as Placed).reason ?? error.message)
    .replace(/^JSON Error in .*:\n/, '')
    .replace(/ in JSON at position \d+.*$/s, '')
    .replace(/^Invalid TOML document: ([^\n]*).*$/s, '$1')
}
