import {Args} from '@oclif/core'
import {createSpec} from '../../spec/create.ts'
import {ConductCommand} from '../../ui/conduct-command.ts'

export default class SpecInit extends ConductCommand {
  static override summary = 'Write a spec to start from. Never overwrites one.'
  static override examples = ['<%= config.bin %> spec init', '<%= config.bin %> spec init docs/SPEC.md']
  static override args = {file: Args.string({description: 'Where to write it.', default: '.spec/SPEC.md'})}

  async run(): Promise<{readonly file: string}> {
    const {args} = await this.parse(SpecInit)
    await createSpec(args.file)
    this.log(`Wrote ${args.file}. Edit it, then \`conduct spec check\`.`)
    return {file: args.file}
  }
}
