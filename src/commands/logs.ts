import {Args, Flags} from '@oclif/core'
import {ConductCommand, taskFlag} from '../ui/conduct-command.ts'
import {logsHere, type LogsResult} from '../ui/logs-here.ts'

export default class Logs extends ConductCommand {
  static override summary = 'Show what the agents of a task said and did, attempt by attempt.'
  static override examples = [
    '<%= config.bin %> logs',
    '<%= config.bin %> logs ledger --follow',
    '<%= config.bin %> logs ledger --attempt 2',
    '<%= config.bin %> logs --phase 1 --task k3f9 --json',
  ]
  static override args = {
    module: Args.string({description: 'A module: its own attempts, its merges, and the fixes of its phase. Default: all attempts.'}),
  }
  static override flags = {
    ...taskFlag,
    phase: Flags.integer({summary: 'Only what was done for this phase, by its position in the spec.', min: 1}),
    attempt: Flags.integer({summary: 'Only attempts with this number.', min: 1}),
    follow: Flags.boolean({char: 'f', summary: 'Go on with what comes, until the task ends or nobody works on it.'}),
  }

  async run(): Promise<LogsResult> {
    const {args, flags} = await this.parse(Logs)
    return logsHere(this, {module: args.module, task: flags.task, phase: flags.phase, attempt: flags.attempt, follow: flags.follow})
  }
}
