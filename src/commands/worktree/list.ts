import {listWorktrees} from '../../tasks/operations/worktrees.ts'
import {callOnTask} from '../../ui/call-operation.ts'
import {ConductCommand, taskFlag} from '../../ui/conduct-command.ts'

export default class WorktreeList extends ConductCommand {
  static override summary = listWorktrees.summary
  static override examples = ['<%= config.bin %> worktree list', '<%= config.bin %> worktree list --json']
  static override flags = {...taskFlag}

  async run(): Promise<{readonly worktrees: readonly unknown[]}> {
    const {flags} = await this.parse(WorktreeList)
    return callOnTask(this, listWorktrees, {
      task: flags.task,
      render: ({worktrees}) => worktrees.map(({path, branch}) => `${path}  ${branch}`).join('\n'),
    })
  }
}
