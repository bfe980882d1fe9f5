import {Flags} from '@oclif/core'
import type {RunResult} from '../run/result.ts'
import {runFlags} from '../ui/run-flags.ts'
import {ConductCommand} from '../ui/conduct-command.ts'
import {runHere} from '../ui/run-here.ts'

export default class Run extends ConductCommand {
  static override summary = 'Build a spec with coding agents, phase by phase, verify it, and merge it.'
  static override description =
    'Exit codes: 0 done and verified, 2 usage, 3 spec, 4 configuration, 5 environment, 6 validation failed, 7 conflict left for a person, 8 budget, 9 rate limit, 11 locked, 130 interrupted. See docs/exit-codes.md.'
  static override examples = [
    '<%= config.bin %> run',
    '<%= config.bin %> run --spec docs/SPEC.md --agent command --parallel 2',
    '<%= config.bin %> run --dry-run',
  ]
  static override flags = {
    spec: Flags.string({summary: 'Spec to build, relative to the repository.', helpValue: 'FILE'}),
    description: Flags.string({summary: 'What is built, for lists and the merge commit. Default: the title of the spec.'}),
    new: Flags.boolean({summary: 'Begin another task, even when one of this spec is open.'}),
    'dry-run': Flags.boolean({summary: 'Print the whole plan and touch nothing.'}),
    ...runFlags,
  }

  async run(): Promise<RunResult | unknown> {
    const {flags} = await this.parse(Run)
    return runHere(this, {...flags, 'dry-run': flags['dry-run']})
  }
}
