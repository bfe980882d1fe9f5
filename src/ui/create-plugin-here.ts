import {relative} from 'node:path'
import {createPlugin, type CreatedPlugin, type PluginKind} from '../project/create-plugin.ts'
import type {ConductCommand} from './conduct-command.ts'

/** `conduct plugins create`: a new plugin below this folder, and what to type next. */
export async function createPluginHere(command: ConductCommand, kind: PluginKind, name: string): Promise<CreatedPlugin> {
  const created = await createPlugin({kind, name, cwd: process.cwd(), version: command.config.version})
  const folder = relative(process.cwd(), created.folder)
  if (!command.jsonEnabled())
    command.log(
      [
        `Wrote ${folder}:`,
        ...created.files.map((file) => `  ${file}`),
        `Test it:    cd ${folder} && npm install && npm test`,
        `Install it: conduct plugins install ./${folder}`,
      ].join('\n'),
    )
  return created
}
