import {Args, Flags} from '@oclif/core'
import {ConductCommand} from '../ui/conduct-command.ts'
import {validateHere, type ValidateResult} from '../ui/validate-here.ts'

export default class Validate extends ConductCommand {
  static override summary = 'Run the validators on this checkout, uncommitted work too; no task is needed.'
  static override description = 'Exit code 6 when a validator fails, or when none had anything to check.'
  static override examples = [
    '<%= config.bin %> validate',
    '<%= config.bin %> validate npm-test todo --base main',
    '<%= config.bin %> validate --phase 2 --json',
  ]
  static override args = {validator: Args.string({description: 'Validators to run. Default: those of the configuration.'})}
  static override strict = false
  static override flags = {
    phase: Flags.string({summary: 'A phase of the spec, by name or number: its test command and criteria run too.', helpValue: 'NAME'}),
    base: Flags.string({summary: 'Commit that the work began from: what it has already is not blamed on new work.', helpValue: 'COMMIT'}),
  }

  async run(): Promise<ValidateResult> {
    const {argv, flags} = await this.parse(Validate)
    return validateHere(this, {names: argv.map(String), phase: flags.phase, base: flags.base})
  }
}
