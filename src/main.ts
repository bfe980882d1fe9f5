import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {Config, execute, settings, type Command} from '@oclif/core'
import {hasContained} from './contain.ts'
import {NPM_SETTINGS} from './npm-settings.ts'
import {PreparedConfig, type PreparedCommands} from './prepared-config.ts'

/** How long the process may live on when its command has ended. */
const PLUGIN_REST_MS = 3_000

/** One built file of the CLI. */
export interface BuiltFile {
  /** Folder of the package. */
  readonly root: string
  /** Where this code and its commands lie, below `root`. */
  readonly file: string
  /** Ids of all our own commands: `checkpoint:list`. */
  readonly commands: readonly string[]
  /** The class of one of them; throws for one that lies in another file. */
  readonly load: (id: string) => Command.Class
}

/**
 * The entry of the built CLI: hands the arguments to oclif. A command of our own, and help for it, is found by what the
 * build has written down; the core plugins bring agents and validators, which the commands that use them load
 * (`loadPlugins`).
 */
export async function startCli(built: BuiltFile): Promise<void> {
  // The commands are built; oclif need not look for TypeScript beside them.
  settings.enableAutoTranspile = false
  const args = process.argv.slice(2)
  const [word = '--help'] = args
  if (word === 'plugins') Object.assign(process.env, NPM_SETTINGS)
  const isOurs = word === '--version' || (!SHARED.has(word) && built.commands.some((id) => id.split(':', 1)[0] === word))
  const config = isOurs || word.startsWith('-') ? prepare(built) : undefined
  await execute({args, loadOptions: config ?? {root: built.root, pjson: readManifest(built, {isOurs})}})
  // A plugin may leave a timer or a socket behind: that keeps nobody waiting.
  if (hasContained()) setTimeout(() => process.exit(), PLUGIN_REST_MS).unref()
}

/** Topics that plugins have commands in, too; and what completes words knows the commands of plugins. */
const SHARED = new Set(['autocomplete', 'plugins'])

/** `undefined` where a user's own plugins and settings must be looked at. */
function prepare({root, load}: BuiltFile): PreparedConfig | undefined {
  // Written by the build.
  const prepared = JSON.parse(readFileSync(join(root, 'dist/commands.json'), 'utf8')) as PreparedCommands
  const config = new PreparedConfig({root, prepared, loadCommand: async (id) => Object.assign(load(id), {id})})
  if (config.isPersonal) return undefined
  const loadConfig = Config.load.bind(Config)
  // oclif loads what it is given once more, here and again for the command.
  Config.load = async (options) => (options === config ? config : loadConfig(options))
  return config
}

function readManifest({root, file}: BuiltFile, {isOurs}: {readonly isOurs: boolean}) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const {oclif} = manifest
  const ours = {
    commands: {...oclif.commands, target: file},
    hooks: {...oclif.hooks, command_not_found: {target: file, identifier: 'commandNotFound'}},
  }
  return {...manifest, oclif: {...oclif, ...ours, ...(isOurs ? {plugins: []} : {})}}
}
