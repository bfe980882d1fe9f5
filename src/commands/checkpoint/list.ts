import {checkpointsReading} from '../../tasks/operations/readings.ts'
import {readOnTask} from '../../ui/call-operation.ts'
import {ConductCommand, taskFlag} from '../../ui/conduct-command.ts'

export default class CheckpointList extends ConductCommand {
  static override summary = checkpointsReading.summary
  static override examples = ['<%= config.bin %> checkpoint list', '<%= config.bin %> checkpoint list --json']
  static override flags = {...taskFlag}

  async run(): Promise<{readonly checkpoints: readonly unknown[]}> {
    const {flags} = await this.parse(CheckpointList)
    return readOnTask(this, checkpointsReading, {
      task: flags.task,
      render: ({checkpoints}) =>
        checkpoints.map(({id, sha, phase, branch}) => `${id}  ${sha.slice(0, 9)}  ${phase}  (${branch})`).join('\n'),
    })
  }
}
