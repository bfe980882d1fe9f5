import {Args, Flags} from '@oclif/core'
import {createWorktree} from '../../tasks/operations/worktrees.ts'
import {callOnTask} from '../../ui/call-operation.ts'
import {ConductCommand, requestFlag, taskFlag} from '../../ui/conduct-command.ts'

export default class WorktreeCreate extends ConductCommand {
  static override summary = createWorktree.summary
  static override examples = ['<%= config.bin %> worktree create ledger', 'cd "$(<%= config.bin %> worktree create ledger)"']
  static override args = {name: Args.string({description: 'Name of the module.', required: true})}
  static override flags = {
    'base-dir': Flags.string({summary: 'A checkout of the repository, when it is not the one of the task.', helpValue: 'DIR'}),
    ...taskFlag,
    ...requestFlag,
  }

  async run(): Promise<{readonly path: string}> {
    const {args, flags} = await this.parse(WorktreeCreate)
    return callOnTask(this, createWorktree, {
      task: flags.task,
      requestId: flags['request-id'],
      input: {name: args.name, base_dir: flags['base-dir']},
      render: ({path}) => path,
    })
  }
}
