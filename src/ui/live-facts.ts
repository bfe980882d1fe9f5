import type {AgentEvent} from '../agents/agent.ts'
import type {Subject, TaskEvent} from '../events.ts'
import type {Activity} from '../run/context.ts'
import type {StoreWait} from '../store/store.ts'
import {subjectKey} from '../tasks/state.ts'
import {oneLine} from './text.ts'

/** What the live view shows and the state does not keep: it matters only while it goes on. */
export interface LiveFacts {
  /** Last words of each attempt that runs, by attempt id. */
  readonly doing: ReadonlyMap<string, Doing>
  /** Validations that run, by subject. */
  readonly validating: ReadonlyMap<string, {readonly round: number; readonly sinceMs: number}>
  /** When each phase began, or was first seen by this process; 0 is the finish. */
  readonly phaseSinceMs: ReadonlyMap<number, number>
  /** How long each phase took that ended since. */
  readonly phaseTookMs: ReadonlyMap<number, number>
  /** Since when the store is gone. */
  readonly storeGoneSinceMs?: number | undefined
}

export interface Doing {
  readonly text: string
  readonly tokens: number
  readonly usd: number
}

export const NO_FACTS: LiveFacts = {doing: new Map(), validating: new Map(), phaseSinceMs: new Map(), phaseTookMs: new Map()}

const SILENT: Doing = {text: '', tokens: 0, usd: 0}
/** More than any terminal is wide. */
const MAX_TEXT = 400

/** The facts after one more event. Pure. */
export function addEvent(facts: LiveFacts, event: TaskEvent): LiveFacts {
  const atMs = Date.parse(event.at)
  switch (event.type) {
    case 'attempt.starting':
      return seePhase({...facts, doing: withEntry(facts.doing, event.attempt_id, SILENT)}, phaseOf(event.subject), atMs)
    case 'attempt.ended':
    case 'attempt.interrupted':
      return {...facts, doing: withoutEntry(facts.doing, event.attempt_id)}
    case 'validation.started': {
      const validating = withEntry(facts.validating, subjectKey(event.subject), {round: event.round, sinceMs: atMs})
      return seePhase({...facts, validating}, phaseOf(event.subject), atMs)
    }
    case 'validation.finished':
      return {...facts, validating: withoutEntry(facts.validating, subjectKey(event.subject))}
    case 'phase.started':
      return {...facts, phaseSinceMs: withEntry(facts.phaseSinceMs, event.phase, atMs)}
    case 'phase.completed':
      return {...facts, phaseTookMs: withEntry(facts.phaseTookMs, event.phase, atMs - (facts.phaseSinceMs.get(event.phase) ?? atMs))}
    default:
      return facts
  }
}

/** The facts after the store went away, or came back. Pure. */
export function addStoreWait(facts: LiveFacts, {status}: StoreWait, nowMs: number): LiveFacts {
  return {...facts, storeGoneSinceMs: status === 'waiting' ? nowMs : undefined}
}

/** The facts after an agent said or did something. Pure. */
export function addActivity(facts: LiveFacts, {attemptId, event}: Activity): LiveFacts {
  const known = facts.doing.get(attemptId) ?? SILENT
  const next = describeActivity(known, event)
  return next === known ? facts : {...facts, doing: withEntry(facts.doing, attemptId, next)}
}

function describeActivity(known: Doing, event: AgentEvent): Doing {
  switch (event.type) {
    case 'text': {
      // The last line that says something: what an agent prints may come in pieces.
      const line = event.text.split('\n').findLast((part) => oneLine(part) !== '')
      return line === undefined ? known : {...known, text: oneLine(line, MAX_TEXT)}
    }
    case 'tool':
      return {...known, text: oneLine(`${event.name}${event.detail === undefined ? '' : ` ${event.detail}`}`, MAX_TEXT)}
    case 'usage':
      return {...known, tokens: event.usage.tokens, usd: event.usage.usd ?? known.usd}
    case 'session':
    case 'turn':
    case 'agent':
      return known
  }
}

/** A run that goes on in the middle of a phase has not seen it start. */
function seePhase(facts: LiveFacts, phase: number, atMs: number): LiveFacts {
  return facts.phaseSinceMs.has(phase) ? facts : {...facts, phaseSinceMs: withEntry(facts.phaseSinceMs, phase, atMs)}
}

function phaseOf(subject: Subject): number {
  return subject.kind === 'finish' ? 0 : subject.phase
}

function withEntry<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key, value: Value): ReadonlyMap<Key, Value> {
  return new Map([...map, [key, value]])
}

function withoutEntry<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): ReadonlyMap<Key, Value> {
  return new Map([...map].filter(([other]) => other !== key))
}
