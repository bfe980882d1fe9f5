import type {PhaseResult} from '../run/result.ts'
import type {ModuleState, OpenAttempt, PhaseState, TaskState} from '../tasks/state.ts'
import {moduleStatus, shortBranch} from '../tasks/views.ts'
import {countCriteria, criteriaLines, phaseHeading, STATUS_MARKS, usageLines, verdictLines} from './result-lines.ts'
import {toStatusResult} from './status-result.ts'
import {providerTexts} from './provider-lines.ts'
import {suiteRows} from './suite-lines.ts'
import {nameSubject} from './subject-name.ts'
import {formatColumns, formatCount, formatElapsed, oneLine, shortSha} from './text.ts'

export interface StatusOptions {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Width that lines are kept to. */
  readonly columns: number
  /** A living process works on the task. */
  readonly isRunning: boolean
}

/** `conduct status`: where a task is, who works on it, what the last checks said, and what to type next. */
export function renderStatus(state: TaskState, options: StatusOptions): string {
  const result = toStatusResult(state, options.isRunning)
  const blocks = [
    headLines(state, options),
    ...state.phases.map((phase, index) => phaseLines(phase, result.phases[index], state, options)),
    attemptLines(state, options),
    suiteLines(state, options),
    providerLines(state, options),
    [...checkpointLines(state), ...usageLines(result)],
    // Never broken: there are commands in it to copy.
    [oneLine(result.reason)],
  ]
  return joinBlocks(blocks)
}

function joinBlocks(blocks: readonly (readonly string[])[]): string {
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

function headLines({started, status, runner}: TaskState, {isRunning}: StatusOptions): readonly string[] {
  const work = isRunning && runner ? `, process ${runner.pid} works on it` : status === 'running' ? ', but its process is gone' : ''
  return formatColumns([
    ['task', `${started.task_id}  ${status}${work}`],
    ['about', oneLine(started.description)],
    ['spec', started.spec ? oneLine(started.spec.path) : 'none'],
    ['base', `${oneLine(shortBranch(started.base.branch))} at ${shortSha(started.base.sha)}`],
    ['folder', oneLine(started.working_directory)],
  ])
}

function phaseLines(phase: PhaseState, result: PhaseResult | undefined, state: TaskState, {columns}: StatusOptions): readonly string[] {
  if (!result) return []
  if (phase.stage === 'pending') return [`${phaseHeading(result)}  ${formatCount(phase.modules.length, 'module')}`]
  const modules = phase.stage === 'complete' ? [] : formatColumns(phase.modules.map((module) => moduleRow(module, state)))
  const checks = phase.validation
    ? [...verdictLines(result.verdicts, columns - 4), countCriteria(result), ...openCriteria(result, columns)]
    : []
  return [phaseHeading(result), ...[...modules, ...checks].filter((line) => line !== '').map((line) => `    ${line}`)]
}

/** What is met needs no line here; the summary of the run has it. */
function openCriteria({criteria}: PhaseResult, columns: number): readonly string[] {
  return criteriaLines({criteria: criteria.filter(({verdict}) => verdict !== 'met')}, columns - 4)
}

function moduleRow(module: ModuleState, {worktrees}: TaskState): readonly string[] {
  const attempts = module.work.attempts + module.merge.attempts
  const hasBranch = module.stage !== 'pending'
  const tree = worktrees.find(({branch}) => branch === module.branch)
  return [
    `${STATUS_MARKS[moduleStatus(module)]} ${oneLine(module.name)}`,
    module.stage,
    attempts === 0 ? '' : formatCount(attempts, 'attempt'),
    hasBranch ? shortBranch(module.branch) : '',
    tree && module.stage === 'failed' ? tree.path : '',
  ]
}

function attemptLines(state: TaskState, options: StatusOptions): readonly string[] {
  if (state.openAttempts.length === 0) return []
  const title = options.isRunning ? 'agents:' : 'agents that were interrupted:'
  return [title, ...formatColumns(state.openAttempts.map((attempt) => attemptRow(attempt, state, options))).map((line) => `    ${line}`)]
}

/** Of a process that is gone, nothing is under way. */
function suiteLines(state: TaskState, {isRunning, now}: StatusOptions): readonly string[] {
  if (!isRunning || state.suites.length === 0) return []
  return ['tests:', ...formatColumns(suiteRows(state, now)).map((line) => `    ${line}`)]
}

/** A provider goes on asking for patience when nobody works on the task. */
function providerLines(state: TaskState, {now}: StatusOptions): readonly string[] {
  const texts = providerTexts(state, now)
  return texts.length === 0 ? [] : ['providers:', ...texts.map((text) => `    ${text}`)]
}

function attemptRow(attempt: OpenAttempt, state: TaskState, {now}: StatusOptions): readonly string[] {
  const backend = attempt.model === undefined ? attempt.backend : `${attempt.backend} ${attempt.model}`
  return [
    nameSubject(attempt.subject, state),
    `${attempt.role} (${oneLine(backend)})`,
    `attempt ${attempt.number}`,
    `for ${formatElapsed(now - Date.parse(attempt.startedAt))}`,
    attempt.why === undefined ? '' : oneLine(attempt.why, 120),
  ]
}

function checkpointLines({checkpoints}: TaskState): readonly string[] {
  const last = checkpoints.at(-1)
  return last ? [`last checkpoint: ${last.id} ${shortSha(last.sha)}, ${oneLine(last.phase)}`] : []
}
