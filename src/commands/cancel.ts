import {Args} from '@oclif/core'
import {cancelTask} from '../run/cancel.ts'
import {now} from '../app.ts'
import {ConductCommand} from '../ui/conduct-command.ts'

export default class Cancel extends ConductCommand {
  static override summary = 'Stop a task for good: its agents are ended, its branches stay.'
  static override examples = ['<%= config.bin %> cancel', '<%= config.bin %> cancel k3f9']
  static override args = {task: Args.string({description: 'Task id, or the beginning of one.'})}

  async run(): Promise<{task_id: string; status: string}> {
    const {args} = await this.parse(Cancel)
    const app = await this.openApp()
    try {
      const taskId = await app.resolve(args.task)
      const status = await cancelTask(app.store, taskId, now)
      if (!this.jsonEnabled())
        this.log(`Task ${taskId} is ${status}. Its branches are still there: git branch --list 'conduct/${taskId}/*'`)
      return {task_id: taskId, status}
    } finally {
      await app[Symbol.asyncDispose]()
    }
  }
}
