import {Flags} from '@oclif/core'
import {ConductCommand} from '../ui/conduct-command.ts'
import {tasksHere} from '../ui/tasks-here.ts'
import type {TaskItem} from '../tasks/views.ts'

export default class Tasks extends ConductCommand {
  static override summary = 'List the tasks of this repository, newest first.'
  static override examples = ['<%= config.bin %> tasks', '<%= config.bin %> tasks --all --json']
  static override flags = {all: Flags.boolean({char: 'a', summary: 'The tasks of every repository.'})}

  async run(): Promise<{readonly tasks: readonly TaskItem[]}> {
    const {flags} = await this.parse(Tasks)
    return tasksHere(this, flags.all)
  }
}
