import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {rolePrompt} from '../run/prompt-values.ts'
import type {OperationServices} from '../tasks/operations/operation.ts'
import {placesOf, type Places} from '../tasks/places.ts'
import type {PhaseState, TaskState} from '../tasks/state.ts'
import {moduleOf, phaseNow, phaseOf, refuse, repairWorktree, worktreeOf} from './prompt-lookups.ts'

/** The texts of the prompts: those of the roles, filled in as `conduct run` fills them in. */

/** A task, and where its files are. */
export interface PromptTask {
  readonly state: TaskState
  readonly places: Places
}

export async function readPromptTask(taskId: string, {readTask, stateDir}: OperationServices): Promise<PromptTask> {
  const {state} = await readTask(taskId)
  const {repository, config} = state.started
  return {state, places: placesOf({stateDir, repository, taskId, config})}
}

/** What an agent is told that writes a module. */
export function implementText(task: PromptTask, wanted: string): string {
  const phase = phaseNow(task.state)
  const module = moduleOf(phase, wanted)
  const {path} = worktreeOf(task.state, module)
  return rolePrompt(contextOf(task), {
    role: 'implementation-executor',
    subject: {kind: 'module', phase: phase.phase.index, module: module.slug},
    cwd: path,
    number: module.work.attempts + 1,
    given: specOf(task),
  })
}

export interface FixRequest {
  /** The phase that failed, by its name or number; the current one when absent. */
  readonly phase?: string | undefined
  /** Whose worktree the repair is made in. */
  readonly module?: string | undefined
  /** A worktree by its name, when it is no module's. */
  readonly worktree?: string | undefined
}

/** What an agent is told that mends what the last validation of a phase found. */
export function fixText(task: PromptTask, request: FixRequest): string {
  const {state} = task
  const phase = request.phase === undefined ? phaseNow(state) : phaseOf(state, request.phase)
  const {name, index} = phase.phase
  if (!phase.validation) throw refuse(`${name} has not been validated yet: call validate_phase(task_id, phase_name) first.`)
  if (phase.validation.passed) throw refuse(`The last validation of ${name} passed: there is nothing to fix.`)
  const module = request.module === undefined ? undefined : moduleOf(phase, request.module)
  return rolePrompt(contextOf(task), {
    role: 'fix-executor',
    subject: {kind: 'phase', phase: index},
    cwd: module ? worktreeOf(state, module).path : repairWorktree(state, request.worktree).path,
    number: phase.fix.attempts + 1,
    given: {...specOf(task), ...(module ? {module: module.name} : {})},
  })
}

/** What an agent is told that settles a conflict; or, when there is none, what is to be merged and how. */
export function mergeText(task: PromptTask, wanted: string | undefined): string {
  const {state} = task
  const phase = phaseNow(state)
  const module = wanted === undefined ? phase.modules.find(({stage}) => stage === 'conflicted') : moduleOf(phase, wanted)
  if (module?.stage !== 'conflicted') return listMerges(state, phase)
  const integration = state.worktrees.find(({name, isReady}) => isReady && name === 'integration')
  return rolePrompt(contextOf(task), {
    role: 'synthesis-architect',
    subject: {kind: 'merge', phase: phase.phase.index, module: module.slug},
    cwd: (integration ?? worktreeOf(state, module)).path,
    number: module.merge.attempts + 1,
    given: specOf(task),
  })
}

function listMerges({started, worktrees}: TaskState, {phase, modules}: PhaseState): string {
  const lines = modules.map(({name, slug, stage, branch}) => {
    const path = worktrees.find((known) => known.branch === branch)?.path
    if (stage === 'merged') return `- ${name}: merged`
    return path === undefined
      ? `- ${name}: no worktree yet`
      : `- ${name}: \`merge_module(task_id: "${started.task_id}", name: "${slug}")\`, from ${path}`
  })
  return [
    `# Merge the modules of ${phase.name}`,
    'One after another, in this order:',
    lines.join('\n'),
    'Look at each answer. When one says `merged: false`, its `conflicts` name files that two modules wrote differently, and `next` says what to do in which worktree. Settle them by understanding what each side was to do: keep both, lose no test. Then call `merge_module` again.',
    `When all are merged, run \`validate_phase(task_id: "${started.task_id}", phase_name: ${JSON.stringify(phase.name)})\`. Report what was merged, which conflicts were resolved and how, and what the validation said.`,
  ].join('\n\n')
}

function contextOf({state, places}: PromptTask) {
  return {log: {state}, places}
}

/** A runner writes the frozen spec to a file; without one there is the person's. */
function specOf({state: {started}, places}: PromptTask): {readonly spec?: string} {
  if (existsSync(places.specPath) || !started.spec) return {}
  return {spec: join(started.working_directory, started.spec.path)}
}
