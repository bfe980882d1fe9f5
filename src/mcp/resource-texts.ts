import type {CriterionVerdict, TaskEvent} from '../events.ts'
import {toPhaseResult} from '../run/result.ts'
import {toPhaseJson} from '../spec/to-json.ts'
import type {ModuleState, PhaseState, TaskState} from '../tasks/state.ts'
import {judgeOf} from '../tasks/judge.ts'
import {viewTask} from '../tasks/views.ts'
import {logUri, phaseUri, specUri, stateUri} from './uris.ts'

/** What the resources of a task say. Pure: projections of its log, like every other view. */

/** What a client may show of a text. */
export interface ResourceText {
  readonly uri: string
  readonly mimeType: 'application/json' | 'text/markdown'
  readonly text: string
}

/** Every resource of a task that has one text at a time; its log has not. */
export function taskTexts(state: TaskState): readonly ResourceText[] {
  const {task_id: taskId, spec} = state.started
  return [
    toJson(stateUri(taskId), viewTask(state)),
    ...(spec ? [{uri: specUri(taskId), mimeType: 'text/markdown', text: spec.text} as const] : []),
    ...state.phases.map((phase) => toJson(phaseUri(taskId, phase.phase.index), viewPhase(state, phase))),
  ]
}

/** What the spec says of a phase, and where it stands. */
function viewPhase(state: TaskState, phase: PhaseState) {
  const {modules, success_criteria, ...parsed} = toPhaseJson(phase.phase)
  const result = toPhaseResult(state, phase)
  return {
    task_id: state.started.task_id,
    ...parsed,
    status: result.status,
    attempts: result.attempts,
    checkpoint: result.checkpoint,
    passed: phase.validation?.passed ?? null,
    modules: modules.map((module, index) => ({...module, ...result.modules[index], worktree: worktreeOf(state, phase.modules[index])})),
    success_criteria: success_criteria.map((criterion) => ({
      ...criterion,
      ...verdictOf(result.criteria.find(({id}) => id === criterion.id)),
    })),
    verdicts: result.verdicts,
  }
}

/** `check` is what the spec names; `settled_by` what was done. */
function verdictOf({verdict, check, evidence}: Partial<CriterionVerdict> = {}) {
  const settled_by = check ?? 'none'
  return {verdict: verdict ?? 'unverified', judge: judgeOf({check: settled_by}), settled_by, evidence: evidence ?? ''}
}

function worktreeOf(state: TaskState, module: ModuleState | undefined): string | null {
  return state.worktrees.find(({branch, isReady}) => isReady && branch === module?.branch)?.path ?? null
}

/** More than this no client reads at a time; one event is always there, however large. */
export const MAX_EVENTS = 100
const MAX_BYTES = 256 * 1024

export interface LogPage {
  readonly taskId: string
  /** The version that the log has reached. */
  readonly version: number
  /** The end of the log, or what comes after `after`; more than are shown, perhaps. */
  readonly events: readonly TaskEvent[]
  readonly after?: number | undefined
}

/** A page of a task's log, in order: what comes after a version, or the newest. `next` is where to read on. */
export function logText({taskId, version, events, after}: LogPage): ResourceText {
  const shown = after === undefined ? fitting(events.toReversed()).toReversed() : fitting(events)
  const last = shown.at(-1)?.version ?? after ?? 0
  return toJson(logUri(taskId, after), {
    task_id: taskId,
    version,
    events: shown.map((event) => viewEvent(event)),
    more: last < version,
    next: logUri(taskId, last),
  })
}

function fitting(events: readonly TaskEvent[]): readonly TaskEvent[] {
  const shown: TaskEvent[] = []
  let bytes = 0
  for (const event of events.slice(0, MAX_EVENTS)) {
    bytes += Buffer.byteLength(JSON.stringify(viewEvent(event)))
    if (shown.length > 0 && bytes > MAX_BYTES) break
    shown.push(event)
  }
  return shown
}

/** The spec is a resource of its own; the frozen configuration may hold the password of a store. */
function viewEvent(event: TaskEvent): object {
  if (event.type === 'spec.accepted') return {...event, text: undefined, spec: undefined}
  if (event.type !== 'task.started') return event
  const {config: _config, prompts: _prompts, hooks: _hooks, spec, ...rest} = event
  return {...rest, spec: spec && {path: spec.path, sha256: spec.sha256}}
}

export function toJson(uri: string, value: unknown): ResourceText {
  return {uri, mimeType: 'application/json', text: JSON.stringify(value, undefined, 2)}
}
