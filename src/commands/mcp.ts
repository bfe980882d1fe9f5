import {Flags} from '@oclif/core'
import {ConductCommand} from '../ui/conduct-command.ts'
import {watchSignals} from '../ui/signals.ts'

const PORT = 7420

export default class Mcp extends ConductCommand {
  static override summary = 'Serve the operations to a coding agent, over the Model Context Protocol.'
  static override description =
    'Speaks MCP on stdin and stdout until stdin is closed; anything else goes to stderr. With --http it serves any number of ' +
    'clients, who show a token: a fresh one that it prints, or the one in CONDUCT_MCP_TOKEN. See docs/mcp.md for how to set up a client.'
  static override examples = ['<%= config.bin %> mcp', '<%= config.bin %> mcp --http', '<%= config.bin %> mcp --http --port 0']
  static override flags = {
    http: Flags.boolean({summary: 'Serve over HTTP, on this machine alone, until interrupted.'}),
    // No defaults here: oclif would take them for given, and ask for --http.
    port: Flags.integer({summary: `Port for --http, ${PORT} when absent; 0 takes any free one.`, min: 0, max: 65_535, dependsOn: ['http']}),
    host: Flags.string({
      summary: 'Address for --http to listen on, for clients on other machines.',
      helpValue: 'ADDRESS',
      dependsOn: ['http'],
    }),
    'without-token': Flags.boolean({summary: 'Ask clients for no token.', hidden: true, dependsOn: ['http']}),
  }
  // Its stdout belongs to the protocol.
  static override enableJsonFlag = false

  async run(): Promise<void> {
    const {flags} = await this.parse(Mcp)
    const [{createMcpServices}, {serveMcp}] = await Promise.all([import('../mcp/services.ts'), import('../mcp/serve.ts')])
    const token = process.env.CONDUCT_MCP_TOKEN
    // What runs below is not to know it.
    delete process.env.CONDUCT_MCP_TOKEN
    const app = await this.openApp()
    const signals = watchSignals()
    try {
      const http = {
        port: flags.port ?? PORT,
        host: flags.host ?? '127.0.0.1',
        token,
        withoutToken: flags['without-token'],
        say: (line: string) => this.logToStderr(line),
      }
      await serveMcp(createMcpServices(app), signals.signal, flags.http ? http : undefined)
      if (signals.signal.aborted) process.exitCode = signals.exitCode()
    } finally {
      signals.close()
      await app[Symbol.asyncDispose]()
    }
  }
}
