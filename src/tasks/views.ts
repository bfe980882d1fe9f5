import {withJudge, type JudgedCriterion} from './judge.ts'
import type {CheckpointView, TaskStateView, WorktreeView} from './operations/schemas.ts'
import {
  currentPhase,
  type CheckpointRecord,
  type ModuleState,
  type PhaseState,
  type Status,
  type TaskState,
  type WorktreeRecord,
} from './state.ts'

/** `get_task_state` as people and scripts see it. */
export function viewTask(state: TaskState): TaskStateView {
  const {started, ending, finish} = state
  const isOpen = state.status !== 'complete' && state.status !== 'cancelled'
  return {
    task_id: started.task_id,
    status: state.status,
    description: started.description,
    working_directory: started.working_directory,
    base: {branch: shortBranch(started.base.branch), sha: started.base.sha},
    spec: started.spec?.path ?? null,
    phases_complete: completePhases(state),
    current_phase: isOpen ? (currentPhase(state)?.phase.name ?? null) : null,
    phases: state.phases.map((phase) => ({
      name: phase.phase.name,
      status: phaseStatus(phase),
      modules: phase.modules.map((module) => ({name: module.name, status: moduleStatus(module)})),
      validation: phase.validation ? {passed: phase.validation.passed, sha: phase.validation.sha} : null,
      criteria: [...viewCriteria(phase)],
    })),
    checkpoints: state.checkpoints.length,
    last_checkpoint: state.checkpoints.at(-1)?.id ?? null,
    reason: ending?.reason ?? finish.blocked?.reason ?? state.pause?.reason ?? null,
    exit_code: ending?.exitCode ?? null,
  }
}

/** Every criterion of a phase, as its last validation and the review of that left it. */
export function viewCriteria({phase, validation}: PhaseState): readonly JudgedCriterion[] {
  if (validation) return validation.criteria.map((criterion) => withJudge(criterion))
  const evidence = 'The phase was not validated.'
  return phase.criteria.map(({id, text}) => withJudge({id, text, verdict: 'unverified', check: 'none', evidence}))
}

/** One line of `list_checkpoints`. */
export function viewCheckpoint({id, sha, message, phase, branch, safety, at, staged_ref}: CheckpointRecord): CheckpointView {
  return {id, sha, message, phase, branch: shortBranch(branch), created_at: at, safety, staged_ref: staged_ref ?? null}
}

/** One line of `list_worktrees`. */
export function viewWorktree(state: TaskState, record: WorktreeRecord): WorktreeView {
  const phase = state.phases[record.phase - 1]?.phase.name ?? null
  return {name: record.name, path: record.path, branch: shortBranch(record.branch), base_sha: record.baseSha, phase}
}

/** One line of `conduct tasks`; field names are a promise to scripts. */
export interface TaskItem {
  readonly task_id: string
  readonly status: Status
  readonly description: string
  readonly working_directory: string
  /** ISO 8601, UTC. */
  readonly started_at: string
  readonly phases_complete: number
  readonly phases: number
}

/** A task as a line of the list. */
export function toTaskItem(state: TaskState, startedAt: string): TaskItem {
  return {
    task_id: state.started.task_id,
    status: state.status,
    description: state.started.description,
    working_directory: state.started.working_directory,
    started_at: startedAt,
    phases_complete: completePhases(state).length,
    phases: state.phases.length,
  }
}

/** Names of the phases that are complete, in order. */
export function completePhases(state: TaskState): string[] {
  return [...state.phases.filter(({stage}) => stage === 'complete').map(({phase}) => phase.name), ...state.unlistedPhases]
}

export function phaseStatus({stage, modules}: PhaseState): Status {
  // By hand no phase is begun but by its modules.
  const isBegun = stage === 'pending' && modules.some((module) => module.stage !== 'pending')
  return isBegun || stage === 'building' ? 'running' : stage
}

export function moduleStatus({stage}: ModuleState): Status {
  switch (stage) {
    case 'pending':
      return 'pending'
    case 'merged':
      return 'complete'
    case 'failed':
      return 'failed'
    default:
      return 'running'
  }
}

/** `refs/heads/main` to `main`. */
export function shortBranch(ref: string): string {
  return ref.replace(/^refs\/heads\//, '')
}
