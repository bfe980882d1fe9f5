import {Args} from '@oclif/core'
import {rollbackToCheckpoint} from '../tasks/operations/checkpoints.ts'
import {callOnTask} from '../ui/call-operation.ts'
import {ConductCommand, requestFlag, taskFlag} from '../ui/conduct-command.ts'

export default class Rollback extends ConductCommand {
  static override summary = rollbackToCheckpoint.summary
  static override examples = ['<%= config.bin %> rollback c1', '<%= config.bin %> rollback c3 --json']
  static override args = {checkpoint: Args.string({description: 'Id of the checkpoint.', required: true})}
  static override flags = {...taskFlag, ...requestFlag}

  async run(): Promise<{readonly sha: string}> {
    const {args, flags} = await this.parse(Rollback)
    return callOnTask(this, rollbackToCheckpoint, {
      task: flags.task,
      requestId: flags['request-id'],
      input: {checkpoint_id: args.checkpoint},
      render: ({sha, safety_checkpoint}) =>
        `At ${sha}. What was there is checkpoint ${safety_checkpoint}: conduct rollback ${safety_checkpoint}`,
    })
  }
}
