import {Args, Flags} from '@oclif/core'
import {rollbackToCheckpoint} from '../tasks/operations/rollback.ts'
import {callOnTask} from '../ui/call-operation.ts'
import {ConductCommand, requestFlag, taskFlag} from '../ui/conduct-command.ts'

export default class Rollback extends ConductCommand {
  static override summary = rollbackToCheckpoint.summary
  static override description = 'Prints the bare id of the safety checkpoint when stdout is no terminal: S=$(conduct rollback c1).'
  static override examples = ['<%= config.bin %> rollback c1', 'S=$(<%= config.bin %> rollback c1)']
  static override args = {checkpoint: Args.string({description: 'Id of the checkpoint.', required: true})}
  static override flags = {
    'working-directory': Flags.string({
      char: 'C',
      summary: 'Checkout to take back, when it is not the one that the checkpoint was made in.',
      helpValue: 'DIR',
    }),
    ...taskFlag,
    ...requestFlag,
  }

  async run(): Promise<{readonly sha: string}> {
    const {args, flags} = await this.parse(Rollback)
    return callOnTask(this, rollbackToCheckpoint, {
      task: flags.task,
      requestId: flags['request-id'],
      input: {checkpoint_id: args.checkpoint, working_directory: flags['working-directory']},
      render: ({sha, safety_checkpoint: safety}) =>
        process.stdout.isTTY ? `At ${sha}. What was there is checkpoint ${safety}: conduct rollback ${safety}` : safety,
    })
  }
}
