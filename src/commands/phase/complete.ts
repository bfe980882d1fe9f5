import {Args, Flags} from '@oclif/core'
import {markPhaseComplete} from '../../tasks/operations/mark-phase-complete.ts'
import type {TaskStateView} from '../../tasks/operations/schemas.ts'
import {callOnTask} from '../../ui/call-operation.ts'
import {ConductCommand, requestFlag, taskFlag} from '../../ui/conduct-command.ts'

export default class PhaseComplete extends ConductCommand {
  static override summary = markPhaseComplete.summary
  static override examples = ['<%= config.bin %> phase complete "Phase 1: Setup" --checkpoint c1']
  static override args = {phase: Args.string({description: 'Name of the phase as in the spec.', required: true})}
  static override flags = {
    checkpoint: Flags.string({char: 'c', summary: 'Checkpoint that holds the phase.', helpValue: 'ID', required: true}),
    ...taskFlag,
    ...requestFlag,
  }

  async run(): Promise<TaskStateView> {
    const {args, flags} = await this.parse(PhaseComplete)
    return callOnTask(this, markPhaseComplete, {
      task: flags.task,
      requestId: flags['request-id'],
      input: {phase_name: args.phase, checkpoint_id: flags.checkpoint},
      render: ({phases_complete}) => phases_complete.join('\n'),
    })
  }
}
