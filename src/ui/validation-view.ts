import type {CriterionVerdict, NamedVerdict} from '../events.ts'
import {installCommands, missingTools} from '../validators/missing-tools.ts'
import type {Finding} from '../validators/validator.ts'
import {criteriaLines} from './result-lines.ts'
import {formatColumns, formatCount, formatDuration, formatFinding, oneLine, shorten, wrap} from './text.ts'

export interface ValidationView {
  readonly passed: boolean
  readonly verdicts: readonly NamedVerdict[]
  readonly criteria: readonly CriterionVerdict[]
  readonly log_dir: string | null
}

const MARKS = {pass: '✔', fail: '✖', skip: '-'} as const

export interface ValidationViewOptions {
  /** Width of the terminal; `undefined` for a file or a pipe, where a finding is one line however long it is. */
  readonly columns: number | undefined
  /** What `--since` said. */
  readonly since?: string | undefined
}

/** Of one validator; `--json` and the reports have all. */
const MAX_SHOWN = 100
const WIDTH_OF_FILES = 160

/** Every finding as `file:line message (validator)`, which editors can jump to, then a table of the verdicts. */
export function renderValidation({passed, verdicts, criteria, log_dir: logDir}: ValidationView, options: ValidationViewOptions): string {
  const {columns} = options
  const width = columns ?? WIDTH_OF_FILES
  const blocks = [
    verdicts.flatMap((verdict) => findingLines(verdict, columns)),
    formatColumns(verdicts.map(verdictRow)).map((line) => shorten(line, width)),
    criteriaLines({criteria}, width),
    [
      conclusion(passed, verdicts, options),
      ...(logDir === null ? [] : [`full output: ${logDir}`]),
      ...(isOldWork(verdicts, options) ? ['To see only what is new: conduct validate --since REF'] : []),
    ],
  ]
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

export interface PhaseValidationView extends Omit<ValidationView, 'verdicts' | 'log_dir'> {
  readonly phase: string
  readonly sha: string
  readonly verdicts: readonly (Omit<NamedVerdict, 'findings'> & {readonly findings: readonly RecordedFinding[]})[]
  readonly uncommitted: readonly string[]
  readonly log_dir: string
}

/** A finding as `validate_phase` returns it. */
export interface RecordedFinding {
  readonly message: string
  readonly file: string | null
  readonly line: number | null
  readonly pre_existing: boolean
  readonly flaky: boolean
}

/** The same for a phase of a task; and what was not looked at, since only commits are. */
export function renderPhaseValidation(view: PhaseValidationView, options: {readonly columns: number | undefined}): string {
  const {phase, sha, passed, uncommitted} = view
  const verdicts = view.verdicts.map((verdict) => ({...verdict, findings: verdict.findings.map(toFinding)}))
  const body = renderValidation({...view, verdicts, log_dir: passed ? null : view.log_dir}, {...options, since: view.sha})
  const rest = uncommitted.length > 0 ? [`not committed, so not checked: ${uncommitted.join(', ')}`] : []
  return [`${phase} at ${sha.slice(0, 9)}`, '', body, ...rest].join('\n')
}

function toFinding({message, file, line, pre_existing: preExisting, flaky}: RecordedFinding): Finding {
  return {message, preExisting, flaky, ...(file === null ? {} : {file}), ...(line === null ? {} : {line})}
}

function findingLines({validator, findings}: NamedVerdict, columns: number | undefined): readonly string[] {
  const shown = findings.slice(0, MAX_SHOWN).flatMap((finding) => wrap(findingLine(finding, validator), columns))
  const rest = findings.length - MAX_SHOWN
  return rest > 0 ? [...shown, `… and ${formatCount(rest, 'more finding')} of ${validator}; --json has all`] : shown
}

function findingLine(finding: Finding, validator: string): string {
  const marks = [validator, ...(finding.preExisting ? ['was there before'] : []), ...(finding.flaky ? ['flaky: passed when repeated'] : [])]
  return `${formatFinding(finding)} (${marks.join(', ')})`
}

/** Much that was there before anybody asked is a reason to ask for less. */
function isOldWork(verdicts: readonly NamedVerdict[], {since}: ValidationViewOptions): boolean {
  return since === undefined && verdicts.reduce((sum, {findings}) => sum + findings.length, 0) > 10
}

function verdictRow({validator, status, executed, duration_ms: duration, evidence}: NamedVerdict): readonly string[] {
  const count = status === 'skip' || executed === null ? '' : `${executed} executed`
  return [`${MARKS[status]} ${validator}`, status, count, formatDuration(duration), oneLine(evidence)]
}

function conclusion(passed: boolean, verdicts: readonly NamedVerdict[], {since}: ValidationViewOptions): string {
  const isIdle = verdicts.every(({status}) => status === 'skip')
  if (passed) return isIdle ? `Nothing that can be checked has changed since ${since}.` : 'All checks passed.'
  if (isIdle) return 'Nothing was checked: no validator has anything to do here.'
  const missing = missingTools(verdicts)
  if (missing.length > 0)
    return ['Not checked; install what is missing:', ...installCommands(missing).map((install) => `  ${install}`)].join('\n')
  return 'Not valid.'
}
