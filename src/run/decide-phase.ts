import {EXIT} from '../errors.ts'
import type {Subject} from '../events.ts'
import type {ModuleState, PhaseState, TaskState, Work} from '../tasks/state.ts'
import {taskBaselineKey} from './baseline-key.ts'
import type {Launch} from './choose-agent.ts'
import {reviewSteps} from './decide-review.ts'
import {circlesIn, commitStep, isSpent, repairOrValidate} from './repair.ts'
import type {Limits, Step} from './step.ts'

/** The steps of one phase: build the modules side by side, merge them in order, prove the whole, make a checkpoint. */
export function decidePhase(state: TaskState, phase: PhaseState, options: Limits): readonly Step[] {
  const index = phase.phase.index
  if (phase.stage === 'pending') return [{type: 'start-phase', phase: index}]
  const limits = {...options, attempts: options.attempts + phase.granted}
  const lost = findLostModule(phase, limits)
  if (lost) return drain(phase) ?? [lost]
  const key = taskBaselineKey(state, phase.phase)
  const baseline: readonly Step[] =
    phase.phase.testCommand === '' || state.baselines[key] ? [] : [{type: 'record-baseline', phase: index, key}]
  const steps = [...baseline, ...moduleSteps(state, phase, limits), ...removals(state, phase)]
  if (phase.modules.some(({stage}) => stage !== 'merged') || baseline.length > 0) return steps
  return [...steps, ...settlePhase(state, phase, limits)]
}

/** A module that no attempt is left for: the phase cannot succeed. */
function findLostModule(phase: PhaseState, limits: Limits): Step | undefined {
  for (const module of phase.modules) {
    const merging = module.stage === 'conflicted'
    const work = merging ? module.merge : module.work
    if (module.stage !== 'working' && !merging) continue
    if (work.open !== undefined || work.finished !== undefined) continue
    if (!isSpent(work, limits, merging ? synthesisOf(phase, module) : buildOf(phase, module))) continue
    return {
      type: 'fail',
      phase: phase.phase.index,
      module: module.slug,
      exitCode: merging ? EXIT.CONFLICT : EXIT.VALIDATION,
      reason: [
        merging ? describeConflict(phase, module) : describeSpent(`Module ${module.name} of ${phase.phase.name}`, work),
        ...circlesIn(work, limits),
      ].join(' '),
    }
  }
  return undefined
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

function moduleSteps(state: TaskState, phase: PhaseState, limits: Limits): readonly Step[] {
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
  return [{type: 'attempt', number: module.work.attempts + 1, ...buildOf(phase, module)}]
}

/** An agent that cannot work at all leaves nothing behind that could be mended. */
function buildOf({phase}: PhaseState, {slug, work}: ModuleState): Launch {
  const subject = {kind: 'module', phase: phase.index, module: slug} as const
  return {subject, role: work.attempts === (work.barred ?? 0) ? 'implementation-executor' : 'fix-executor'}
}

function synthesisOf({phase}: PhaseState, {slug}: ModuleState): Launch {
  return {subject: {kind: 'merge', phase: phase.index, module: slug}, role: 'synthesis-architect'}
}

/** Branches are merged one by one, in the order of the spec. */
function mergeSteps(phase: PhaseState, module: ModuleState): readonly Step[] {
  const index = phase.phase.index
  if (module.stage === 'committed') return [{type: 'merge', phase: index, module: module.slug}]
  if (module.stage !== 'conflicted') return []
  const launch = synthesisOf(phase, module)
  const commit = commitStep(launch.subject, module.merge)
  return commit.length > 0 ? commit : [{type: 'attempt', number: module.merge.attempts + 1, ...launch}]
}

/** A worktree goes once the receipt of its merge is in the log, never before. */
function removals(state: TaskState, phase: PhaseState): readonly Step[] {
  const merged = new Set(phase.modules.filter(({stage}) => stage === 'merged').map(({slug}) => slug))
  return state.worktrees
    .filter((worktree) => worktree.phase === phase.phase.index && merged.has(worktree.name))
    .map((worktree) => ({type: 'remove-worktree', worktree}))
}

function settlePhase(state: TaskState, phase: PhaseState, limits: Limits): readonly Step[] {
  const subject: Subject = {kind: 'phase', phase: phase.phase.index}
  const round = phase.fix.attempts + 1
  const sha = state.integrationSha
  const fail = (reason: string): Step => ({
    type: 'fail',
    phase: phase.phase.index,
    exitCode: EXIT.VALIDATION,
    reason: `${phase.phase.name} does not hold after ${round} ${round === 1 ? 'round' : 'rounds'}. ${reason}`,
  })
  const review = reviewSteps({phase: phase.phase.index, sha, validation: phase.validation, review: phase.review}, limits, fail)
  if (review.length > 0) return review
  if (phase.validation?.passed && phase.validation.sha === sha) return [{type: 'complete-phase', phase: phase.phase.index}]
  return repairOrValidate({subject, work: phase.fix, validation: phase.validation, sha, round, limits}, fail)
}
