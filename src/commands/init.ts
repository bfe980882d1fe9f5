import {Flags} from '@oclif/core'
import {HOSTS} from '../project/hosts.ts'
import {ConductCommand} from '../ui/conduct-command.ts'
import {initHere, printHere, type InitHereResult} from '../ui/init-here.ts'

export default class Init extends ConductCommand {
  static override summary = 'Write a conduct.config.json with what was detected, and what a coding agent needs to use conduct.'
  static override description =
    "A file that you changed is never overwritten. For a coding agent it writes the entry of the MCP server, a command (/conduct) with the orchestrator's brief, and an agent for each role."
  static override examples = [
    '<%= config.bin %> init',
    '<%= config.bin %> init --claude',
    '<%= config.bin %> init --codex --gemini --json',
    '<%= config.bin %> init --print .claude/commands/conduct.md',
  ]
  static override flags = {
    claude: Flags.boolean({summary: 'For Claude Code: .mcp.json, .claude/.'}),
    codex: Flags.boolean({summary: 'For Codex: .codex/, .agents/skills/.'}),
    gemini: Flags.boolean({summary: 'For Gemini CLI: .gemini/.'}),
    opencode: Flags.boolean({summary: 'For opencode: opencode.json, .opencode/.'}),
    print: Flags.string({summary: 'Print what would be written to this file, and write nothing.', helpValue: 'FILE'}),
  }

  async run(): Promise<InitHereResult | {readonly path: string; readonly text: string}> {
    const {flags} = await this.parse(Init)
    if (flags.print !== undefined) return printHere(this, flags.print)
    return initHere(
      this,
      HOSTS.filter((host) => flags[host]),
    )
  }
}
