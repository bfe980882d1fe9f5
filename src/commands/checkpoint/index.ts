import {Args, Flags} from '@oclif/core'
import {createCheckpoint} from '../../tasks/operations/checkpoints.ts'
import {callOnTask} from '../../ui/call-operation.ts'
import {ConductCommand, requestFlag, taskFlag} from '../../ui/conduct-command.ts'

export default class Checkpoint extends ConductCommand {
  static override summary = createCheckpoint.summary
  static override description = 'Prints the id of the checkpoint. With nothing changed, the last checkpoint is the answer.'
  static override examples = ['<%= config.bin %> checkpoint "Phase 1: Setup"', 'C=$(<%= config.bin %> checkpoint "Phase 1: Setup")']
  static override args = {phase: Args.string({description: 'Name of the phase, or of the moment.', required: true})}
  static override flags = {
    'working-directory': Flags.string({char: 'C', summary: 'Checkout to commit, when it is not the one of the task.', helpValue: 'DIR'}),
    ...taskFlag,
    ...requestFlag,
  }

  async run(): Promise<{readonly id: string}> {
    const {args, flags} = await this.parse(Checkpoint)
    return callOnTask(this, createCheckpoint, {
      task: flags.task,
      requestId: flags['request-id'],
      input: {phase: args.phase, working_directory: flags['working-directory']},
      render: ({id}) => id,
    })
  }
}
