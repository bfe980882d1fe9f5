import {ConductCommand} from '../ui/conduct-command.ts'
import {watchSignals} from '../ui/signals.ts'

export default class Mcp extends ConductCommand {
  static override summary = 'Serve the operations to a coding agent, over the Model Context Protocol.'
  static override description =
    'Speaks MCP on stdin and stdout until stdin is closed; anything else goes to stderr. See docs/mcp.md for how to set up a client.'
  static override examples = ['<%= config.bin %> mcp']
  // Its stdout belongs to the protocol.
  static override enableJsonFlag = false

  async run(): Promise<void> {
    await this.parse(Mcp)
    const [{createMcpServices}, {serveOnStdio}] = await Promise.all([import('../mcp/services.ts'), import('../mcp/stdio.ts')])
    const app = await this.openApp()
    const signals = watchSignals()
    try {
      await serveOnStdio(createMcpServices(app), signals.signal)
      if (signals.signal.aborted) process.exitCode = signals.exitCode()
    } finally {
      signals.close()
      await app[Symbol.asyncDispose]()
    }
  }
}
