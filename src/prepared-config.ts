import {existsSync, readFileSync} from 'node:fs'
import {arch, homedir, platform} from 'node:os'
import {join} from 'node:path'
import {Config, type Command, type Interfaces} from '@oclif/core'

/** What the build knows of the whole command line, plugins in the box included: `dist/commands.json`. */
export interface PreparedCommands {
  readonly pjson: Interfaces.PJSON
  /** By id, as oclif has them in memory. Those of other plugins are there for help alone. */
  readonly commands: Readonly<Record<string, Command.Cached>>
  readonly topics: readonly Interfaces.Topic[]
}

export interface Preparation {
  /** Folder of the package. */
  readonly root: string
  readonly prepared: PreparedCommands
  /** Ours alone. */
  readonly loadCommand: (id: string) => Promise<Command.Class>
}

/**
 * oclif's configuration of this CLI as the build saw it. oclif would find the same out at each start, twice, from a dozen
 * files. It knows nothing of what a user has added: see `isPersonal`.
 */
export class PreparedConfig extends Config {
  readonly #table: ReadonlyMap<string, Command.Loadable>
  readonly #topics: readonly Interfaces.Topic[]

  constructor({root, prepared: {pjson, commands, topics}, loadCommand}: Preparation) {
    super({root, pjson})
    const loadable = ([id, command]: readonly [string, Command.Cached]) => [id, {...command, load: () => loadCommand(id)}] as const
    this.#table = new Map(Object.entries(commands).map(loadable))
    this.#topics = topics
    this.root = root
    this.pjson = pjson
    this.describe(pjson)
    this.home = process.env.HOME || (this.windows && this.windowsHome()) || homedir()
    this.cacheDir = this.scopedEnvVar('CACHE_DIR') || this.macosCacheDir() || this.dir('cache')
    this.configDir = this.scopedEnvVar('CONFIG_DIR') || this.dir('config')
    this.dataDir = this.scopedEnvVar('DATA_DIR') || this.dir('data')
  }

  /** Has the user installed plugins, or set a theme or debugging? Then oclif has to look at all of it itself. */
  get isPersonal(): boolean {
    return (
      this.scopedEnvVarTrue('DEBUG') || existsSync(join(this.configDir, 'theme.json')) || hasPlugins(join(this.dataDir, 'package.json'))
    )
  }

  override get commands(): Command.Loadable[] {
    return [...this.#table.values()]
  }

  override get commandIDs(): string[] {
    return [...this.#table.keys()]
  }

  override get topics(): Interfaces.Topic[] {
    return [...this.#topics]
  }

  override findCommand(id: string, options: {must: true}): Command.Loadable
  override findCommand(id: string, options?: {must: boolean}): Command.Loadable | undefined
  override findCommand(id: string, {must = false} = {}): Command.Loadable | undefined {
    return this.#table.get(id) ?? absent(`command ${id}`, must)
  }

  override findTopic(name: string, options: {must: true}): Interfaces.Topic
  override findTopic(name: string, options?: {must: boolean}): Interfaces.Topic | undefined
  override findTopic(name: string, {must = false} = {}): Interfaces.Topic | undefined {
    return this.#topics.find((topic) => topic.name === name) ?? absent(`topic ${name}`, must)
  }

  /** No plugin in the box has a hook that oclif calls, but for the one of ours. */
  override async runHook<Name extends keyof Interfaces.Hooks>(name: Name, options: Interfaces.Hooks[Name]['options']) {
    if (name === 'command_not_found') {
      const {commandNotFound} = await import('./ui/unknown-command.ts')
      await commandNotFound({...(options as Interfaces.Hooks['command_not_found']['options']), config: this})
    }
    return {successes: [], failures: []}
  }

  private describe({name, version, oclif}: Interfaces.PJSON): void {
    this.name = name
    this.version = version
    this.valid = true
    this.channel = 'stable'
    this.arch = (arch() === 'ia32' ? 'x86' : arch()) as typeof this.arch
    this.platform = platform()
    this.windows = this.platform === 'win32'
    this.bin = oclif.bin ?? name
    this.dirname = oclif.dirname ?? name
    this.topicSeparator = ' '
    this.userAgent = `${name}/${version} ${this.platform}-${this.arch} node-${process.version}`
    this.shell = process.env.SHELL?.split('/').at(-1) ?? 'unknown'
  }
}

function absent(what: string, must: boolean): undefined {
  if (must) throw new Error(`${what} not found`)
}

/** What `conduct plugins install` keeps. A file that cannot be read is for oclif to complain of. */
function hasPlugins(file: string): boolean {
  if (!existsSync(file)) return false
  try {
    const {oclif} = JSON.parse(readFileSync(file, 'utf8')) as {readonly oclif?: {readonly plugins?: readonly unknown[]}}
    return (oclif?.plugins ?? []).length > 0
  } catch {
    return true
  }
}
