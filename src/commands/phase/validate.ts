import {Args} from '@oclif/core'
import {EXIT} from '../../errors.ts'
import {validatePhase} from '../../run/by-hand/validate-phase.ts'
import {callOnTask} from '../../ui/call-operation.ts'
import {ConductCommand, requestFlag, taskFlag, workingDirectoryFlag} from '../../ui/conduct-command.ts'
import {renderPhaseValidation} from '../../ui/validation-view.ts'

export default class PhaseValidate extends ConductCommand {
  static override summary = validatePhase.summary
  static override description = 'Exit code 6 when it does not pass.'
  static override examples = ['<%= config.bin %> phase validate "Phase 1: Setup"', '<%= config.bin %> phase validate 1 --json']
  static override args = {phase: Args.string({description: 'Name or number of the phase as in the spec.', required: true})}
  static override flags = {...workingDirectoryFlag('Checkout whose commit is checked'), ...taskFlag, ...requestFlag}

  async run(): Promise<{readonly passed: boolean}> {
    const {args, flags} = await this.parse(PhaseValidate)
    const result = await callOnTask(this, validatePhase, {
      task: flags.task,
      requestId: flags['request-id'],
      input: {phase_name: args.phase, working_directory: flags['working-directory']},
      render: (output) => renderPhaseValidation(output, {columns: process.stdout.columns}),
    })
    if (!result.passed) process.exitCode = EXIT.VALIDATION
    return result
  }
}
