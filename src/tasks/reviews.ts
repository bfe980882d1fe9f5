import type {AuditFinished, ReviewAnswered, ReviewFinished, ValidationFinished} from '../events.ts'
import {setPhase, setReview, setWork} from './change.ts'
import {NO_WORK, reviewOf, type PhaseState, type TaskState} from './state.ts'

/** All that is wrong is that criteria are unverified: what a reviewer may still settle. */
export function isOpen({verdicts, criteria}: ValidationFinished): boolean {
  return (
    verdicts.every(({status}) => status !== 'fail') &&
    criteria.every(({verdict}) => verdict !== 'unmet') &&
    criteria.some(({verdict}) => verdict === 'unverified')
  )
}

/** A validation with what its review settled: no criterion is dropped, and none that a check settled is changed. */
export function withReview(validation: ValidationFinished, review: ReviewFinished | undefined): ValidationFinished {
  if (!review || review.sha !== validation.sha || !isOpen(validation)) return validation
  const answers = new Map(review.criteria.map((criterion) => [criterion.id, criterion]))
  const criteria = validation.criteria.map((known) => {
    const {verdict, check, evidence} = answers.get(known.id) ?? known
    return known.verdict === 'unverified' ? {...known, verdict, check, evidence} : known
  })
  return {...validation, criteria, passed: review.passed}
}

/** A validation of a commit that was reviewed already keeps what that review said. */
export function recordValidation(state: TaskState, event: ValidationFinished): TaskState {
  const phase = event.subject.kind === 'phase' ? event.subject.phase : 0
  return setValidation(state, phase, withReview(event, reviewOf(state, phase)?.finished))
}

function setValidation(state: TaskState, phase: number, validation: ValidationFinished): TaskState {
  return phase === 0 ? {...state, finish: {...state.finish, validation}} : setPhase(state, phase, {validation})
}

export function recordAnswers(state: TaskState, event: ReviewAnswered): TaskState {
  return setReview(state, event.subject.phase, (review) => ({
    ...review,
    work: {...review.work, finished: undefined},
    answered: event,
    finished: undefined,
  }))
}

export function finishReview(state: TaskState, event: ReviewFinished): TaskState {
  const {phase} = event.subject
  const next = setReview(state, phase, (review) => ({...review, finished: event}))
  const validation = phase === 0 ? state.finish.validation : state.phases[phase - 1]?.validation
  return validation ? setValidation(next, phase, withReview(validation, event)) : next
}

/** The verdict of the audit is one more of the validation that it follows. */
export function finishAudit(state: TaskState, event: AuditFinished): TaskState {
  const next = setWork(state, {kind: 'audit', phase: 0}, (work) => ({...work, finished: undefined, findings: []}))
  const {audit, validation} = next.finish
  const work = audit?.work ?? NO_WORK
  const finish = {...next.finish, audit: {work, finished: event, settledAt: work.attempts}}
  if (validation?.sha !== event.sha) return {...next, finish}
  const verdicts = [...validation.verdicts, event.verdict]
  return {...next, finish: {...finish, validation: {...validation, verdicts, passed: validation.passed && event.verdict.status !== 'fail'}}}
}

/** A person goes on with the task: whoever failed to answer is asked again. */
export function askAgain<Reviewed extends Pick<PhaseState, 'review'>>(reviewed: Reviewed): Reviewed {
  const {review} = reviewed
  return review?.answered?.problem === undefined ? reviewed : {...reviewed, review: {work: {...review.work, hopeless: undefined}}}
}
