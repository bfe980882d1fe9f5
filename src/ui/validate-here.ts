import {now} from '../app.ts'
import {EXIT} from '../errors.ts'
import type {CriterionVerdict, NamedVerdict} from '../events.ts'
import {missingTools} from '../validators/missing-tools.ts'
import {loadPlugins} from '../plugins.ts'
import {validateCheckout} from '../project/validate-checkout.ts'
import type {ConductCommand} from './conduct-command.ts'
import {watchSignals} from './signals.ts'
import {openReports, type ReportTargets, type ValidationReports} from './validation-reports.ts'
import {renderValidation} from './validation-view.ts'

export interface ValidateRequest {
  readonly names: readonly string[]
  readonly phase: string | undefined
  readonly since: string | undefined
  readonly reports: ReportTargets
}

export interface ValidateResult {
  readonly passed: boolean
  readonly verdicts: readonly NamedVerdict[]
  readonly criteria: readonly CriterionVerdict[]
  /** Folder with the full outputs; `null` when all passed. */
  readonly log_dir: string | null
}

/** `conduct validate`: the validators on this checkout. Exit code 6 when one fails, or when nothing ran; 5 when a program is missing. */
export async function validateHere(command: ConductCommand, request: ValidateRequest): Promise<ValidateResult> {
  const {names, phase, since} = request
  const json = command.jsonEnabled()
  const reports = openReports(request.reports, {version: command.config.version, cwd: process.cwd(), json})
  const {validators: registry} = await loadPlugins(command.config)
  const signals = watchSignals()
  try {
    const found = await validateCheckout({
      cwd: process.cwd(),
      env: process.env,
      registry,
      names,
      phase,
      since,
      leaveOut: reports.files,
      signal: signals.signal,
      now,
      onVerdict: ({validator, status}) => json || process.stderr.write(`${validator}: ${status}\n`),
      onNote: (text) => json || process.stderr.write(`${text}\n`),
    })
    const {passed, verdicts, criteria, logDir} = found
    process.exitCode = signals.signal.aborted ? signals.exitCode() : exitCodeOf(passed, verdicts)
    const result = {passed, verdicts, criteria, log_dir: logDir}
    reports.write(result)
    if (!json) print(command, renderValidation(result, {columns: process.stdout.columns, since}), reports)
    return result
  } finally {
    signals.close()
  }
}

/** A check that could not be made is not a check that failed. */
function exitCodeOf(passed: boolean, verdicts: readonly NamedVerdict[]): number {
  if (missingTools(verdicts).length > 0) return EXIT.ENVIRONMENT
  return passed ? EXIT.DONE : EXIT.VALIDATION
}

/** Stdout is for one result: a report that goes there sends the words for people elsewhere. */
function print(command: ConductCommand, text: string, {takesStdout}: ValidationReports): void {
  if (takesStdout) command.logToStderr(text)
  else command.log(text)
}
