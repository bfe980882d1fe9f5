import {Args, Flags} from '@oclif/core'
import {ConductCommand} from '../ui/conduct-command.ts'
import {validateHere, type ValidateResult} from '../ui/validate-here.ts'

export default class Validate extends ConductCommand {
  static override summary = 'Run the validators on this checkout, uncommitted work too; no task is needed.'
  static override description =
    'Exit code 6 when a validator fails, or when none had anything to check; 5 when a program that one needs is missing. ' +
    'Secrets are masked in everything that is printed and written.'
  static override examples = [
    '<%= config.bin %> validate',
    '<%= config.bin %> validate --since main',
    '<%= config.bin %> validate npm-test todo --junit junit.xml --sarif conduct.sarif',
    '<%= config.bin %> validate --phase 2 --json',
  ]
  static override args = {validator: Args.string({description: 'Validators to run. Default: those of the configuration.'})}
  static override strict = false
  static override flags = {
    phase: Flags.string({summary: 'A phase of the spec, by name or number: its test command and criteria run too.', helpValue: 'NAME'}),
    since: Flags.string({
      summary: 'Branch, tag or commit that the work left: what was there before is not blamed on it.',
      helpValue: 'REF',
    }),
    sarif: Flags.string({
      summary: 'Write the findings as SARIF 2.1.0, for code-hosting sites; to stdout without FILE.',
      helpValue: '[FILE|-]',
    }),
    junit: Flags.string({summary: 'Write the verdicts as JUnit XML, for CI systems; to stdout without FILE.', helpValue: '[FILE|-]'}),
  }

  async run(): Promise<ValidateResult> {
    const {argv, flags} = await this.parse(Validate, withTargets(this.argv))
    const {phase, since, sarif, junit} = flags
    return validateHere(this, {names: argv.map(String), phase, since, reports: {sarif, junit}})
  }
}

/** `--sarif` and `--junit` before another flag, before `-`, or at the end mean stdout. */
function withTargets(argv: readonly string[]): string[] {
  return argv.flatMap((word, index) => {
    const next = argv[index + 1]
    const isBare = (word === '--sarif' || word === '--junit') && (next === undefined || next.startsWith('-'))
    if (isBare) return [`${word}=-`]
    const isTarget = word === '-' && /^--(?:sarif|junit)$/.test(argv[index - 1] ?? '')
    return isTarget ? [] : [word]
  })
}
