import {ConductCommand} from '../ui/conduct-command.ts'
import {validatorsHere, type ValidatorsResult} from '../ui/plugins-here.ts'

export default class Validators extends ConductCommand {
  static override summary = 'List the validators: where each comes from, and whether it has something to check here.'
  static override description = 'Runs none of them. Exit code 5 when a plugin or a local file is broken.'
  static override examples = ['<%= config.bin %> validators', '<%= config.bin %> validators --json']

  async run(): Promise<ValidatorsResult> {
    await this.parse(Validators)
    return validatorsHere(this)
  }
}
