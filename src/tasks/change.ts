import type {Subject} from '../events.ts'
import {NO_WORK, reviewOf, workOf, type ModuleState, type PhaseState, type ReviewState, type TaskState, type Work} from './state.ts'

/** The state with one phase changed. */
export function setPhase(state: TaskState, index: number, change: Partial<PhaseState>): TaskState {
  return {...state, phases: state.phases.map((phase) => (phase.phase.index === index ? {...phase, ...change} : phase))}
}

/** The state with one module changed; the same state when there is no such phase. */
export function setModule(state: TaskState, phase: number, slug: string, change: (module: ModuleState) => Partial<ModuleState>): TaskState {
  const modules = state.phases[phase - 1]?.modules.map((module) => (module.slug === slug ? {...module, ...change(module)} : module))
  return modules ? setPhase(state, phase, {modules}) : state
}

/** The state with the review of a phase changed; 0 is the finish. */
export function setReview(state: TaskState, phase: number, change: (review: ReviewState) => ReviewState): TaskState {
  const review = change(reviewOf(state, phase) ?? {work: NO_WORK})
  return phase === 0 ? {...state, finish: {...state.finish, review}} : setPhase(state, phase, {review})
}

/** The state with one piece of work changed, wherever it belongs. */
export function setWork(state: TaskState, subject: Subject, change: (work: Work) => Work): TaskState {
  const next = change(workOf(state, subject))
  if (subject.kind === 'finish') return {...state, finish: {...state.finish, fix: next}}
  if (subject.kind === 'phase') return setPhase(state, subject.phase, {fix: next})
  if (subject.kind === 'audit') return {...state, finish: {...state.finish, audit: {...state.finish.audit, work: next}}}
  if (subject.kind === 'review') return setReview(state, subject.phase, (review) => ({...review, work: next}))
  if (subject.phase === 0) return {...state, finish: {...state.finish, merge: next}}
  return setModule(state, subject.phase, subject.module, () => (subject.kind === 'merge' ? {merge: next} : {work: next}))
}
