import type {AgentOutcome, Role, Usage} from './agents/agent.ts'
import type {Spec} from './spec/spec.ts'
import type {Finding, MissingTool} from './validators/validator.ts'

/**
 * The facts in a task's log. A task is a fold over them (`tasks/reduce.ts`); every view is a projection.
 * Adding a type or an optional field is safe; changing the meaning of one is not.
 */
export type TaskEvent = EventData & {
  /** Position in the log, from 1, without gaps. */
  readonly version: number
  /** ISO 8601, UTC. */
  readonly at: string
}

export type EventData =
  | TaskStarted
  | RunnerStarted
  | {readonly type: 'runner.stopped'; readonly epoch: number; readonly reason: string; readonly exit_code: number}
  | {readonly type: 'orphans.killed'; readonly pids: readonly number[]}
  | {readonly type: 'drift.repaired'; readonly what: string}
  | {readonly type: 'spec.accepted'; readonly sha256: string; readonly spec: Spec; readonly text: string}
  | {readonly type: 'phase.started'; readonly phase: number; readonly base_sha: string}
  | WorktreeCreating
  | (Omit<WorktreeCreating, 'type'> & {readonly type: 'worktree.created'; readonly git_dir: string})
  | {readonly type: 'worktree.removed'; readonly name: string; readonly path: string}
  | AttemptStarting
  | {readonly type: 'attempt.started'; readonly attempt_id: string; readonly pid: number}
  | AttemptEnded
  | {readonly type: 'attempt.interrupted'; readonly attempt_id: string; readonly kept?: string}
  | {readonly type: 'attempt.strayed'; readonly attempt_id: string; readonly what: string}
  | WorkCommitted
  | WorkRejected
  | {readonly type: 'module.merging'; readonly phase: number; readonly module: string; readonly sha: string}
  | ModuleConflicted
  | ModuleMerged
  /** A worktree that belongs to no module, merged by hand. */
  | {readonly type: 'worktree.merged'; readonly name: string; readonly sha: string; readonly merge_sha: string; readonly receipt: Receipt}
  | BaselineStarted
  | BaselineRecorded
  /** Another test suite has its turn on this machine. */
  | (SuiteName & {readonly type: 'suite.waiting'})
  | (SuiteName & {readonly type: 'suite.resumed'})
  | {readonly type: 'validation.started'; readonly subject: Subject; readonly round: number; readonly sha: string}
  | ValidationFinished
  | ReviewAnswered
  | ReviewFinished
  | AuditFinished
  | CheckpointCreated
  | PhaseCompleted
  | {readonly type: 'rolled.back'; readonly checkpoint_id: string; readonly sha: string; readonly safety_checkpoint: string}
  | {readonly type: 'finish.prepared'; readonly base_sha: string; readonly sha: string; readonly mode: FinishMode}
  | {readonly type: 'approval.requested'; readonly sha: string}
  | {readonly type: 'approval.given'; readonly sha: string}
  | {readonly type: 'finish.merging'; readonly base_sha: string; readonly sha: string}
  | {readonly type: 'finish.merged'; readonly branch: string; readonly sha: string}
  | {readonly type: 'finish.blocked'; readonly reason: string; readonly command: string}
  | {readonly type: 'checkout.changed'; readonly files: readonly string[]}
  | {readonly type: 'hook.skipped'; readonly hook: string; readonly why: string}
  | {readonly type: 'task.paused'; readonly reason: string; readonly until: string}
  | {readonly type: 'task.unpaused'}
  | {readonly type: 'cancel.requested'}
  | {readonly type: 'attempts.granted'; readonly phase: number; readonly count: number}
  /** `overruled`: what a person or script completed the task in spite of. */
  | {readonly type: 'task.completed'; readonly sha: string; readonly reason: string; readonly overruled?: readonly string[]}
  | {readonly type: 'task.failed'; readonly reason: string; readonly exit_code: number; readonly phase?: number; readonly module?: string}
  | {readonly type: 'task.cancelled'; readonly reason: string}
  | {readonly type: 'task.reopened'; readonly limits?: RaisedLimits}
  | {readonly type: 'request.answered'; readonly request_id: string; readonly operation: string; readonly result: unknown}
  | CallEvent

/** Of a task, of each phase, of each module: US dollars, tokens, milliseconds that agents work, questions to their models. */
export const BUDGETS = [
  'usd',
  'tokens',
  'taskTime',
  'taskTurns',
  'phaseUsd',
  'phaseTokens',
  'phaseTime',
  'phaseTurns',
  'moduleUsd',
  'moduleTokens',
  'moduleTime',
  'moduleTurns',
] as const
export type BudgetName = (typeof BUDGETS)[number]

/** Budgets that a person raised. */
export type RaisedLimits = {readonly [Name in BudgetName]?: number}

export type FinishMode = 'merge' | 'ff' | 'squash' | 'none'

export interface TaskStarted {
  readonly type: 'task.started'
  readonly task_id: string
  readonly description: string
  /** Root of the checkout the person started from. */
  readonly working_directory: string
  /** Canonical path of the common git directory: the identity of the repository. */
  readonly repository: string
  /** `tree`: the id of what is in the commit. */
  readonly base: {readonly branch: string; readonly sha: string; readonly tree?: string}
  /** Frozen: what an agent changes of them has no effect. `null` when a task was started without a spec. */
  readonly spec: {readonly path: string; readonly sha256: string; readonly text: string; readonly parsed: Spec} | null
  /** The effective configuration, frozen. Parsed again with `configSchema` when read. */
  readonly config: unknown
  /** Prompt overrides of the project, frozen: role -> Markdown. */
  readonly prompts: Readonly<Record<string, string>>
  readonly conduct_version: string
  /** Fingerprint of the person's hooks and git configuration: hooks that changed since are not run. */
  readonly hooks: string
  /** Validators that are files of the project, frozen: path in the configuration -> SHA-256. */
  readonly validator_files?: Readonly<Record<string, string>>
}

export interface RunnerStarted {
  readonly type: 'runner.started'
  readonly epoch: number
  readonly pid: number
  readonly host: string
  readonly conduct_version: string
  /** Files of the person's checkout that had uncommitted changes already. */
  readonly checkout_changes: readonly string[]
  /** Agent backends that are configured and cannot run here: their fallbacks do. */
  readonly missing_agents?: readonly {readonly name: string; readonly problem: string}[]
}

/**
 * Whose work it is: a module of a phase, the merge of a module whose branch conflicts, a whole phase (fixing),
 * or the finish. The merge of a base branch that moved is `{kind: 'merge', phase: 0, module: 'base'}`.
 * Reviews and audits make no work; those of the finish have the phase 0.
 */
export type Subject =
  | {readonly kind: 'module' | 'merge'; readonly phase: number; readonly module: string}
  | {readonly kind: 'phase'; readonly phase: number}
  | ReviewSubject
  | {readonly kind: 'audit'; readonly phase: 0}
  | {readonly kind: 'finish'}

export interface ReviewSubject {
  readonly kind: 'review'
  readonly phase: number
}

/** Intent: written before the agent is launched, so that a later runner can find what it left running. */
export interface AttemptStarting {
  readonly type: 'attempt.starting'
  /** Unique in the task; also the value of the marker in the environment of every process it starts. */
  readonly attempt_id: string
  readonly subject: Subject
  readonly role: Role
  readonly backend: string
  readonly model?: string
  /** Why it is this one, when it is not the first of its role: `claude asked to wait until …`. */
  readonly why?: string
  /** 1-based number of this attempt for its subject and purpose. */
  readonly number: number
  readonly cwd: string
  /** Commit the worktree was at when the attempt began: where it is reset to if the attempt is interrupted. */
  readonly start_sha: string
  /** Absolute path of the NDJSON transcript. */
  readonly transcript: string
}

export interface WorkCommitted {
  readonly type: 'work.committed'
  readonly subject: Subject
  /** Absent when the task is driven by hand. */
  readonly attempt_id?: string
  readonly sha: string
  readonly files_changed: number
  /** Of a repair: a digest of what it adds and removes. */
  readonly change?: string
}

export interface WorkRejected {
  readonly type: 'work.rejected'
  readonly subject: Subject
  readonly attempt_id: string
  readonly findings: readonly Finding[]
  /** Id of the tree that was left. */
  readonly tree?: string
}

/** Intent: the path and branch are known before the first git command runs. */
export interface WorktreeCreating {
  readonly type: 'worktree.creating'
  /** Module slug, `integration`, or the name a person gave. */
  readonly name: string
  /** 0 for worktrees that belong to no phase. */
  readonly phase: number
  readonly path: string
  /** Full ref, `''` when detached. */
  readonly branch: string
  readonly base_sha: string
}

export interface AttemptEnded {
  readonly type: 'attempt.ended'
  readonly attempt_id: string
  readonly outcome: AgentOutcome
  readonly usage: Usage
  /** How long it ran; unknown of one whose runner was killed. */
  readonly duration_ms?: number
  /** How often it asked its model, as far as its backend says so. */
  readonly turns?: number
  readonly session?: string
  /** What ran, as the agent said; what was asked for is in `attempt.starting`. */
  readonly agent?: {readonly version?: string; readonly model?: string}
  /** Its provider failed: the work is tried again then, and this attempt does not count. ISO 8601. */
  readonly retry_at?: string
}

export interface ModuleConflicted {
  readonly type: 'module.conflicted'
  readonly phase: number
  readonly module: string
  readonly sha: string
  readonly files: readonly string[]
}

/** A branch is in integration, and the receipt proves it. */
export interface ModuleMerged {
  readonly type: 'module.merged'
  readonly phase: number
  readonly module: string
  readonly sha: string
  readonly merge_sha: string
  readonly receipt: Receipt
}

/** Proof that a merge lost nothing. */
export interface Receipt {
  readonly reachable: boolean
  /** Hunks that were looked for: the merged branch's when the merge did nothing else to our side, or else those of both. */
  readonly hunks_checked: number
  /** `path: first line of the hunk` of those that are gone; a receipt with any is no receipt. */
  readonly hunks_lost: readonly string[]
  readonly conflicts: readonly string[]
  readonly resolved_by?: Role
}

/** A test suite is about to run on a base commit, to tell old failures from new ones. */
export interface BaselineStarted {
  readonly type: 'baseline.started'
  readonly key: string
  readonly sha: string
  readonly script: string
}

export interface BaselineRecorded {
  readonly type: 'baseline.recorded'
  readonly key: string
  /** Names of the tests that fail there; `null` when the command failed and named none, or could not be run. */
  readonly failing: readonly string[] | null
  /** Digests of more names, where there are many. */
  readonly failing_digests?: readonly string[]
  readonly exit_code: number | null
  /** Absolute path of the full output. */
  readonly log_file?: string
}

/** A validation, or a run on the base commit. */
export interface SuiteName {
  readonly subject?: Subject
  /** Key of the baseline. */
  readonly baseline?: string
}

export interface ValidationFinished {
  readonly type: 'validation.finished'
  readonly subject: Subject
  readonly round: number
  readonly sha: string
  /** Id of its tree. */
  readonly tree?: string
  readonly passed: boolean
  readonly verdicts: readonly NamedVerdict[]
  readonly criteria: readonly CriterionVerdict[]
}

export interface NamedVerdict {
  readonly validator: string
  readonly status: 'pass' | 'fail' | 'skip'
  readonly executed: number | null
  readonly findings: readonly Finding[]
  readonly evidence: string
  readonly duration_ms: number
  /** Programs that it needs and that are not installed. */
  readonly missing?: readonly MissingTool[]
  /** Absolute path of the full output of the test suite that it ran. */
  readonly log_file?: string
}

export interface CriterionVerdict {
  readonly id: string
  readonly text: string
  readonly verdict: 'met' | 'unmet' | 'unverified'
  /** The check that settled it: `files: proto/*.proto`, `command: npm run build`, `tests`, `review: src/a.js:12`, `none`. */
  readonly check: string
  readonly evidence: string
}

/** What is claimed of the criteria that no check had settled; nothing of it is checked yet. */
export interface ReviewAnswered {
  readonly type: 'review.answered'
  readonly subject: ReviewSubject
  /** Commit that was reviewed. */
  readonly sha: string
  /** Absent when the reviews of the phases had answered everything. */
  readonly attempt_id?: string
  readonly claims: readonly Claim[]
  /** Why there is no answer: the reviewer crashed, hung, or wrote nonsense. */
  readonly problem?: string
}

export interface Claim {
  readonly id: string
  readonly verdict: CriterionVerdict['verdict']
  readonly evidence?: ClaimEvidence
  /** What the reviewer says; of one that is `unverified`, why it is. */
  readonly reason?: string
  /** Made in the review of a phase, and checked again on the result. */
  readonly carried?: boolean
}

export type ClaimEvidence =
  | {readonly kind: 'place'; readonly file: string; readonly line: number; readonly quote: string}
  | {readonly kind: 'command'; readonly command: string}

/** What came of the claims when their evidence was checked. Criteria that a check had settled are not among them. */
export interface ReviewFinished {
  readonly type: 'review.finished'
  readonly subject: ReviewSubject
  readonly sha: string
  /** Of the whole validation, with these criteria in it. */
  readonly passed: boolean
  readonly criteria: readonly CriterionVerdict[]
}

/** What the security-auditor found in what is about to be merged; only findings that point to the work. */
export interface AuditFinished {
  readonly type: 'audit.finished'
  readonly sha: string
  readonly attempt_id: string
  readonly verdict: NamedVerdict
}

export interface PhaseCompleted {
  readonly type: 'phase.completed'
  /** 0 for a phase that no spec lists. */
  readonly phase: number
  readonly name: string
  readonly checkpoint_id: string
}

export interface CheckpointCreated {
  readonly type: 'checkpoint.created'
  readonly id: string
  /** Phase name, or what the person called it. */
  readonly phase: string
  readonly sha: string
  readonly message: string
  readonly ref: string
  /** Full ref the commit was made on: `refs/heads/…`. */
  readonly branch: string
  readonly working_directory?: string
  /** Made by a rollback before it discards anything. */
  readonly safety: boolean
  /** Of a safety checkpoint: the checkpoint that was to be gone back to. */
  readonly rollback_to?: string
  /** Full ref of a commit with what was staged, when that was not what the branch had; see `git/roll-back.ts`. */
  readonly staged_ref?: string
}

/**
 * The life of one long call of an MCP tool, whose client comes back for the result. Each call has a log of its own beside
 * those of the tasks: what it does to a task stands in the task's log, as if a command had done it.
 */
export type CallEvent =
  | {readonly type: 'call.started'; readonly tool: string}
  /** What the tool waits for the client to answer, by keys that are never used twice. */
  | {readonly type: 'call.asked'; readonly requests: Readonly<Record<string, unknown>>}
  | {readonly type: 'call.answered'; readonly responses: Readonly<Record<string, unknown>>}
  | {readonly type: 'call.cancel_requested'}
  | {readonly type: 'call.ended'; readonly outcome: CallOutcome}

export type CallOutcome =
  /** What the tool returned, an error of its own too. */
  | {readonly status: 'completed'; readonly result: Readonly<Record<string, unknown>>}
  /** A JSON-RPC error. */
  | {readonly status: 'failed'; readonly error: {readonly code: number; readonly message: string; readonly data?: unknown}}
  | {readonly status: 'cancelled'}
