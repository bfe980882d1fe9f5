import {EXIT} from '../errors.ts'
import type {
  AttemptEnded,
  AttemptStarting,
  BaselineRecorded,
  CheckpointCreated,
  ModuleMerged,
  PhaseCompleted,
  RunnerStarted,
  Subject,
  TaskEvent,
  TaskStarted,
  WorkCommitted,
  WorktreeCreating,
} from '../events.ts'
import {unreachable} from '../unreachable.ts'
import type {Finding} from '../validators/validator.ts'
import {NO_FAULTS, reduceFaults} from './agent-faults.ts'
import {reduceStrain} from './strain.ts'
import {setModule, setPhase, setWork} from './change.ts'
import {noteRejection, noteValidation} from './circles.ts'
import {describeOutcome} from './describe-outcome.ts'
import {reopen, rollBack} from './go-back.ts'
import {phasesOf} from './phases.ts'
import {finishAudit, finishReview, recordAnswers, recordValidation} from './reviews.ts'
import {reduceSuites} from './suites.ts'
import {NO_WORK, scopesOf, type BaselineRecord, type FinishState, type TaskState, type Work} from './state.ts'

/** Folds a whole log; `undefined` for an empty one. */
export function foldTask(events: Iterable<TaskEvent>): TaskState | undefined {
  let state: TaskState | undefined
  for (const event of events) state = reduce(state, event)
  return state
}

/** The state after one more event. Pure: same state and event, same answer. */
export function reduce(state: TaskState | undefined, event: TaskEvent): TaskState {
  if (event.type === 'task.started') return startTask(event)
  if (!state) throw new Error(`Internal error: the log begins with ${event.type}`)
  const agents = reduceFaults(state.agents, event, state.openAttempts)
  const strain = reduceStrain(state.strain, event, {open: state.openAttempts, limited: state.agents.limited})
  return {...apply(state, event), agents, strain, suites: reduceSuites(state.suites, event), version: event.version}
}

function startTask(started: TaskStarted & {version: number}): TaskState {
  return {
    version: started.version,
    started,
    status: 'pending',
    phases: phasesOf(started.task_id, started.spec?.parsed),
    unlistedPhases: [],
    finish: {fix: NO_WORK, merge: NO_WORK, merging: false},
    integrationSha: started.base.sha,
    worktrees: [],
    checkpoints: [],
    completions: [],
    attemptsBegun: 0,
    openAttempts: [],
    usage: {tokens: 0, usd: 0},
    spent: {},
    agents: NO_FAULTS,
    strain: {},
    baselines: {},
    suites: [],
    knownChanges: [],
    cancelRequested: false,
    raisedLimits: {},
  }
}

function apply(state: TaskState, event: Exclude<TaskEvent, {type: 'task.started'}>): TaskState {
  switch (event.type) {
    case 'runner.started':
      return startRunner(state, event)
    case 'runner.stopped':
      return stopRunner(state)
    case 'orphans.killed':
    case 'drift.repaired':
    case 'attempt.strayed':
    case 'hook.skipped':
    case 'module.merging':
    case 'validation.started':
    case 'baseline.started':
    case 'suite.waiting':
    case 'suite.resumed':
    case 'call.started':
    case 'call.asked':
    case 'call.answered':
    case 'call.cancel_requested':
    case 'call.ended':
      return state
    case 'checkout.changed':
      return {...state, knownChanges: [...state.knownChanges, ...event.files]}
    case 'spec.accepted':
      return acceptSpec(state, event)
    case 'phase.started':
      return setPhase(state, event.phase, {stage: 'building', baseSha: event.base_sha})
    case 'worktree.creating':
      return recordWorktree(state, event, '')
    case 'worktree.created':
      return recordWorktree(state, event, event.git_dir)
    case 'worktree.removed':
      return {...state, worktrees: state.worktrees.filter(({path}) => path !== event.path)}
    case 'attempt.starting':
      return startAttempt(state, event)
    case 'attempt.started':
      return {
        ...state,
        openAttempts: state.openAttempts.map((open) => (open.attempt_id === event.attempt_id ? {...open, pid: event.pid} : open)),
      }
    case 'attempt.ended':
      return endAttempt(state, event)
    case 'attempt.interrupted':
      return closeAttempt(state, event.attempt_id, (work) => ({...work, open: undefined}))
    case 'work.committed':
      return commitWork(state, event)
    case 'work.rejected':
      return noteRejection(
        setWork(state, event.subject, (work) => ({...work, finished: undefined, findings: event.findings})),
        event,
      )
    case 'module.conflicted':
      return event.phase === 0
        ? {...state, finish: {...state.finish, conflict: {sha: event.sha, files: event.files}}}
        : setModule(state, event.phase, event.module, () => ({stage: 'conflicted', conflicts: event.files}))
    case 'module.merged':
      return mergeModule(state, event)
    case 'worktree.merged':
      return {...state, integrationSha: event.merge_sha}
    case 'baseline.recorded':
      return {...state, baselines: {...state.baselines, [event.key]: toBaseline(event)}}
    case 'validation.finished':
      return noteValidation(recordValidation(state, event), event)
    case 'review.answered':
      return recordAnswers(state, event)
    case 'review.finished':
      return finishReview(state, event)
    case 'audit.finished':
      return finishAudit(state, event)
    case 'checkpoint.created':
      return recordCheckpoint(state, event)
    case 'phase.completed':
      return completePhase(state, event)
    case 'rolled.back':
      return rollBack(state, event.checkpoint_id)
    case 'finish.prepared':
      return {...state, finish: {...state.finish, prepared: {baseSha: event.base_sha, sha: event.sha, mode: event.mode}, merging: false}}
    case 'approval.requested':
      return {...state, status: 'waiting', finish: {...state.finish, awaiting: event.sha}}
    case 'approval.given':
      return {...state, status: 'pending', finish: {...state.finish, approved: event.sha}}
    case 'finish.merging':
      return {...state, finish: {...state.finish, merging: true}}
    case 'finish.merged':
      return {...state, finish: {...state.finish, merging: false, blocked: undefined, merged: {branch: event.branch, sha: event.sha}}}
    case 'finish.blocked':
      return {
        ...state,
        status: 'waiting',
        finish: {...state.finish, merging: false, blocked: {reason: event.reason, command: event.command}},
      }
    case 'task.paused':
      return {...state, status: 'waiting', pause: {reason: event.reason, until: event.until}}
    case 'task.unpaused':
      return {...state, status: 'running', pause: undefined}
    case 'cancel.requested':
      return {...state, cancelRequested: true}
    case 'attempts.granted':
      return setPhase(state, event.phase, {granted: (state.phases[event.phase - 1]?.granted ?? 0) + event.count})
    case 'task.completed':
      return completeTask(state, event)
    case 'task.failed':
      return failTask(state, event)
    case 'task.cancelled':
      return {...state, status: 'cancelled', ending: {reason: event.reason, exitCode: 130}}
    case 'task.reopened':
      return reopen(state, event.limits)
    case 'request.answered':
      return recordAnswer(state, event)
    default:
      return unreachable(event)
  }
}

/** A runner of a task that is over only tidies up: it does not open the task again. */
function startRunner(state: TaskState, event: RunnerStarted): TaskState {
  const {epoch, pid, checkout_changes: knownChanges} = event
  const isOver = state.status === 'complete' || state.status === 'cancelled'
  return {...state, status: isOver ? state.status : 'running', runner: {epoch, pid}, knownChanges}
}

function stopRunner(state: TaskState): TaskState {
  return {...state, runner: undefined, status: state.status === 'running' ? 'pending' : state.status}
}

function acceptSpec(state: TaskState, event: Extract<TaskEvent, {type: 'spec.accepted'}>): TaskState {
  const spec = {path: state.started.spec?.path ?? '', sha256: event.sha256, text: event.text, parsed: event.spec}
  const fresh = phasesOf(state.started.task_id, event.spec)
  // What is complete stays complete under its own description; only what is still to come is read anew.
  const phases = fresh.map((phase, index) => (state.phases[index]?.stage === 'complete' ? state.phases[index] : phase))
  return {...state, started: {...state.started, spec}, phases}
}

function recordWorktree(state: TaskState, event: Omit<WorktreeCreating, 'type'>, gitDir: string): TaskState {
  const isReady = gitDir !== ''
  const {name, phase, path, branch} = event
  const record = {name, phase, path, branch, baseSha: event.base_sha, gitDir, isReady}
  const next = {...state, worktrees: [...state.worktrees.filter((other) => other.path !== path), record]}
  return setModule(next, phase, name, (module) =>
    module.stage === 'pending' || module.stage === 'preparing' ? {stage: isReady ? 'working' : 'preparing', branch} : {},
  )
}

function startAttempt(state: TaskState, event: AttemptStarting & {at: string}): TaskState {
  const {at, ...attempt} = event
  const next = {...state, attemptsBegun: state.attemptsBegun + 1, openAttempts: [...state.openAttempts, {...attempt, startedAt: at}]}
  return setWork(next, event.subject, (work) => ({
    ...work,
    begunAt: work.begunAt ?? event.start_sha,
    open: event.attempt_id,
    finished: undefined,
  }))
}

function endAttempt(state: TaskState, event: AttemptEnded): TaskState {
  const usage = {tokens: state.usage.tokens + event.usage.tokens, usd: state.usage.usd + (event.usage.usd ?? 0)}
  const open = state.openAttempts.find(({attempt_id}) => attempt_id === event.attempt_id)
  const backend = open?.backend ?? ''
  const paid = {usage, spent: open ? pay(state.spent, open.subject, event) : state.spent, ...overdrawnBy(event)}
  const session = event.session === undefined ? undefined : {backend, id: event.session}
  return closeAttempt({...state, ...paid}, event.attempt_id, (work) =>
    workAfter({...work, session: session ? {...session, ...circlesOf(work)} : work.session}, event),
  )
}

/** A session knows the circles that came before it: those after it are the ones that it runs in itself. */
const circlesOf = ({circles}: Work) => (circles === undefined ? {} : {circles})

function pay(spent: TaskState['spent'], subject: Subject, event: AttemptEnded): TaskState['spent'] {
  const {usage, duration_ms = 0, turns = 0} = event
  const entries = scopesOf(subject).map((scope) => {
    const before = spent[scope] ?? {tokens: 0, usd: 0, time: 0, turns: 0}
    const after = {
      tokens: before.tokens + usage.tokens,
      usd: before.usd + (usage.usd ?? 0),
      time: before.time + duration_ms,
      turns: before.turns + turns,
    }
    return [scope, after] as const
  })
  return {...spent, ...Object.fromEntries(entries)}
}

function overdrawnBy({outcome}: AttemptEnded): Pick<TaskState, 'overdrawn'> {
  return outcome.status === 'over-budget' && outcome.limit !== undefined ? {overdrawn: outcome.limit} : {}
}

const MAX_SAID = 600

function closeAttempt(state: TaskState, attemptId: string, change: (work: Work) => Work): TaskState {
  const open = state.openAttempts.find(({attempt_id}) => attempt_id === attemptId)
  if (!open) return state
  const next = {...state, openAttempts: state.openAttempts.filter((other) => other !== open)}
  return setWork(next, open.subject, change)
}

function workAfter({spared = 0, ...work}: Work, event: AttemptEnded): Work {
  const {outcome} = event
  const ended = {...work, open: undefined}
  // What its provider does says nothing about the work either, as long as it does so now and then only.
  if (event.retry_at !== undefined) return {...ended, spared: spared + 1}
  switch (outcome.status) {
    case 'finished':
      return {...ended, attempts: work.attempts + 1, finished: event.attempt_id, said: outcome.summary?.slice(0, MAX_SAID).toWellFormed()}
    // A rate limit, a cancel and an empty purse say nothing about the work: no attempt is used.
    case 'rate-limited':
    case 'cancelled':
    case 'over-budget':
      return ended
    case 'failed':
    case 'stalled':
    case 'timed-out':
      return {
        ...ended,
        attempts: work.attempts + 1,
        findings: [
          {message: describeOutcome(outcome)},
          ...work.findings.filter(({file, test}) => file !== undefined || test !== undefined),
        ],
        ...(outcome.status === 'failed' && !outcome.retryable ? {hopeless: outcome.cause, barred: (work.barred ?? 0) + 1} : {}),
      }
    default:
      return unreachable(outcome)
  }
}

function commitWork(state: TaskState, {subject, sha, change}: WorkCommitted): TaskState {
  const fresh = {finished: undefined, findings: [] as readonly Finding[], ...(change === undefined ? {} : {change})}
  const done = setWork(state, subject, (work) => ({...work, ...fresh}))
  if (subject.kind === 'module') return setModule(done, subject.phase, subject.module, () => ({stage: 'committed', sha}))
  if (subject.kind === 'merge') return done
  // A repair moves integration; whatever was prepared from the old tip is void.
  return {...done, integrationSha: sha, finish: {...done.finish, prepared: undefined}}
}

function mergeModule(state: TaskState, event: ModuleMerged): TaskState {
  const merged = {...state, integrationSha: event.merge_sha}
  if (event.phase !== 0) return setModule(merged, event.phase, event.module, () => ({stage: 'merged', conflicts: []}))
  const finish: FinishState = {
    ...merged.finish,
    conflict: undefined,
    prepared: undefined,
    merge: {...merged.finish.merge, finished: undefined},
  }
  return {...merged, finish}
}

function toBaseline({failing, failing_digests: digests, exit_code: exitCode}: BaselineRecorded): BaselineRecord {
  return {failing, exitCode, ...(digests ? {digests} : {})}
}

function recordAnswer(state: TaskState, event: Extract<TaskEvent, {type: 'request.answered'}>): TaskState {
  const {request_id: requestId, operation, result} = event
  return {...state, lastAnswer: {requestId, operation, result, ...(state.lastAnswer ? {earlier: state.lastAnswer} : {})}}
}

function recordCheckpoint(state: TaskState, event: CheckpointCreated & {at: string}): TaskState {
  const record = {...event, ...(state.standsOn === undefined ? {} : {after: state.standsOn})}
  const openRollback = event.rollback_to === undefined ? undefined : event.id
  return {...state, checkpoints: [...state.checkpoints, record], standsOn: event.id, openRollback}
}

function completePhase(state: TaskState, {phase: index, name, checkpoint_id: checkpointId}: PhaseCompleted): TaskState {
  const done =
    index === 0 ? {...state, unlistedPhases: [...state.unlistedPhases, name]} : setPhase(state, index, {stage: 'complete', checkpointId})
  const phase = done.phases[index - 1]
  // By hand it may have been made on another branch: a run that takes over goes on from there.
  const integrationSha = findCheckpoint(state, checkpointId)?.sha ?? state.integrationSha
  return {...done, integrationSha, completions: [...state.completions, {checkpointId, index, name, ...(phase ? {phase} : {})}]}
}

/** What was completed by force is not verified, and its exit code does not say so. */
function completeTask(state: TaskState, {reason, sha, overruled}: Extract<TaskEvent, {type: 'task.completed'}>): TaskState {
  const ending = overruled ? {reason, sha, exitCode: EXIT.VALIDATION, isForced: true} : {reason, sha, exitCode: EXIT.DONE}
  return {...state, status: 'complete', ending}
}

function failTask(state: TaskState, event: Extract<TaskEvent, {type: 'task.failed'}>): TaskState {
  const {reason, exit_code: exitCode, phase, module} = event
  let next: TaskState = {...state, status: 'failed', ending: {reason, exitCode, ...(phase === undefined ? {} : {phase})}}
  if (phase !== undefined) next = setPhase(next, phase, {stage: 'failed'})
  if (phase !== undefined && module !== undefined) next = setModule(next, phase, module, () => ({stage: 'failed'}))
  return next
}

/** The checkpoint with this id, or `undefined`. */
export function findCheckpoint(state: TaskState, id: string): CheckpointCreated | undefined {
  return state.checkpoints.find((checkpoint) => checkpoint.id === id)
}
