import type {Subject} from '../events.ts'
import {findModule, type TaskState} from '../tasks/state.ts'
import {shortBranch} from '../tasks/views.ts'
import {oneLine} from './text.ts'

/** Whose work it is, for people: `module ledger`, `merge of ledger`, `Phase 1: Base`, `review of Phase 1: Base`, `finish`. */
export function nameSubject(subject: Subject, state: TaskState | undefined): string {
  switch (subject.kind) {
    case 'finish':
      return 'finish'
    case 'phase':
      return namePhase(subject.phase, state)
    case 'review':
      return `review of ${subject.phase === 0 ? 'the finish' : namePhase(subject.phase, state)}`
    case 'audit':
      return 'security audit'
    case 'merge':
      return `merge of ${nameModule(subject, state)}`
    case 'module':
      return `module ${nameModule(subject, state)}`
  }
}

/** The heading of a phase as the spec has it. */
export function namePhase(index: number, state: TaskState | undefined): string {
  return oneLine(state?.phases[index - 1]?.phase.name ?? `phase ${index}`)
}

/** A module's name as written; the base branch for the merge of a base that moved. */
export function nameModule({phase, module}: {readonly phase: number; readonly module: string}, state: TaskState | undefined): string {
  if (phase === 0) return state ? oneLine(shortBranch(state.started.base.branch)) : module
  return oneLine((state && findModule(state, phase, module)?.name) ?? module)
}
