import type {PhaseResult, RunResult} from '../run/result.ts'
import {countCriteria, countTests, criteriaLines, phaseHeading, STATUS_MARKS, usageLines, verdictLines} from './result-lines.ts'
import {formatCount, oneLine, shortSha} from './text.ts'

export interface RenderOptions {
  /** Width that lines are kept to. */
  readonly columns: number
}

/** What `conduct run` prints on stdout at its end: what is proved for each phase, and what comes next. */
export function renderResult(result: RunResult, {columns}: RenderOptions): string {
  const lines = [
    `${STATUS_MARKS[result.status]} ${result.task_id} ${result.status}`,
    '',
    ...result.phases.flatMap((phase) => renderPhase(phase, columns)),
    ...(result.phases.length > 0 ? [''] : []),
    resultLine(result),
    ...usageLines(result),
    '',
    // Never broken: there are commands in it to copy, and terminals wrap by themselves.
    oneLine(result.reason),
  ]
  return lines.join('\n')
}

function resultLine({status, base, sha}: RunResult): string {
  const branch = oneLine(base.branch)
  if (status === 'complete') return `result: ${shortSha(sha)} (${branch} began at ${shortSha(base.sha)})`
  return sha === base.sha ? `result: none; ${branch} is at ${shortSha(base.sha)}` : `work so far: ${shortSha(sha)}, on its own branch`
}

function renderPhase(phase: PhaseResult, columns: number): readonly string[] {
  const heading = phaseHeading(phase)
  if (phase.status === 'pending') return [heading]
  const tests = countTests(phase)
  const proof = [...(tests === undefined ? [] : [`${formatCount(tests, 'test')} executed`]), countCriteria(phase)].filter(
    (part) => part !== '',
  )
  const details = [
    ...modulesLine(phase),
    ...(proof.length > 0 ? [proof.join('; ')] : []),
    ...criteriaLines(phase, columns - 4),
    ...(phase.status === 'complete' ? [] : verdictLines(phase.verdicts, columns - 4)),
  ]
  return [heading, ...details.map((line) => `    ${line}`)]
}

function modulesLine({modules}: PhaseResult): readonly string[] {
  if (modules.length === 0) return []
  const names = modules.map(({name, status, attempts}) => {
    const tried = attempts > 1 ? ` (${attempts} attempts)` : ''
    return `${STATUS_MARKS[status]} ${oneLine(name)}${tried}`
  })
  return [`modules: ${names.join('  ')}`]
}
