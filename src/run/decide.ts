import type {Role} from '../agents/agent.ts'
import type {Subject} from '../events.ts'
import {
  currentPhase,
  subjectKey,
  type ModuleState,
  type PhaseState,
  type TaskState,
  type Work,
  type WorktreeRecord,
} from '../tasks/state.ts'
import {EXIT} from '../errors.ts'
import {baselineKey} from './baseline-key.ts'

/** One thing to do. A step is safe to perform twice: it looks first whether its effect is already there. */
export type Step =
  | {readonly type: 'start-phase'; readonly phase: number}
  | {readonly type: 'record-baseline'; readonly phase: number; readonly key: string}
  | {readonly type: 'prepare-worktree'; readonly phase: number; readonly module: string}
  | {readonly type: 'attempt'; readonly subject: Subject; readonly role: Role; readonly number: number}
  | {readonly type: 'commit'; readonly subject: Subject; readonly attemptId: string}
  | {readonly type: 'merge'; readonly phase: number; readonly module: string}
  | {readonly type: 'remove-worktree'; readonly worktree: WorktreeRecord}
  | {readonly type: 'validate'; readonly subject: Subject; readonly round: number}
  | {readonly type: 'complete-phase'; readonly phase: number}
  | {readonly type: 'prepare-finish'}
  | {readonly type: 'finish'}
  | {readonly type: 'clean-up'}
  | {readonly type: 'cancel'}
  | {readonly type: 'fail'; readonly reason: string; readonly exitCode: number; readonly phase?: number; readonly module?: string}
  | {readonly type: 'wait'; readonly until: string}

export interface DecideOptions {
  /** Agents at the same time. */
  readonly parallel: number
  /** Attempts for a module, rounds for a phase. */
  readonly attempts: number
  readonly usd?: number
  readonly tokens?: number
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Two steps with the same key are the same step; the runner never has both in flight. */
export function stepKey(step: Step): string {
  switch (step.type) {
    case 'attempt':
    case 'commit':
    case 'validate':
      return `${step.type} ${subjectKey(step.subject)}`
    case 'prepare-worktree':
    case 'merge':
      return `${step.type} p${step.phase}/${step.module}`
    case 'start-phase':
    case 'complete-phase':
      return `${step.type} p${step.phase}`
    case 'remove-worktree':
      return `${step.type} ${step.worktree.path}`
    case 'record-baseline':
      return `${step.type} ${step.key}`
    default:
      return step.type
  }
}

/**
 * The steps that may be in flight now. Pure: same state and options, same answer, so resuming a run needs no
 * code of its own. An empty list means that the task is at its end (or waits for a person).
 */
export function decide(state: TaskState, options: DecideOptions): readonly Step[] {
  if (state.status === 'complete' || state.status === 'failed' || state.status === 'cancelled') return []
  if (state.cancelRequested) return [{type: 'cancel'}]
  if (state.finish.blocked) return []
  const steps = decideWork(state, options)
  return isPaused(state, options.now) ? pauseAgents(state, steps) : steps
}

function isPaused({pause}: TaskState, now: number): boolean {
  return pause !== undefined && Date.parse(pause.until) > now
}

/** While a provider asks to wait, no new agent is launched; everything else goes on. */
function pauseAgents(state: TaskState, steps: readonly Step[]): readonly Step[] {
  return [...steps.filter((step) => step.type !== 'attempt'), {type: 'wait', until: state.pause?.until ?? ''}]
}

function decideWork(state: TaskState, options: DecideOptions): readonly Step[] {
  const overBudget = checkBudget(state, options)
  if (overBudget) return [overBudget]
  const phase = currentPhase(state)
  return phase ? decidePhase(state, phase, options) : decideFinish(state, options)
}

function checkBudget(state: TaskState, options: DecideOptions): Step | undefined {
  const [usd, tokens] = [state.raisedLimits.usd ?? options.usd, state.raisedLimits.tokens ?? options.tokens]
  if (state.finish.merged) return undefined
  if (usd !== undefined && state.usage.usd >= usd)
    return {type: 'fail', exitCode: EXIT.BUDGET, reason: `The budget of ${usd} USD is reached (${state.usage.usd.toFixed(2)} USD spent).`}
  if (tokens !== undefined && state.usage.tokens >= tokens)
    return {type: 'fail', exitCode: EXIT.BUDGET, reason: `The budget of ${tokens} tokens is reached (${state.usage.tokens} used).`}
  return undefined
}

function decidePhase(state: TaskState, phase: PhaseState, options: DecideOptions): readonly Step[] {
  const index = phase.phase.index
  if (phase.stage === 'pending') return [{type: 'start-phase', phase: index}]
  const limits = {...options, attempts: options.attempts + phase.granted}
  const lost = findLostModule(phase, limits)
  if (lost) return drain(phase) ?? [lost]
  const key = baselineKey(state.started.base.sha, phase.phase.testCommand)
  const baseline: readonly Step[] =
    phase.phase.testCommand === '' || state.baselines[key] ? [] : [{type: 'record-baseline', phase: index, key}]
  const steps = [...baseline, ...moduleSteps(state, phase, limits), ...removals(state, phase)]
  if (phase.modules.some(({stage}) => stage !== 'merged') || baseline.length > 0) return steps
  return [...steps, ...settlePhase(state, phase, limits)]
}

/** A module that no attempt is left for: the phase cannot succeed. */
function findLostModule(phase: PhaseState, limits: DecideOptions): Step | undefined {
  for (const module of phase.modules) {
    const merging = module.stage === 'conflicted'
    const work = merging ? module.merge : module.work
    if (module.stage !== 'working' && !merging) continue
    if (work.open !== undefined || work.finished !== undefined || !isSpent(work, limits.attempts)) continue
    return {
      type: 'fail',
      phase: phase.phase.index,
      module: module.slug,
      exitCode: merging ? EXIT.CONFLICT : EXIT.VALIDATION,
      reason: merging ? describeConflict(phase, module) : describeSpent(`Module ${module.name} of ${phase.phase.name}`, work),
    }
  }
  return undefined
}

function isSpent(work: Work, attempts: number): boolean {
  return work.hopeless !== undefined || work.attempts >= attempts
}

function describeSpent(what: string, work: Work): string {
  const last = work.findings[0]?.message ?? work.hopeless ?? 'no reason was given'
  const count = `${work.attempts} ${work.attempts === 1 ? 'attempt' : 'attempts'}`
  return `${what} is not done after ${count}. ${last}`
}

function describeConflict(phase: PhaseState, module: ModuleState): string {
  const {attempts} = module.merge
  return `Module ${module.name} of ${phase.phase.name} conflicts with the work before it in ${module.conflicts.join(', ')}, and ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} to resolve it did not hold. ${module.merge.findings[0]?.message ?? ''}`.trim()
}

/** Before a phase fails, what runs may end and is committed, so that nothing of it is lost. */
function drain(phase: PhaseState): readonly Step[] | undefined {
  const commits = phase.modules.flatMap((module) =>
    commitStep({kind: 'module', phase: phase.phase.index, module: module.slug}, module.work),
  )
  const isRunning = phase.modules.some(({work, merge}) => work.open !== undefined || merge.open !== undefined)
  if (commits.length === 0 && !isRunning) return undefined
  return [...commits, ...phase.modules.flatMap((module) => openAttemptSteps(phase, module))]
}

/** An attempt in flight is named again, so that a new runner knows to settle it. */
function openAttemptSteps(phase: PhaseState, module: ModuleState): readonly Step[] {
  return module.work.open === undefined ? [] : attemptModule(phase, module)
}

function moduleSteps(state: TaskState, phase: PhaseState, limits: DecideOptions): readonly Step[] {
  const steps: Step[] = []
  let active = 0
  for (const module of phase.modules) {
    if (module.stage !== 'pending' && module.stage !== 'preparing' && module.stage !== 'working') continue
    if (active >= limits.parallel) break
    active += 1
    steps.push(...buildModule(state, phase, module))
  }
  const next = phase.modules.find(({stage}) => stage !== 'merged')
  return next ? [...steps, ...mergeSteps(phase, next)] : steps
}

function buildModule(state: TaskState, phase: PhaseState, module: ModuleState): readonly Step[] {
  const index = phase.phase.index
  const hasWorktree = state.worktrees.some((worktree) => worktree.phase === index && worktree.name === module.slug && worktree.isReady)
  if (module.stage !== 'working' || !hasWorktree) return [{type: 'prepare-worktree', phase: index, module: module.slug}]
  const commit = commitStep({kind: 'module', phase: index, module: module.slug}, module.work)
  return commit.length > 0 ? commit : attemptModule(phase, module)
}

function attemptModule(phase: PhaseState, module: ModuleState): readonly Step[] {
  const subject: Subject = {kind: 'module', phase: phase.phase.index, module: module.slug}
  const number = module.work.attempts + 1
  return [{type: 'attempt', subject, number, role: number === 1 ? 'implementation-executor' : 'fix-executor'}]
}

function commitStep(subject: Subject, work: Work): readonly Step[] {
  return work.finished === undefined ? [] : [{type: 'commit', subject, attemptId: work.finished}]
}

/** Branches are merged one by one, in the order of the spec. */
function mergeSteps(phase: PhaseState, module: ModuleState): readonly Step[] {
  const index = phase.phase.index
  if (module.stage === 'committed') return [{type: 'merge', phase: index, module: module.slug}]
  if (module.stage !== 'conflicted') return []
  const subject: Subject = {kind: 'merge', phase: index, module: module.slug}
  const commit = commitStep(subject, module.merge)
  return commit.length > 0 ? commit : [{type: 'attempt', subject, number: module.merge.attempts + 1, role: 'synthesis-architect'}]
}

/** A worktree goes once the receipt of its merge is in the log, never before. */
function removals(state: TaskState, phase: PhaseState): readonly Step[] {
  const merged = new Set(phase.modules.filter(({stage}) => stage === 'merged').map(({slug}) => slug))
  return state.worktrees
    .filter((worktree) => worktree.phase === phase.phase.index && merged.has(worktree.name))
    .map((worktree) => ({type: 'remove-worktree', worktree}))
}

function settlePhase(state: TaskState, phase: PhaseState, limits: DecideOptions): readonly Step[] {
  const subject: Subject = {kind: 'phase', phase: phase.phase.index}
  const round = phase.fix.attempts + 1
  if (phase.validation?.passed && phase.validation.sha === state.integrationSha) return [{type: 'complete-phase', phase: phase.phase.index}]
  return repairOrValidate({subject, work: phase.fix, validation: phase.validation, sha: state.integrationSha, round, limits}, (reason) => ({
    type: 'fail',
    phase: phase.phase.index,
    exitCode: EXIT.VALIDATION,
    reason: `${phase.phase.name} does not hold after ${round} ${round === 1 ? 'round' : 'rounds'}. ${reason}`,
  }))
}

interface Repair {
  readonly subject: Subject
  readonly work: Work
  readonly validation: PhaseState['validation']
  /** Commit that must be proved. */
  readonly sha: string
  readonly round: number
  readonly limits: DecideOptions
}

function repairOrValidate(repair: Repair, fail: (reason: string) => Step): readonly Step[] {
  const {subject, work, validation, sha, round, limits} = repair
  const commit = commitStep(subject, work)
  if (commit.length > 0) return commit
  if (validation?.sha !== sha) return [{type: 'validate', subject, round}]
  if (work.open === undefined && isSpent(work, limits.attempts - 1)) return [fail(work.hopeless ?? summarize(validation))]
  return [{type: 'attempt', subject, number: round + 1, role: 'fix-executor'}]
}

/** The failing checks in one line: `test-command: 2 findings (first: …)`. */
export function summarize(validation: NonNullable<PhaseState['validation']>): string {
  const failing = validation.verdicts.filter(({status}) => status === 'fail')
  const unmet = validation.criteria.filter(({verdict}) => verdict !== 'met')
  const checks = failing.map(({validator, findings, evidence}) => `${validator}: ${findings[0] ? place(findings[0]) : evidence}`)
  const criteria = validation.passed
    ? []
    : unmet.map(({id, text, verdict, evidence}) => `criterion ${id} is ${verdict}: ${text} (${evidence})`)
  return [...checks, ...criteria].join('; ')
}

function place({file, line, message}: {readonly file?: string; readonly line?: number; readonly message: string}): string {
  const first = message.split('\n', 1)[0] ?? ''
  return file === undefined ? first : `${file}${line === undefined ? '' : `:${line}`} ${first}`
}

function decideFinish(state: TaskState, options: DecideOptions): readonly Step[] {
  const {finish} = state
  if (finish.merged) return [{type: 'clean-up'}]
  const limits = {...options, attempts: options.attempts + (state.phases.at(-1)?.granted ?? 0)}
  if (finish.conflict) return mergeBase(state, limits)
  if (!finish.prepared)
    return [...commitStep({kind: 'finish'}, finish.fix), ...(finish.fix.finished ? [] : [{type: 'prepare-finish'} as const])]
  const {sha} = finish.prepared
  if (finish.validation?.passed && finish.validation.sha === sha) return [{type: 'finish'}]
  const round = finish.fix.attempts + 1
  const repair = {subject: {kind: 'finish'} as const, work: finish.fix, validation: finish.validation, sha, round, limits}
  return repairOrValidate(repair, (reason) => ({
    type: 'fail',
    exitCode: EXIT.VALIDATION,
    reason: `The merge into ${branchName(state.started.base.branch)} does not hold. ${reason}`,
  }))
}

function mergeBase(state: TaskState, limits: DecideOptions): readonly Step[] {
  const {merge, conflict} = state.finish
  const subject: Subject = {kind: 'merge', phase: 0, module: 'base'}
  const commit = commitStep(subject, merge)
  if (commit.length > 0) return commit
  if (merge.open === undefined && isSpent(merge, limits.attempts)) {
    const files = conflict?.files.join(', ') ?? ''
    return [
      {
        type: 'fail',
        exitCode: EXIT.CONFLICT,
        reason:
          `${branchName(state.started.base.branch)} moved while the task ran and conflicts with it in ${files}. ${merge.findings[0]?.message ?? ''}`.trim(),
      },
    ]
  }
  return [{type: 'attempt', subject, number: merge.attempts + 1, role: 'synthesis-architect'}]
}

/** `refs/heads/main` to `main`. */
export function branchName(ref: string): string {
  return ref.replace(/^refs\/heads\//, '')
}
