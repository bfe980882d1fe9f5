import {Args} from '@oclif/core'
import type {CreatedPlugin, PluginKind} from '../../project/create-plugin.ts'
import {ConductCommand} from '../../ui/conduct-command.ts'
import {createPluginHere} from '../../ui/create-plugin-here.ts'

export default class PluginsCreate extends ConductCommand {
  static override summary = 'Write the package of a new validator or agent backend, with tests that pass.'
  static override examples = ['<%= config.bin %> plugins create validator no-print', '<%= config.bin %> plugins create agent shell']
  static override args = {
    kind: Args.custom<PluginKind>({options: ['validator', 'agent']})({description: 'What it brings.', required: true}),
    name: Args.string({description: 'What the configuration will call it: kebab-case.', required: true}),
  }

  async run(): Promise<CreatedPlugin> {
    const {args} = await this.parse(PluginsCreate)
    return createPluginHere(this, args.kind, args.name)
  }
}
