import {now} from '../app.ts'
import {EXIT} from '../errors.ts'
import type {CriterionVerdict, NamedVerdict} from '../events.ts'
import {missingTools} from '../validators/missing-tools.ts'
import {loadPlugins} from '../plugins.ts'
import {validateCheckout} from '../project/validate-checkout.ts'
import type {ConductCommand} from './conduct-command.ts'
import {watchSignals} from './signals.ts'
import {renderValidation} from './validation-view.ts'

export interface ValidateRequest {
  readonly names: readonly string[]
  readonly phase: string | undefined
  readonly base: string | undefined
}

export interface ValidateResult {
  readonly passed: boolean
  readonly verdicts: readonly NamedVerdict[]
  readonly criteria: readonly CriterionVerdict[]
  /** Folder with the full outputs; `null` when all passed. */
  readonly log_dir: string | null
}

/** `conduct validate`: the validators on this checkout. Exit code 6 when one fails, or when nothing ran; 5 when a program is missing. */
export async function validateHere(command: ConductCommand, {names, phase, base}: ValidateRequest): Promise<ValidateResult> {
  const {validators: registry} = await loadPlugins(command.config)
  const signals = watchSignals()
  try {
    const found = await validateCheckout({
      cwd: process.cwd(),
      env: process.env,
      registry,
      names,
      phase,
      base,
      signal: signals.signal,
      now,
      onVerdict: ({validator, status}) => command.jsonEnabled() || process.stderr.write(`${validator}: ${status}\n`),
    })
    const {passed, verdicts, criteria, logDir} = found
    process.exitCode = signals.signal.aborted ? signals.exitCode() : exitCodeOf(passed, verdicts)
    const result = {passed, verdicts, criteria, log_dir: logDir}
    if (!command.jsonEnabled()) command.log(renderValidation(result, {columns: process.stdout.columns ?? 160}))
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
