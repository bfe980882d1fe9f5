import type {Role} from '../agents/agent.ts'
import type {ReviewSubject, Subject} from '../events.ts'
import {subjectKey, type WorktreeRecord} from '../tasks/state.ts'
import type {BudgetLimits} from './budgets.ts'
import type {AgentSettings, Launch} from './choose-agent.ts'

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
  /** Asks a code-reviewer about the criteria that no check settled. */
  | {readonly type: 'review'; readonly subject: ReviewSubject; readonly number: number}
  /** Checks the evidence that it named. */
  | {readonly type: 'check-review'; readonly subject: ReviewSubject}
  /** Asks a security-auditor about what is to be merged. */
  | {readonly type: 'audit'; readonly number: number}
  | {readonly type: 'complete-phase'; readonly phase: number}
  | {readonly type: 'prepare-finish'}
  | {readonly type: 'request-approval'; readonly sha: string}
  | {readonly type: 'finish'}
  | {readonly type: 'clean-up'}
  | {readonly type: 'cancel'}
  | {readonly type: 'fail'; readonly reason: string; readonly exitCode: number; readonly phase?: number; readonly module?: string}
  /** `isShort`: for a provider that failed; no reason to end the run. */
  | {readonly type: 'wait'; readonly until: string; readonly isShort?: true}

export interface DecideOptions {
  /** Agents at the same time. */
  readonly parallel: number
  /** Attempts for a module, rounds for a phase. */
  readonly attempts: number
  readonly usd?: number
  readonly tokens?: number
  /** Of each phase and each module. */
  readonly budgets?: BudgetLimits
  /** Criteria that no check settles are put to a code-reviewer. */
  readonly review?: boolean
  /** The merge into the base branch waits for a security-auditor. */
  readonly audit?: boolean
  /** The merge into the base branch waits for a person. */
  readonly approve?: boolean
  /** Agents that go round in circles are stopped. */
  readonly circular?: boolean
  /** Who may do the work. */
  readonly agents?: AgentSettings
  /** Absent where the memory of the machine is not known. */
  readonly memory?: Memory
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** In bytes. */
export interface Memory {
  /** What programs can still have. */
  readonly freeBytes: number
  /** What an agent is expected to need; 0: do not mind it. */
  readonly agentBytes: number
}

/** The options, and what `decide` knows of the agents. */
export interface Limits extends DecideOptions {
  /** Is there an agent that could do it, now or later? One that failed for good leaves it to the next. */
  readonly hasAgent: (launch: Launch) => boolean
}

/** The launch that a step is. */
export function launchOf(step: Step): Launch | undefined {
  if (step.type === 'attempt') return step
  if (step.type === 'review') return {role: 'code-reviewer', subject: step.subject}
  return step.type === 'audit' ? {role: 'security-auditor', subject: {kind: 'audit', phase: 0}} : undefined
}

/** Two steps with the same key are the same step; the runner never has both in flight. */
export function stepKey(step: Step): string {
  switch (step.type) {
    case 'attempt':
    case 'commit':
    case 'validate':
    case 'review':
    case 'check-review':
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
