import {getPhases} from '../../run/by-hand/get-phases.ts'
import {callOnTask} from '../../ui/call-operation.ts'
import {ConductCommand, taskFlag} from '../../ui/conduct-command.ts'

export default class PhaseList extends ConductCommand {
  static override summary = getPhases.summary
  static override examples = ['<%= config.bin %> phase list', '<%= config.bin %> phase list --json']
  static override flags = {...taskFlag}

  async run(): Promise<{readonly phases: readonly unknown[]}> {
    const {flags} = await this.parse(PhaseList)
    return callOnTask(this, getPhases, {
      task: flags.task,
      render: ({phases}) =>
        phases.map(({name, status, modules}) => `${name}  ${status}  ${modules.map(({slug}) => slug).join(', ')}`).join('\n'),
    })
  }
}
