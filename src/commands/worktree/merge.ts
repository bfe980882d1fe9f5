import {Args, Flags} from '@oclif/core'
import {EXIT} from '../../errors.ts'
import {mergeModule} from '../../run/by-hand/merge-module.ts'
import {callOnTask} from '../../ui/call-operation.ts'
import {ConductCommand, requestFlag, taskFlag, workingDirectoryFlag} from '../../ui/conduct-command.ts'

export default class WorktreeMerge extends ConductCommand {
  static override summary = mergeModule.summary
  static override description = 'Prints the merge commit. Exit code 7 when it conflicts.'
  static override examples = ['<%= config.bin %> worktree merge ledger']
  static override args = {name: Args.string({description: 'Name of the module.', required: true})}
  static override flags = {
    'accept-lost': Flags.boolean({summary: 'Merge although a conflict was settled by dropping changes of one side.'}),
    ...workingDirectoryFlag('Checkout to merge into'),
    ...taskFlag,
    ...requestFlag,
  }

  async run(): Promise<{readonly merged: boolean}> {
    const {args, flags} = await this.parse(WorktreeMerge)
    const result = await callOnTask(this, mergeModule, {
      task: flags.task,
      requestId: flags['request-id'],
      input: {name: args.name, working_directory: flags['working-directory'], accept_lost: flags['accept-lost']},
      render: ({merge_sha}) => merge_sha ?? '',
    })
    if (!result.merged) this.refuse(result)
    return result
  }

  /** A script captures the merge commit, or nothing. */
  private refuse({
    name,
    conflicts,
    next,
  }: {
    readonly name: string
    readonly conflicts: readonly string[]
    readonly next: string | null
  }): void {
    process.exitCode = EXIT.CONFLICT
    if (!this.jsonEnabled()) this.logToStderr(`${name} is not merged: it conflicts in ${conflicts.join(', ')}.\n  → ${next}`)
  }
}
