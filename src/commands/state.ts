import {taskReading} from '../tasks/operations/readings.ts'
import type {TaskStateView} from '../tasks/operations/schemas.ts'
import {readOnTask} from '../ui/call-operation.ts'
import {ConductCommand, taskFlag} from '../ui/conduct-command.ts'

export default class State extends ConductCommand {
  static override summary = taskReading.summary
  static override examples = ['<%= config.bin %> state', '<%= config.bin %> state --task k3f9 --json']
  static override flags = {...taskFlag}

  async run(): Promise<TaskStateView> {
    const {flags} = await this.parse(State)
    return readOnTask(this, taskReading, {task: flags.task, render})
  }
}

function render({task_id, status, phases_complete, phases, current_phase}: TaskStateView): string {
  const progress =
    phases.length > 0 ? `${phases_complete.length} of ${phases.length} phases complete` : `${phases_complete.length} phases complete`
  return [`${task_id} ${status}`, progress, ...(current_phase === null ? [] : [`current: ${current_phase}`])].join('\n')
}
