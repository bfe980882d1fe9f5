import type {CriterionVerdict, NamedVerdict} from '../events.ts'
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
  return 'Not valid.'
}
