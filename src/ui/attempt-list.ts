import type {AgentOutcome, Role, Usage} from '../agents/agent.ts'
import {ConductError} from '../errors.ts'
import type {AttemptStarting, Subject, TaskEvent} from '../events.ts'
import {subjectKey, type TaskState} from '../tasks/state.ts'
import {nameSubject} from './subject-name.ts'

/** One launch of an agent, as `conduct logs --json` prints it. Field names are a promise to scripts. */
export interface AttemptItem {
  readonly attempt_id: string
  /** `module/p1/ledger`, `merge/p1/ledger`, `phase/p1`, `review/p1`, `finish`. */
  readonly subject: string
  /** The same for people. */
  readonly name: string
  readonly role: Role
  readonly backend: string
  readonly model: string | null
  /** Why it is not the first agent of its role; `null` when it is. */
  readonly why: string | null
  readonly number: number
  /** What ran, as the agent said it; `null` before it did. */
  readonly agent: {readonly version?: string; readonly model?: string} | null
  readonly usage: Usage | null
  /** Absolute path of the folder that it worked in. */
  readonly cwd: string
  /** ISO 8601, UTC. */
  readonly started_at: string
  readonly ended_at: string | null
  /** `null` while it runs. */
  readonly outcome: AgentOutcome['status'] | 'interrupted' | null
  /** Absolute path, NDJSON. */
  readonly transcript: string
}

/** Every attempt of a task in the order of launching. */
export function listAttempts(events: readonly TaskEvent[], state: TaskState): readonly AttemptItem[] {
  const ends = new Map(events.flatMap(toEnd))
  return events.flatMap((event) => (event.type === 'attempt.starting' ? [toItem(event, ends.get(event.attempt_id), state)] : []))
}

interface End extends Pick<AttemptItem, 'agent' | 'usage'> {
  readonly at: string
  readonly outcome: NonNullable<AttemptItem['outcome']>
}

function toEnd(event: TaskEvent): readonly (readonly [string, End])[] {
  if (event.type === 'attempt.ended') {
    const {at, outcome, agent = null, usage} = event
    return [[event.attempt_id, {at, outcome: outcome.status, agent, usage}]]
  }
  if (event.type === 'attempt.interrupted') return [[event.attempt_id, {at: event.at, outcome: 'interrupted', agent: null, usage: null}]]
  return []
}

function toItem(event: AttemptStarting & {readonly at: string}, end: End | undefined, state: TaskState): AttemptItem {
  return {
    attempt_id: event.attempt_id,
    subject: subjectKey(event.subject),
    name: nameSubject(event.subject, state),
    role: event.role,
    backend: event.backend,
    model: event.model ?? null,
    why: event.why ?? null,
    number: event.number,
    agent: end?.agent ?? null,
    usage: end?.usage ?? null,
    cwd: event.cwd,
    started_at: event.at,
    ended_at: end?.at ?? null,
    outcome: end?.outcome ?? null,
    transcript: event.transcript,
  }
}

/**
 * Tells the attempts that concern a module: its own, its merges, and the repairs and reviews of its phase, which
 * are about any module of it. All attempts when no module is named.
 *
 * @throws {ConductError} `USAGE` with the modules of the task when it has none of that name
 */
export function attemptFilter(state: TaskState, module: string | undefined): (item: Pick<AttemptItem, 'subject'>) => boolean {
  if (module === undefined) return () => true
  const wanted = new Set(state.phases.flatMap(({phase, modules}) => subjectsOf(phase.index, modules, module)))
  if (wanted.size === 0) throw unknownModule(state, module)
  return ({subject}) => wanted.has(subject)
}

function subjectsOf(phase: number, modules: readonly {readonly name: string; readonly slug: string}[], wanted: string): readonly string[] {
  const found = modules.filter(({name, slug}) => name === wanted || slug === wanted)
  if (found.length === 0) return []
  const subjects: readonly Subject[] = found.flatMap(({slug}) => [
    {kind: 'module', phase, module: slug},
    {kind: 'merge', phase, module: slug},
  ])
  return [...subjects, {kind: 'phase', phase} as const, {kind: 'review', phase} as const].map(subjectKey)
}

function unknownModule(state: TaskState, module: string): ConductError {
  const names = [...new Set(state.phases.flatMap(({modules}) => modules.map(({name}) => name)))]
  const has = names.length > 0 ? `It has: ${names.join(', ')}.` : 'It has no modules.'
  return new ConductError('USAGE', `Task ${state.started.task_id} has no module ${module}. ${has}`, [
    'All attempts of the task: conduct logs',
  ])
}
