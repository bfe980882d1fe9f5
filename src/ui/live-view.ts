import type {ValidationFinished} from '../events.ts'
import {
  subjectKey,
  type ModuleState,
  type OpenAttempt,
  type PhaseState,
  type ReviewState,
  type TaskState,
  type Work,
} from '../tasks/state.ts'
import {shortBranch} from '../tasks/views.ts'
import type {LiveFacts} from './live-facts.ts'
import {providerTexts} from './provider-lines.ts'
import {baselineTexts, waitOf} from './suite-lines.ts'
import {formatClock, formatCount, formatDuration, formatElapsed, formatFinding, formatUsage, oneLine, shorten} from './text.ts'

/** A phase, or the finish, as the live view shows it. */
export interface Section {
  readonly status: 'waiting' | 'running' | 'complete' | 'failed'
  readonly title: string
  /** Shown below the title while it runs, and when it failed. */
  readonly lines: readonly Line[]
}

export interface Line {
  readonly mark: 'waiting' | 'running' | 'complete' | 'failed'
  readonly text: string
  /** What an agent does just now; behind the text, or below it where there is no room. */
  readonly detail?: string
}

export interface ViewOptions {
  /** Milliseconds since the epoch. */
  readonly nowMs: number
  /** Module lines of one phase; what is left over is counted in one more. */
  readonly maxModules: number
  /** Of the terminal. */
  readonly columns: number
}

interface View extends ViewOptions {
  readonly state: TaskState
  readonly facts: LiveFacts
}

/** The whole live view, made from the state and the facts alone: the phases in order, then the finish. */
export function viewSections(state: TaskState, facts: LiveFacts, options: ViewOptions): readonly Section[] {
  const view = {...options, state, facts}
  return [...state.phases.map((phase) => viewPhase(view, phase)), viewFinish(view)]
}

function viewPhase(view: View, phase: PhaseState): Section {
  const status = phase.stage === 'pending' ? 'waiting' : phase.stage === 'building' ? 'running' : phase.stage
  return {status, title: phaseTitle(view, phase), lines: phaseLines(view, phase)}
}

/** What the counts behind a phase's name take at most, with its mark. */
const COUNTS_COLUMNS = 44

function phaseTitle(view: View, {phase, stage, modules, fix, validation}: PhaseState): string {
  const name = shorten(oneLine(phase.name), Math.max(16, view.columns - COUNTS_COLUMNS))
  if (stage === 'pending') return `${name}  ${formatCount(modules.length, 'module')}`
  const merged = modules.filter((module) => module.stage === 'merged').length
  const parts = [
    stage === 'complete' ? formatCount(modules.length, 'module') : `${merged}/${modules.length} merged`,
    ...(validation && stage === 'complete' ? [countCriteria(validation)] : []),
    ...(fix.attempts > 0 ? [formatCount(fix.attempts, 'fix')] : []),
    phaseTime(view, phase.index, stage),
    ...(stage === 'building' ? [formatUsage(usageSoFar(view)), ...pauseParts(view)] : []),
  ]
  return `${name}  ${parts.filter((part) => part !== '').join(' · ')}`
}

function phaseTime({facts, nowMs}: View, index: number, stage: PhaseState['stage']): string {
  const [since, took] = [facts.phaseSinceMs.get(index), facts.phaseTookMs.get(index)]
  if (stage === 'complete') return took === undefined ? '' : formatDuration(took)
  return since === undefined || stage !== 'building' ? '' : formatElapsed(nowMs - since)
}

/** Ended attempts are in the state, running ones in the facts. */
function usageSoFar({state, facts}: View): {tokens: number; usd: number} {
  const open = [...facts.doing.values()]
  const sum = (key: 'tokens' | 'usd') => open.reduce((total, doing) => total + doing[key], state.usage[key])
  return {tokens: sum('tokens'), usd: sum('usd')}
}

function pauseParts({state}: View): readonly string[] {
  return state.pause ? [`paused until ${formatClock(state.pause.until)}`] : []
}

function phaseLines(view: View, phase: PhaseState): readonly Line[] {
  return [
    ...(phase.stage === 'building' ? [...storeLines(view), ...providerLines(view), ...baselineLines(view)] : []),
    ...moduleLines(view, phase),
    ...checkLines(view, `phase/p${phase.phase.index}`, phase.validation),
    ...reviewLines(view, phase.review, phase.phase.index),
    ...workLines(view, phase.fix, 'fix'),
  ]
}

function storeLines({facts: {storeGoneSinceMs: since}}: View): readonly Line[] {
  if (since === undefined) return []
  return [{mark: 'waiting', text: `store unreachable since ${formatClock(new Date(since).toISOString())}; waiting, agents go on`}]
}

function providerLines({state, nowMs}: View): readonly Line[] {
  return providerTexts(state, nowMs).map((text) => ({mark: 'waiting', text}))
}

function baselineLines({state, nowMs}: View): readonly Line[] {
  return baselineTexts(state, nowMs).map((text) => ({mark: 'running', text}))
}

function moduleLines(view: View, {modules}: PhaseState): readonly Line[] {
  const shown = chooseModules(modules, view.maxModules)
  const lines = modules.filter((module) => shown.has(module)).map((module) => moduleLine(view, module))
  const rest = modules.filter((module) => !shown.has(module))
  return rest.length === 0 ? lines : [...lines, {mark: 'waiting', text: `and ${countStages(rest)}`}]
}

const RANK: Readonly<Record<ModuleState['stage'], number>> = {
  failed: 0,
  conflicted: 1,
  working: 2,
  preparing: 3,
  committed: 4,
  pending: 5,
  merged: 6,
}

/** The modules that something happens to come first; shown they are in the order of the spec. */
function chooseModules(modules: readonly ModuleState[], max: number): ReadonlySet<ModuleState> {
  if (modules.length <= max) return new Set(modules)
  return new Set([...modules].sort((a, b) => RANK[a.stage] - RANK[b.stage]).slice(0, max))
}

function countStages(modules: readonly ModuleState[]): string {
  const count = (stage: ModuleState['stage']) => modules.filter((module) => module.stage === stage).length
  const merged = count('merged')
  const waiting = count('pending')
  const busy = modules.length - merged - waiting
  const parts = [
    ...(busy > 0 ? [`${busy} more under way`] : []),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(merged > 0 ? [`${merged} merged`] : []),
  ]
  return parts.join(', ')
}

function moduleLine(view: View, module: ModuleState): Line {
  const name = oneLine(module.name)
  const attempt = openAttempt(view, module.work) ?? openAttempt(view, module.merge)
  if (attempt) return attemptLine(view, name, attempt)
  switch (module.stage) {
    case 'merged':
      return {mark: 'complete', text: `${name}  merged${module.work.attempts > 1 ? ` after ${module.work.attempts} attempts` : ''}`}
    case 'failed':
      return {mark: 'failed', text: `${name}  ${reasonOf(module)}`}
    case 'conflicted':
      return {mark: 'running', text: `${name}  conflict in ${oneLine(module.conflicts.join(', '))}`}
    case 'committed':
      return {mark: 'running', text: `${name}  committed, waits for its merge`}
    case 'pending':
      return {mark: 'waiting', text: name}
    case 'preparing':
      return {mark: 'running', text: `${name}  worktree is being made`}
    case 'working':
      return {mark: 'running', text: `${name}  ${module.work.attempts === 0 ? 'ready' : `attempt ${module.work.attempts} ended`}`}
  }
}

function reasonOf({work, merge}: ModuleState): string {
  const finding = merge.findings[0] ?? work.findings[0]
  return finding ? formatFinding(finding) : oneLine(merge.hopeless ?? work.hopeless ?? 'failed')
}

function openAttempt({state}: View, {open}: Work): OpenAttempt | undefined {
  return open === undefined ? undefined : state.openAttempts.find(({attempt_id}) => attempt_id === open)
}

/** `ledger  fix-executor (codex) attempt 2 · 14s · 1,200 tokens`, and `Bash npm test` */
function attemptLine({facts, nowMs}: View, name: string, attempt: OpenAttempt): Line {
  const doing = facts.doing.get(attempt.attempt_id)
  const backend = attempt.model === undefined ? attempt.backend : `${attempt.backend} ${attempt.model}`
  const parts = [
    `${attempt.role} (${oneLine(backend)}) attempt ${attempt.number}`,
    formatElapsed(nowMs - Date.parse(attempt.startedAt)),
    ...(doing ? [formatUsage(doing)] : []),
  ]
  const text = `${name}  ${parts.filter((part) => part !== '').join(' · ')}`
  return {mark: 'running', text, ...(doing && doing.text !== '' ? {detail: doing.text} : {})}
}

function workLines(view: View, work: Work, name: string): readonly Line[] {
  const attempt = openAttempt(view, work)
  return attempt ? [attemptLine(view, name, attempt)] : []
}

/** A reviewer at work, or its evidence being checked. */
function reviewLines(view: View, review: ReviewState | undefined, phase: number): readonly Line[] {
  if (!review) return []
  const isChecking = review.answered !== undefined && review.finished === undefined && view.state.status === 'running'
  if (!isChecking) return workLines(view, review.work, 'review')
  const wait = waitOf(view.state, subjectKey({kind: 'review', phase}))
  const text = ['review  evidence is being checked', ...(wait === undefined ? [] : [wait])].join(' · ')
  return [{mark: wait === undefined ? 'running' : 'waiting', text}]
}

/** What the last validation said, and the one that runs. */
function checkLines({state, facts, nowMs}: View, subject: string, validation: ValidationFinished | undefined): readonly Line[] {
  const running = facts.validating.get(subject)
  if (running) {
    const wait = waitOf(state, subject)
    const parts = [`checks  round ${running.round}`, formatElapsed(nowMs - running.sinceMs), ...(wait === undefined ? [] : [wait])]
    return [{mark: wait === undefined ? 'running' : 'waiting', text: parts.join(' · ')}]
  }
  if (!validation) return []
  const verdicts = validation.verdicts.map(
    ({validator, status, executed}) => `${validator} ${status}${executed === null ? '' : ` (${executed})`}`,
  )
  const text = `checks  round ${validation.round} · ${[...verdicts, countCriteria(validation)].filter((part) => part !== '').join(', ')}`
  return [{mark: validation.passed ? 'complete' : 'failed', text}, ...findingLines(validation)]
}

/** The first finding of each check that failed. */
function findingLines({passed, verdicts, criteria}: ValidationFinished): readonly Line[] {
  if (passed) return []
  const failing = verdicts.filter(({status}) => status === 'fail')
  const texts = [
    ...failing.map(({validator, findings, evidence}) => `${validator}: ${findings[0] ? formatFinding(findings[0]) : oneLine(evidence)}`),
    ...criteria.filter(({verdict}) => verdict === 'unmet').map(({id, text}) => `${id} unmet: ${oneLine(text)}`),
  ]
  return texts.map((text) => ({mark: 'failed', text: `  ${text}`}))
}

function countCriteria({criteria}: ValidationFinished): string {
  if (criteria.length === 0) return ''
  return `${criteria.filter(({verdict}) => verdict === 'met').length}/${criteria.length} criteria met`
}

function viewFinish(view: View): Section {
  const {state} = view
  const {finish} = state
  const name = `Merge into ${oneLine(shortBranch(state.started.base.branch))}`
  const lines = [
    ...storeLines(view),
    ...providerLines(view),
    ...baselineLines(view),
    ...workLines(view, finish.merge, 'merge of the moved base'),
    ...checkLines(view, subjectKey({kind: 'finish'}), finish.validation),
    ...reviewLines(view, finish.review, 0),
    ...(finish.audit ? workLines(view, finish.audit.work, 'audit') : []),
    ...workLines(view, finish.fix, 'fix'),
  ]
  if (finish.merged) return {status: 'complete', title: `${name}  ${finish.merged.sha.slice(0, 7)}`, lines: []}
  if (state.status === 'complete') return {status: 'complete', title: name, lines: []}
  if (finish.blocked) return {status: 'failed', title: `${name}  ${oneLine(finish.blocked.reason)}`, lines}
  const isReached = state.phases.every(({stage}) => stage === 'complete')
  if (!isReached) return {status: 'waiting', title: name, lines: []}
  return {status: state.status === 'failed' ? 'failed' : 'running', title: [name, ...pauseParts(view)].join('  '), lines}
}
