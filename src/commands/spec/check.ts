import {Args} from '@oclif/core'
import {EXIT} from '../../errors.ts'
import {hasErrors, renderProblems} from '../../spec/problem.ts'
import {readSpecFile} from '../../spec/read.ts'
import type {SpecProblem} from '../../spec/spec.ts'
import {ConductCommand} from '../../ui/conduct-command.ts'

export default class SpecCheck extends ConductCommand {
  static override summary = 'Say everything that is wrong with a spec, with line and column.'
  static override description = 'Exit code 3 when it has errors. Warnings do not keep it from being run.'
  static override examples = ['<%= config.bin %> spec check', '<%= config.bin %> spec check docs/SPEC.md --json']
  static override args = {file: Args.string({description: 'Spec to check.', default: '.spec/SPEC.md'})}

  async run(): Promise<{readonly file: string; readonly problems: readonly SpecProblem[]}> {
    const {args} = await this.parse(SpecCheck)
    const {spec, problems} = await readSpecFile(args.file)
    this.log(problems.length > 0 ? renderProblems(args.file, problems) : `${args.file}: ${spec.phases.length} phases, no problems.`)
    if (hasErrors(problems)) process.exitCode = EXIT.SPEC
    return {file: args.file, problems}
  }
}
