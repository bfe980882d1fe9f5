import {Args, Flags} from '@oclif/core'
import {startTask} from '../tasks/operations/start-task.ts'
import type {TaskStateView} from '../tasks/operations/schemas.ts'
import {ConductCommand, requestFlag} from '../ui/conduct-command.ts'

export default class Start extends ConductCommand {
  static override summary = startTask.summary
  static override description = 'Prints the bare task id when stdout is no terminal: T=$(conduct start "Build X").'
  static override examples = ['<%= config.bin %> start "Build the ledger"', 'T=$(<%= config.bin %> start "Build the ledger")']
  static override args = {description: Args.string({description: 'What is to be built, in one sentence.', required: true})}
  static override flags = {spec: Flags.string({summary: 'Spec, relative to the repository.', helpValue: 'FILE'}), ...requestFlag}

  async run(): Promise<TaskStateView> {
    const {args, flags} = await this.parse(Start)
    const app = await this.openApp()
    try {
      const task = await app.call(startTask, {
        description: args.description,
        working_directory: process.cwd(),
        ...(flags.spec === undefined ? {} : {spec: flags.spec}),
        ...(flags['request-id'] === undefined ? {} : {request_id: flags['request-id']}),
      })
      if (!this.jsonEnabled()) this.log(process.stdout.isTTY ? `Started task ${task.task_id} on ${task.base.branch}.` : task.task_id)
      return task
    } finally {
      await app[Symbol.asyncDispose]()
    }
  }
}
