import {Args} from '@oclif/core'
import {basename} from 'node:path'
import {ConductError} from '../../errors.ts'
import {COMPLETION_SCRIPTS, SETUP, SHELLS, type Shell} from '../../ui/completion-scripts.ts'
import {ConductCommand} from '../../ui/conduct-command.ts'

export default class Autocomplete extends ConductCommand {
  static override summary = 'Print what bash, zsh or fish needs to complete conduct: commands, flags, tasks, checkpoints, phases.'
  static override description = SHELLS.map((shell) => `${shell}: ${SETUP[shell]}`).join('\n')
  static override examples = ['eval "$(<%= config.bin %> autocomplete bash)"']
  static override args = {shell: Args.string({description: 'Your shell. Default: what SHELL names.', options: [...SHELLS]})}

  async run(): Promise<{readonly shell: Shell; readonly script: string}> {
    const {args} = await this.parse(Autocomplete)
    const named = args.shell ?? basename(this.config.shell)
    const shell = SHELLS.find((known) => known === named)
    if (!shell)
      throw new ConductError('USAGE', `There is no completion for ${named}.`, [`Name a shell: conduct autocomplete ${SHELLS.join('|')}`])
    const script = COMPLETION_SCRIPTS[shell]
    if (!this.jsonEnabled()) process.stdout.write(script)
    if (process.stdout.isTTY) this.logToStderr(`\n  → To have it in every shell: ${SETUP[shell]}`)
    return {shell, script}
  }
}
