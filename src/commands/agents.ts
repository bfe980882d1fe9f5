import {ConductCommand} from '../ui/conduct-command.ts'
import {agentsHere, type AgentsResult} from '../ui/plugins-here.ts'

export default class Agents extends ConductCommand {
  static override summary = 'List the agent backends: where each comes from, and whether it can run here.'
  static override description = 'Exit code 5 when a plugin is broken, or when an agent that the configuration names cannot run.'
  static override examples = ['<%= config.bin %> agents', '<%= config.bin %> agents --json']

  async run(): Promise<AgentsResult> {
    await this.parse(Agents)
    return agentsHere(this)
  }
}
