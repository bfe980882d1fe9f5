import {ProtocolError, ProtocolErrorCode} from '@modelcontextprotocol/server'
import {findPhase} from '../spec/find-phase.ts'
import {currentPhase, type ModuleState, type PhaseState, type TaskState, type WorktreeRecord} from '../tasks/state.ts'

/** Finds what the arguments of a prompt name, or says what to call first. */

/** The phase that a task is at. */
export function phaseNow(state: TaskState): PhaseState {
  const phase = currentPhase(state)
  if (phase) return phase
  const {task_id: taskId, spec} = state.started
  throw refuse(spec ? `Every phase of task ${taskId} is complete.` : `Task ${taskId} was started without a spec, so it has no modules.`)
}

/** @throws {ConductError} `PHASE_NOT_FOUND` */
export function phaseOf(state: TaskState, wanted: string): PhaseState {
  const {index} = findPhase({title: '', phases: state.phases.map(({phase}) => phase)}, wanted)
  return state.phases[index - 1] ?? phaseNow(state)
}

/** The module of a phase, by its name or its slug. */
export function moduleOf({phase, modules}: PhaseState, wanted: string): ModuleState {
  const module = modules.find(({name, slug}) => name === wanted || slug === wanted)
  if (module) return module
  throw refuse(`${phase.name} has no module ${wanted}; it has ${modules.map(({name}) => name).join(', ')}.`)
}

export function worktreeOf({started, worktrees}: TaskState, {slug, branch}: ModuleState): WorktreeRecord {
  const record = worktrees.find((known) => known.isReady && known.branch === branch)
  if (record) return record
  throw refuse(`${slug} has no worktree yet: call create_worktree(task_id: "${started.task_id}", name: "${slug}") first.`)
}

/** The one that is named, or the latest that belongs to no module: a runner's, or one that was made for the repair. */
export function repairWorktree({started, worktrees, phases}: TaskState, name: string | undefined): WorktreeRecord {
  const branches = new Set(phases.flatMap(({modules}) => modules.map(({branch}) => branch)))
  const record = worktrees.findLast((known) => known.isReady && (name === undefined ? !branches.has(known.branch) : known.name === name))
  if (record) return record
  throw refuse(
    `There is no worktree ${name ?? 'for the repair'} yet: call create_worktree(task_id: "${started.task_id}", name: "${name ?? 'fix-1'}") first.`,
  )
}

/** What was asked for cannot be had, and what to do about it. */
export function refuse(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message)
}
