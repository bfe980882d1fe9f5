import type {CriterionVerdict, NamedVerdict} from '../events.ts'
import {missingTools} from '../validators/missing-tools.ts'
import type {Finding} from '../validators/validator.ts'
import {criteriaLines} from './result-lines.ts'
import {formatColumns, formatDuration, formatFinding, oneLine, shorten} from './text.ts'

export interface ValidationView {
  readonly passed: boolean
  readonly verdicts: readonly NamedVerdict[]
  readonly criteria: readonly CriterionVerdict[]
  readonly log_dir: string | null
}

const MARKS = {pass: '✔', fail: '✖', skip: '-'} as const

/** Every finding as `file:line message`, which editors can jump to, then a table of the verdicts. */
export function renderValidation(
  {passed, verdicts, criteria, log_dir: logDir}: ValidationView,
  {columns}: {readonly columns: number},
): string {
  const blocks = [
    verdicts.flatMap(({findings}) => findings.map(findingLine)),
    formatColumns(verdicts.map(verdictRow)).map((line) => shorten(line, columns)),
    criteriaLines({criteria}, columns),
    [conclusion(passed, verdicts), ...(logDir === null ? [] : [`full output: ${logDir}`])],
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
export function renderPhaseValidation(view: PhaseValidationView, options: {readonly columns: number}): string {
  const {phase, sha, passed, uncommitted} = view
  const verdicts = view.verdicts.map((verdict) => ({...verdict, findings: verdict.findings.map(toFinding)}))
  const body = renderValidation({...view, verdicts, log_dir: passed ? null : view.log_dir}, options)
  const rest = uncommitted.length > 0 ? [`not committed, so not checked: ${uncommitted.join(', ')}`] : []
  return [`${phase} at ${sha.slice(0, 9)}`, '', body, ...rest].join('\n')
}

function toFinding({message, file, line, pre_existing: preExisting, flaky}: RecordedFinding): Finding {
  return {message, preExisting, flaky, ...(file === null ? {} : {file}), ...(line === null ? {} : {line})}
}

function findingLine(finding: Finding): string {
  const marks = [...(finding.preExisting ? ['was there before'] : []), ...(finding.flaky ? ['flaky: passed when repeated'] : [])]
  return `${formatFinding(finding)}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`
}

function verdictRow({validator, status, executed, duration_ms: duration, evidence}: NamedVerdict): readonly string[] {
  const count = status === 'skip' || executed === null ? '' : `${executed} executed`
  return [`${MARKS[status]} ${validator}`, status, count, formatDuration(duration), oneLine(evidence)]
}

function conclusion(passed: boolean, verdicts: readonly NamedVerdict[]): string {
  if (passed) return 'All checks passed.'
  if (verdicts.every(({status}) => status === 'skip')) return 'Nothing was checked: no validator has anything to do here.'
  const missing = missingTools(verdicts)
  if (missing.length > 0) return ['Not checked; install what is missing:', ...missing.map(({install}) => `  ${install}`)].join('\n')
  return 'Not valid.'
}
