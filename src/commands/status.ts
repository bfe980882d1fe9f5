import {Args, Flags} from '@oclif/core'
import {ConductCommand, taskFlag} from '../ui/conduct-command.ts'
import {statusHere} from '../ui/status-here.ts'
import type {StatusResult} from '../ui/status-result.ts'

export default class Status extends ConductCommand {
  static override summary = 'Show where a task is, who works on it, and what to type next.'
  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status k3f9 --watch',
    '<%= config.bin %> status --task k3f9 --json',
  ]
  static override args = {task: Args.string({description: 'Task id, or the beginning of one.'})}
  static override flags = {
    ...taskFlag,
    watch: Flags.boolean({char: 'w', summary: 'Show it anew whenever something happens, until the task ends or nobody works on it.'}),
  }

  async run(): Promise<StatusResult> {
    const {args, flags} = await this.parse(Status)
    return statusHere(this, {task: args.task ?? flags.task, watch: flags.watch})
  }
}
