import {Args} from '@oclif/core'
import {EXIT} from '../../errors.ts'
import {hasErrors, renderProblems} from '../../spec/problem.ts'
import {readSpecFile} from '../../spec/read.ts'
import {renderSpec} from '../../spec/render.ts'
import {toSpecJson, type SpecJson} from '../../spec/to-json.ts'
import {ConductCommand} from '../../ui/conduct-command.ts'

export default class SpecShow extends ConductCommand {
  static override summary = 'Print what is understood of a spec.'
  static override description = 'Problems go to stderr; exit code 3 when there are errors among them.'
  static override examples = ['<%= config.bin %> spec show', '<%= config.bin %> spec show docs/SPEC.md --json']
  static override args = {file: Args.string({description: 'Spec to show.', default: '.spec/SPEC.md'})}

  async run(): Promise<SpecJson> {
    const {args} = await this.parse(SpecShow)
    const {spec, problems} = await readSpecFile(args.file)
    this.log(renderSpec(spec))
    if (problems.length > 0) process.stderr.write(`${renderProblems(args.file, problems)}\n`)
    if (hasErrors(problems)) process.exitCode = EXIT.SPEC
    return toSpecJson(spec)
  }
}
