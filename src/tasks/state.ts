import type {AttemptUse} from '../agents/limits.ts'
import type {
  AttemptStarting,
  AuditFinished,
  CheckpointCreated,
  FinishMode,
  RaisedLimits,
  ReviewAnswered,
  ReviewFinished,
  Subject,
  TaskStarted,
  ValidationFinished,
} from '../events.ts'
import type {Phase} from '../spec/spec.ts'
import type {Worktree} from '../git/worktrees.ts'
import type {Finding} from '../validators/validator.ts'

/** The words people see. */
export type Status = 'pending' | 'running' | 'waiting' | 'failed' | 'complete' | 'cancelled'

/** A task as the fold over its events makes it. Immutable: `reduce` returns a new one. */
export interface TaskState {
  readonly version: number
  readonly started: TaskStarted
  readonly status: Status
  readonly phases: readonly PhaseState[]
  /** Names of completed phases that no spec lists: a task may be driven by hand without one. */
  readonly unlistedPhases: readonly string[]
  readonly finish: FinishState
  /** Tip of the integration branch as recorded. */
  readonly integrationSha: string
  readonly worktrees: readonly WorktreeRecord[]
  readonly checkpoints: readonly CheckpointRecord[]
  /** Checkpoint that the work of now stands on: the last one, or the one that was gone back to. */
  readonly standsOn?: string
  /** Safety checkpoint of a rollback that has not ended: its process was killed, or it was refused in the middle. */
  readonly openRollback?: string
  /** Every phase that was ever complete, as it was then; what a rollback goes by. */
  readonly completions: readonly Completion[]
  /** Attempts begun in all, interrupted ones too: numbers the next attempt id. */
  readonly attemptsBegun: number
  /** Attempts without an end: running now, or left by a dead runner. */
  readonly openAttempts: readonly OpenAttempt[]
  readonly usage: Spending
  /** The same by scope; see `scopesOf`. */
  readonly spent: Readonly<Record<string, AttemptUse>>
  /** The budget that an attempt was stopped for. */
  readonly overdrawn?: string
  /** Agents that cannot work now. */
  readonly agents: AgentFaults
  /** What the providers of backends bear, by name; see `strain.ts`. */
  readonly strain: Readonly<Record<string, Strain>>
  readonly baselines: Readonly<Record<string, BaselineRecord>>
  /** Test suites that are under way, or wait for their turn; what a dead runner left of them is taken out by the next. */
  readonly suites: readonly OpenSuite[]
  readonly runner?: {readonly epoch: number; readonly pid: number}
  /** Changed files of the person's checkout that are known: there before, or reported since. */
  readonly knownChanges: readonly string[]
  readonly pause?: {readonly reason: string; readonly until: string}
  readonly cancelRequested: boolean
  /** How it ended, or why it waits. */
  readonly ending?: {
    readonly reason: string
    readonly exitCode: number
    readonly sha?: string
    readonly phase?: number
    readonly isForced?: boolean
  }
  readonly raisedLimits: RaisedLimits
  /** Answer of the last mutation that had a request id; see `findAnswer`. */
  readonly lastAnswer?: Answer
}

/** First answer to a request. A chain, since a table that is copied for each one makes a long log slow to read. */
export interface Answer {
  readonly requestId: string
  readonly operation: string
  readonly result: unknown
  readonly earlier?: Answer
}

export interface CheckpointRecord extends CheckpointCreated {
  readonly at: string
  /** Checkpoint that the work stood on when this one was made. */
  readonly after?: string
}

export interface Completion {
  readonly checkpointId: string
  /** Index of the phase; 0 for one that no spec lists. */
  readonly index: number
  readonly name: string
  /** Of a phase that the spec lists. */
  readonly phase?: PhaseState
}

export interface OpenAttempt extends AttemptStarting {
  readonly pid?: number
  readonly startedAt: string
}

export interface Spending {
  readonly tokens: number
  readonly usd: number
}

/** Why agents cannot work now; what a run or a provider said of them last. */
export interface AgentFaults {
  /** Until when the provider of a backend asked to wait: ISO 8601. */
  readonly limited: Readonly<Record<string, string>>
  /** Backends that cannot run on this machine, and what is the matter. */
  readonly missing: Readonly<Record<string, string>>
  /** Agents that failed in a role so that no retry helps, by `faultKey`, and how. Forgotten when a run begins anew. */
  readonly failed: Readonly<Record<string, string>>
}

/** How hard the provider of a backend may be pressed. */
export interface Strain {
  /** Failures of the provider in a row. */
  readonly failures: number
  /** After such a failure it is not asked again before: ISO 8601. */
  readonly retryAt?: string
  /** Agents at once, since it asked to wait; absent: as many as the configuration allows. */
  readonly parallel?: number
  /** Attempts that finished since that number changed. */
  readonly finished: number
}

/** One validation, or one run on a base commit. */
export interface OpenSuite {
  /** Of a validation. */
  readonly subject?: Subject
  readonly round?: number
  /** Of a run on a base commit. */
  readonly baseline?: {readonly key: string; readonly sha: string; readonly script: string}
  /** Another suite has its turn on this machine. */
  readonly isWaiting: boolean
  /** ISO 8601. */
  readonly startedAt: string
}

export interface BaselineRecord {
  /** `null` when it failed without naming a test. */
  readonly failing: readonly string[] | null
  readonly digests?: readonly string[]
  readonly exitCode: number | null
}

export interface WorktreeRecord {
  readonly name: string
  readonly phase: number
  readonly path: string
  readonly branch: string
  readonly baseSha: string
  /** Its folder in the repository's `worktrees/`, from our own record, never from its `.git` file; `''` until ready. */
  readonly gitDir: string
  /** `false` between intent and effect. */
  readonly isReady: boolean
}

export type PhaseStage = 'pending' | 'building' | 'complete' | 'failed'

export interface PhaseState {
  readonly phase: Phase
  readonly stage: PhaseStage
  readonly baseSha: string
  readonly modules: readonly ModuleState[]
  /** Repairs of the merged phase. */
  readonly fix: Work
  /** With what a review settled of its criteria. */
  readonly validation?: ValidationFinished
  readonly review?: ReviewState
  readonly checkpointId?: string
  /** Attempts that a person allowed on top of the limit, by `resume --retry`. */
  readonly granted: number
}

export type ModuleStage = 'pending' | 'preparing' | 'working' | 'committed' | 'conflicted' | 'merged' | 'failed'

export interface ModuleState {
  readonly name: string
  readonly slug: string
  readonly stage: ModuleStage
  readonly work: Work
  /** Synthesis attempts, when the branch conflicts. */
  readonly merge: Work
  readonly conflicts: readonly string[]
  /** Tip of the module branch once committed. */
  readonly sha?: string
  readonly branch: string
}

/** A piece of work that agents try, attempt after attempt. */
export interface Work {
  /** Attempts that count: interrupted and rate-limited ones do not. */
  readonly attempts: number
  /** Commit that the first attempt began at. */
  readonly begunAt?: string
  /** Attempt that runs now. */
  readonly open?: string
  /** Attempt that finished and is not yet committed or rejected. */
  readonly finished?: string
  /** For the next attempt. */
  readonly findings: readonly Finding[]
  /** Of the agent that worked last, for the next attempt to go on with. */
  readonly session?: {readonly backend: string; readonly id: string; readonly circles?: number}
  /** What the agent that finished last said of its work, in short. */
  readonly said?: string
  /** A failure that no retry will mend. */
  readonly hopeless?: string
  /** Attempts in a row that do not count, since the provider failed. */
  readonly spared?: number
  /** Attempts, of those that count, that failed so: they say something of the agent and nothing of the work. */
  readonly barred?: number
  /** Where it has been; see `circles.ts`. */
  readonly rounds?: readonly Round[]
  /** How often, since something new came of it, it was back where it had been. */
  readonly circles?: number
  /** Of the repair that is not yet validated. */
  readonly change?: string
}

/** Ids and digests of what an attempt left and of what was found in it. */
export interface Round {
  readonly tree: string
  readonly findings: string
  readonly change?: string | undefined
}

export interface FinishState {
  readonly fix: Work
  readonly merge: Work
  /** Base tip whose merge into integration conflicts. */
  readonly conflict?: {readonly sha: string; readonly files: readonly string[]}
  readonly prepared?: {readonly baseSha: string; readonly sha: string; readonly mode: FinishMode}
  /** With what a review settled of its criteria, and what an audit found. */
  readonly validation?: ValidationFinished
  readonly review?: ReviewState
  readonly audit?: AuditState
  readonly merging: boolean
  /** Commit whose landing a person was asked to approve, and the one they approved. */
  readonly awaiting?: string
  readonly approved?: string
  readonly merged?: {readonly branch: string; readonly sha: string}
  readonly blocked?: {readonly reason: string; readonly command: string}
}

/** Where the review of a validation stands. Answers and results count for the commit that they name alone. */
export interface ReviewState {
  readonly work: Work
  readonly answered?: ReviewAnswered
  readonly finished?: ReviewFinished
}

/** Where the audit of what is to be merged stands. */
export interface AuditState {
  readonly work: Work
  readonly finished?: AuditFinished
  /** Attempts that there had been when the last audit came to its end: those after it have failed. */
  readonly settledAt?: number
}

export const NO_WORK: Work = {attempts: 0, findings: []}

/** The first phase that is not complete; `undefined` when all are. */
export function currentPhase(state: TaskState): PhaseState | undefined {
  return state.phases.find(({stage}) => stage !== 'complete')
}

/** What a request with this id was answered with, the first time. */
export function findAnswer({lastAnswer}: TaskState, requestId: string): Answer | undefined {
  let found: Answer | undefined
  for (let answer = lastAnswer; answer; answer = answer.earlier) if (answer.requestId === requestId) found = answer
  return found
}

export function findModule(state: TaskState, phase: number, slug: string): ModuleState | undefined {
  return state.phases[phase - 1]?.modules.find((module) => module.slug === slug)
}

/** A recorded worktree as the git layer knows it. */
export function toWorktree({path, gitDir, branch}: WorktreeRecord): Worktree {
  return {path, gitDir, ref: branch === '' ? null : branch}
}

/** What the work on a subject is paid from: the task (`''`), its phase (`p1`), its module (`p1/ledger`). */
export function scopesOf(subject: Subject): readonly string[] {
  if (!('phase' in subject) || subject.phase === 0) return ['']
  return ['', `p${subject.phase}`, ...('module' in subject ? [`p${subject.phase}/${subject.module}`] : [])]
}

/** `module/p1/ledger`, `merge/p1/ledger`, `phase/p2`, `review/p2`, `finish`: also the step key of its commit. */
export function subjectKey(subject: Subject): string {
  if (subject.kind === 'finish') return 'finish'
  if (subject.kind === 'audit') return 'audit/finish'
  if (subject.kind === 'review') return subject.phase === 0 ? 'review/finish' : `review/p${subject.phase}`
  if (subject.kind === 'phase') return `phase/p${subject.phase}`
  return `${subject.kind}/p${subject.phase}/${subject.module}`
}

/** The review of a phase; 0 is the finish. */
export function reviewOf(state: TaskState, phase: number): ReviewState | undefined {
  return phase === 0 ? state.finish.review : state.phases[phase - 1]?.review
}

export function workOf(state: TaskState, subject: Subject): Work {
  if (subject.kind === 'finish') return state.finish.fix
  if (subject.kind === 'audit') return state.finish.audit?.work ?? NO_WORK
  if (subject.kind === 'review') return reviewOf(state, subject.phase)?.work ?? NO_WORK
  if (subject.kind === 'phase') return state.phases[subject.phase - 1]?.fix ?? NO_WORK
  if (subject.phase === 0) return state.finish.merge
  const module = findModule(state, subject.phase, subject.module)
  return (subject.kind === 'merge' ? module?.merge : module?.work) ?? NO_WORK
}
