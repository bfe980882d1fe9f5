import type {CriterionVerdict} from '../events.ts'
import {judgeOf} from '../tasks/judge.ts'
import type {PhaseResult, RunResult, VerdictResult} from '../run/result.ts'
import type {Status} from '../tasks/state.ts'
import {formatCount, formatFinding, formatUsage, oneLine, shortSha} from './text.ts'

/** One character for a status. */
export const STATUS_MARKS: Readonly<Record<Status, string>> = {
  pending: '·',
  running: '›',
  waiting: '‖',
  failed: '✖',
  complete: '✔',
  cancelled: '-',
}

const CRITERION_MARKS = {met: '✔', unmet: '✖', unverified: '?'} as const

/** The criteria of a phase with who settled them and their evidence, one line each. */
export function criteriaLines({criteria}: {readonly criteria: readonly CriterionVerdict[]}, columns: number): readonly string[] {
  return criteria.map(({id, text, verdict, check, evidence}) => {
    const by = verdict === 'unverified' ? '' : ` by ${judgeOf({check})}`
    return oneLine(`${CRITERION_MARKS[verdict]} ${id} ${verdict}${by}: ${text} (${evidence})`, columns)
  })
}

/** `checks  test-command pass (12 executed), todo fail`, then each finding with its place. */
export function verdictLines(verdicts: readonly VerdictResult[], columns: number): readonly string[] {
  if (verdicts.length === 0) return []
  const summary = verdicts.map(
    ({validator, status, executed}) => `${validator} ${status}${executed === null ? '' : ` (${executed} executed)`}`,
  )
  return [oneLine(`checks: ${summary.join(', ')}`), ...verdicts.flatMap((verdict) => findingLines(verdict, columns))]
}

const MAX_FINDINGS = 5

function findingLines({validator, status, findings}: VerdictResult, columns: number): readonly string[] {
  if (status !== 'fail') return []
  const lines = findings.slice(0, MAX_FINDINGS).map(({message, file, line}) => {
    const finding = {message, ...(file === null ? {} : {file}), ...(line === null ? {} : {line})}
    return oneLine(`✖ ${validator}: ${formatFinding(finding)}`, columns)
  })
  const rest = findings.length - lines.length
  return rest > 0 ? [...lines, `  and ${formatCount(rest, 'more finding')} of ${validator}`] : lines
}

/** `3 met, 1 unmet, 0 unverified`; `''` without criteria. */
export function countCriteria({criteria}: Pick<PhaseResult, 'criteria'>): string {
  if (criteria.length === 0) return ''
  const count = (wanted: string) => criteria.filter(({verdict}) => verdict === wanted).length
  return `criteria: ${count('met')} met, ${count('unmet')} unmet, ${count('unverified')} unverified`
}

/** Tests that really ran, as the test command's verdict counts them; `undefined` when nobody counted. */
export function countTests({verdicts}: Pick<PhaseResult, 'verdicts'>): number | undefined {
  return verdicts.find(({validator}) => validator === 'test-command')?.executed ?? undefined
}

/** `✔ Phase 1: Base`, with its checkpoint and how often it was tried. */
export function phaseHeading({name, status, checkpoint, attempts}: PhaseResult): string {
  const parts = [
    ...(checkpoint ? [`checkpoint ${checkpoint.id} ${shortSha(checkpoint.sha)}`] : []),
    ...(attempts > 1 ? [formatCount(attempts, 'round')] : []),
  ]
  return `${STATUS_MARKS[status]} ${oneLine(name)}${parts.length > 0 ? `  ${parts.join(', ')}` : ''}`
}

/** `usage: 12,345 tokens, 0.42 USD`, when anything was spent. */
export function usageLines({usage}: Pick<RunResult, 'usage'>): readonly string[] {
  const text = formatUsage(usage)
  return text === '' ? [] : [`usage: ${text}`]
}
