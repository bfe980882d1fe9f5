import {Flags} from '@oclif/core'
import {completeTask} from '../tasks/operations/complete-task.ts'
import {callOnTask} from '../ui/call-operation.ts'
import {ConductCommand, requestFlag, taskFlag} from '../ui/conduct-command.ts'

export default class Complete extends ConductCommand {
  static override summary = completeTask.summary
  static override examples = ['<%= config.bin %> complete', '<%= config.bin %> complete --no-commit', '<%= config.bin %> complete --force']
  static override flags = {
    commit: Flags.boolean({summary: 'Commit what is uncommitted in the working directory.', default: true, allowNo: true}),
    force: Flags.boolean({summary: 'Complete it although phases are open or failed their validation. This is recorded.'}),
    ...taskFlag,
    ...requestFlag,
  }

  async run(): Promise<{readonly sha: string}> {
    const {flags} = await this.parse(Complete)
    return callOnTask(this, completeTask, {
      task: flags.task,
      requestId: flags['request-id'],
      input: {commit_changes: flags.commit, force: flags.force},
      render: ({sha}) => sha,
    })
  }
}
