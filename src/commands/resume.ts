import {Args, Flags} from '@oclif/core'
import type {RunResult} from '../run/result.ts'
import {budgetFlags} from '../ui/budget-flags.ts'
import {runFlags} from '../ui/run-flags.ts'
import {ConductCommand} from '../ui/conduct-command.ts'
import {resumeHere} from '../ui/run-here.ts'

export default class Resume extends ConductCommand {
  static override summary = 'Go on with a task that was interrupted, failed or waits.'
  static override examples = ['<%= config.bin %> resume', '<%= config.bin %> resume k3f9 --retry ledger']
  static override args = {task: Args.string({description: 'Task id, or the beginning of one.'})}
  static override flags = {
    retry: Flags.string({summary: 'Allow the phase of this module as many attempts again.', helpValue: 'MODULE'}),
    ...budgetFlags,
    'accept-spec': Flags.boolean({summary: 'Take the spec as it is now; it changed since the task started.'}),
    events: runFlags.events,
    quiet: runFlags.quiet,
    record: runFlags.record,
  }

  async run(): Promise<RunResult> {
    const {args, flags} = await this.parse(Resume)
    return resumeHere(this, args.task, flags)
  }
}
