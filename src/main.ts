import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {execute, settings} from '@oclif/core'
import {hasContained} from './contain.ts'
import {NPM_SETTINGS} from './npm-settings.ts'

/** How long the process may live on when its command has ended. */
const PLUGIN_REST_MS = 3_000

/**
 * The entry of the built CLI: hands the arguments to oclif. A command of our own is found without the core plugins:
 * they bring agents and validators, which the commands that use them load (`loadPlugins`).
 *
 * @param table.file where this code and its commands lie, below the root of the package
 * @param table.commands ids of all our own commands: `checkpoint:list`
 */
export async function startCli(table: {readonly file: string; readonly commands: readonly string[]}): Promise<void> {
  // The commands are built; oclif need not look for TypeScript beside them.
  settings.enableAutoTranspile = false
  const root = fileURLToPath(new URL('..', import.meta.url))
  const args = process.argv.slice(2)
  const [word = ''] = args
  if (word === 'plugins') Object.assign(process.env, NPM_SETTINGS)
  const isOurs = word === '--version' || (!SHARED.has(word) && table.commands.some((id) => id.split(':', 1)[0] === word))
  await execute({args, loadOptions: {root, pjson: readManifest(root, {file: table.file, isOurs})}})
  // A plugin may leave a timer or a socket behind: that keeps nobody waiting.
  if (hasContained()) setTimeout(() => process.exit(), PLUGIN_REST_MS).unref()
}

/** Topics that plugins have commands in, too; and what completes words knows the commands of plugins. */
const SHARED = new Set(['autocomplete', 'plugins'])

function readManifest(root: string, {file, isOurs}: {readonly file: string; readonly isOurs: boolean}) {
  const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))
  const {oclif} = manifest
  return {...manifest, oclif: {...oclif, commands: {...oclif.commands, target: file}, ...(isOurs ? {plugins: []} : {})}}
}
