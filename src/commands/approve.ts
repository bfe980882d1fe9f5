import {Args} from '@oclif/core'
import {approveTask} from '../tasks/approve.ts'
import {ConductCommand} from '../ui/conduct-command.ts'

export default class Approve extends ConductCommand {
  static override summary = 'Allow the verified result of a task to be merged.'
  static override examples = ['<%= config.bin %> approve && <%= config.bin %> resume']
  static override args = {task: Args.string({description: 'Task id, or the beginning of one.'})}

  async run(): Promise<{readonly task_id: string; readonly sha: string}> {
    const {args} = await this.parse(Approve)
    const app = await this.openApp()
    try {
      const taskId = await app.resolve(args.task)
      const sha = await app.services.withTask(taskId, approveTask)
      if (!this.jsonEnabled()) this.log(`Approved. Merge it now: ${this.config.bin} resume ${taskId}`)
      return {task_id: taskId, sha}
    } finally {
      await app[Symbol.asyncDispose]()
    }
  }
}
