import {relative} from 'node:path'
import {ConductError} from '../errors.ts'
import {packageRoot} from '../package-root.ts'
import {examinePlugins} from '../plugins.ts'
import {createPlugin, type CreatedPlugin, type PluginKind} from '../project/create-plugin.ts'
import type {ConductCommand} from './conduct-command.ts'

/** `conduct plugins create`: a new plugin below this folder, and what to type next. */
export async function createPluginHere(command: ConductCommand, kind: PluginKind, name: string): Promise<CreatedPlugin> {
  await assertFree(command, kind, name)
  const created = await createPlugin({kind, name, cwd: process.cwd(), version: command.config.version})
  const folder = relative(process.cwd(), created.folder)
  if (!command.jsonEnabled())
    command.log(
      [
        `Wrote ${folder}:`,
        ...created.files.map((file) => `  ${file}`),
        `Test it:    cd ${folder} && npm install --no-save ${quote(packageRoot())} && npm test`,
        `Install it: conduct plugins install ./${folder}`,
      ].join('\n'),
    )
  return created
}

/** A plugin of that name could not be installed beside the one that has it. */
async function assertFree(command: ConductCommand, kind: PluginKind, name: string): Promise<void> {
  const {validators, agents} = await examinePlugins(command.config)
  const source = kind === 'validator' ? validators.sourceOf(name) : agents.sourceOf(name)
  if (source === undefined) return
  const what = kind === 'validator' ? 'a validator' : 'an agent backend'
  throw new ConductError('USAGE', `\`${name}\` is ${what} of ${source} already.`, ['Choose another name.'])
}

/** For a shell, where it needs to be. */
function quote(path: string): string {
  return /^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}
