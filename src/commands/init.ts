import {ConductCommand} from '../ui/conduct-command.ts'
import {initHere} from '../ui/init-here.ts'
import type {InitResult} from '../project/init-config.ts'

export default class Init extends ConductCommand {
  static override summary = 'Write a conduct.config.json with what was detected; an existing one is never overwritten.'
  static override examples = ['<%= config.bin %> init']

  async run(): Promise<InitResult> {
    await this.parse(Init)
    return initHere(this)
  }
}
