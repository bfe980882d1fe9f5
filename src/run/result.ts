import {flagOf} from './budgets.ts'
import {configSchema} from '../config/schema.ts'
import {EXIT} from '../errors.ts'
import {BUDGETS} from '../events.ts'
import type {PhaseState, Status, TaskState} from '../tasks/state.ts'
import type {JudgedCriterion} from '../tasks/judge.ts'
import {moduleStatus, phaseStatus, shortBranch, viewCriteria} from '../tasks/views.ts'

/** What `conduct run --json` prints. Field names are a promise to scripts. */
export interface RunResult {
  readonly task_id: string
  readonly status: Status
  readonly exit_code: number
  /** One paragraph: what happened, and what to do next. */
  readonly reason: string
  readonly base: {readonly branch: string; readonly sha: string}
  /** Commit that holds the result so far: the merge when complete, else the tip of integration. */
  readonly sha: string
  readonly phases: readonly PhaseResult[]
  readonly usage: {readonly tokens: number; readonly usd: number}
}

export interface PhaseResult {
  readonly name: string
  readonly status: Status
  readonly checkpoint: {readonly id: string; readonly sha: string} | null
  readonly attempts: number
  readonly modules: readonly {readonly name: string; readonly status: Status; readonly attempts: number; readonly branch: string}[]
  readonly verdicts: readonly VerdictResult[]
  readonly criteria: readonly JudgedCriterion[]
}

export interface VerdictResult {
  readonly validator: string
  readonly status: 'pass' | 'fail' | 'skip'
  readonly executed: number | null
  readonly findings: readonly {readonly message: string; readonly file: string | null; readonly line: number | null}[]
}

/** A projection of the state, like every other view. */
export function toResult(state: TaskState, exitCode: number): RunResult {
  return {
    task_id: state.started.task_id,
    status: state.status,
    exit_code: exitCode,
    reason: reasonOf(state, exitCode),
    base: {branch: shortBranch(state.started.base.branch), sha: state.started.base.sha},
    sha: state.finish.merged?.sha ?? state.ending?.sha ?? state.integrationSha,
    phases: state.phases.map((phase) => toPhaseResult(state, phase)),
    usage: state.usage,
  }
}

/** One phase of it: where it stands, and what the last checks said. */
export function toPhaseResult(state: TaskState, phase: PhaseState): PhaseResult {
  const checkpoint = state.checkpoints.find(({id}) => id === phase.checkpointId)
  return {
    name: phase.phase.name,
    status: phaseStatus(phase),
    checkpoint: checkpoint ? {id: checkpoint.id, sha: checkpoint.sha} : null,
    attempts: phase.stage === 'pending' ? 0 : 1 + phase.fix.attempts,
    modules: phase.modules.map((module) => ({
      name: module.name,
      status: moduleStatus(module),
      attempts: module.work.attempts,
      branch: shortBranch(module.branch),
    })),
    verdicts: (phase.validation?.verdicts ?? []).map(({validator, status, executed, findings}) => ({
      validator,
      status,
      executed,
      findings: findings.map(({message, file, line}) => ({message, file: file ?? null, line: line ?? null})),
    })),
    criteria: viewCriteria(phase),
  }
}

function reasonOf(state: TaskState, exitCode: number): string {
  const id = state.started.task_id
  const what =
    state.ending?.reason ?? state.finish.blocked?.reason ?? waitingReason(state) ?? state.pause?.reason ?? 'The run was interrupted.'
  return [what, ...nextSteps(state, id, exitCode)].join(' ')
}

function waitingReason({status, finish, started}: TaskState): string | undefined {
  if (status !== 'waiting' || finish.awaiting === undefined || finish.awaiting === finish.approved) return undefined
  return `Everything is done and verified, and waits for your approval to be merged into ${shortBranch(started.base.branch)}.`
}

/** What to type now. */
function nextSteps(state: TaskState, id: string, exitCode: number): readonly string[] {
  const {status, finish, pause, ending, phases} = state
  if (status === 'complete' || status === 'cancelled') return []
  if (finish.blocked) return [`Merge it yourself: ${finish.blocked.command} — or commit or stash your changes, then: conduct resume ${id}`]
  if (waitingReason(state))
    return [
      `Look at it: git diff ${shortBranch(state.started.base.branch)}...conduct/${id}/integration — then: conduct approve ${id}, and: conduct resume ${id}`,
    ]
  if (pause) return [`It goes on at ${pause.until}: conduct resume ${id}`]
  if (exitCode === EXIT.BUDGET) return [`Allow more: conduct resume ${id} ${raisingFlag(state)}`]
  // What fails after the last phase is repaired with what that phase has left.
  const failed = phases[(ending?.phase ?? 0) - 1] ?? (finish.prepared ? phases.at(-1) : undefined)
  if (status !== 'failed') return [`Go on with: conduct resume ${id}`]
  const module = failed?.modules.find(({stage}) => stage === 'failed') ?? failed?.modules[0]
  return [
    'Nothing was merged; the base branch is untouched.',
    `See what the agents did: conduct logs ${module?.name ?? ''} --task ${id}.`.replace('  ', ' '),
    ...(module ? [`Allow more attempts: conduct resume ${id} --retry ${module.name}`] : [`Try again: conduct resume ${id}`]),
  ]
}

/** With what it wants. The reason names the limit. */
function raisingFlag(state: TaskState): string {
  const named = BUDGETS.find((name) => state.ending?.reason.includes(`(limits.${name})`))
  if (named === undefined) return isOutOfTokens(state) ? '--tokens N' : '--usd N'
  return `${flagOf(named)} ${named.endsWith('Time') ? 'DURATION' : 'N'}`
}

function isOutOfTokens({started, raisedLimits, usage}: TaskState): boolean {
  return usage.tokens >= (raisedLimits.tokens ?? configSchema.parse(started.config).limits.tokens ?? Infinity)
}
