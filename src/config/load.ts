import {relative} from 'node:path'
import {VARIABLES} from './environment.ts'
import {configInvalid} from './errors.ts'
import {readConfigFile} from './file.ts'
import {merge} from './merge.ts'
import {describeIssues} from './problems.ts'
import {type Config, type ConfigInput, configSchema} from './schema.ts'

export interface LoadOptions {
  /** Root of the repository: the configuration is looked for here and nowhere above. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** What was said on the command line; `undefined` keys say nothing. */
  readonly flags?: ConfigInput
}

export interface LoadedConfig {
  readonly config: Config
  /** Absolute path of the file it came from. */
  readonly file?: string
}

/**
 * The configuration: flags beat environment, environment beats file, file beats defaults.
 *
 * @throws {ConductError} `CONFIG_INVALID` with every problem of all sources, each with its source and key
 */
export async function loadConfig({cwd, env, flags = {}}: LoadOptions): Promise<LoadedConfig> {
  const found = await readConfigFile(cwd)
  const sources = [
    ...(found ? [{name: relative(cwd, found.file), input: found.content}] : []),
    ...readEnvironment(env),
    {name: 'command line', input: merge({}, flags)},
  ]
  const problems = sources.flatMap(({name, input}) => check(name, input))
  if (problems.length > 0) throw configInvalid(problems)
  const config = configSchema.parse(sources.reduce<unknown>((merged, {input}) => merge(merged, input), {}))
  return found ? {config, file: found.file} : {config}
}

interface Source {
  readonly name: string
  readonly input: unknown
}

/** An empty variable is as good as none: that is how a shell switches one off. */
function readEnvironment(env: LoadOptions['env']): readonly Source[] {
  return Object.entries(VARIABLES).flatMap(([name, {toInput}]) => {
    const text = env[name]
    return text === undefined || text === '' ? [] : [{name, input: toInput(text)}]
  })
}

/** Each source alone, so that a problem names the place to mend. */
function check(name: string, input: unknown): readonly string[] {
  const result = configSchema.safeParse(input)
  return result.success ? [] : describeIssues(result.error.issues).map((problem) => `${name}: ${problem}`)
}
