import {cleanupWorktrees} from '../../tasks/operations/worktrees.ts'
import {callOnTask} from '../../ui/call-operation.ts'
import {ConductCommand, requestFlag, taskFlag} from '../../ui/conduct-command.ts'

export default class WorktreeCleanup extends ConductCommand {
  static override summary = cleanupWorktrees.summary
  static override examples = ['<%= config.bin %> worktree cleanup']
  static override flags = {...taskFlag, ...requestFlag}

  async run(): Promise<{readonly removed: readonly string[]}> {
    const {flags} = await this.parse(WorktreeCleanup)
    return callOnTask(this, cleanupWorktrees, {
      task: flags.task,
      requestId: flags['request-id'],
      render: ({removed, kept}) =>
        [...removed.map((path) => `removed ${path}`), ...kept.map(({path, why}) => `kept ${path}: ${why}`)].join('\n'),
    })
  }
}
