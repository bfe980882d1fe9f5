import {worktreesReading} from '../../tasks/operations/readings.ts'
import {readOnTask} from '../../ui/call-operation.ts'
import {ConductCommand, taskFlag} from '../../ui/conduct-command.ts'

export default class WorktreeList extends ConductCommand {
  static override summary = worktreesReading.summary
  static override examples = ['<%= config.bin %> worktree list', '<%= config.bin %> worktree list --json']
  static override flags = {...taskFlag}

  async run(): Promise<{readonly worktrees: readonly unknown[]}> {
    const {flags} = await this.parse(WorktreeList)
    return readOnTask(this, worktreesReading, {
      task: flags.task,
      render: ({worktrees}) => worktrees.map(({path, branch}) => `${path}  ${branch}`).join('\n'),
    })
  }
}
