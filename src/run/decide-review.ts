import type {AuditState, ReviewState} from '../tasks/state.ts'
import {NO_WORK} from '../tasks/state.ts'
import {isOpen} from '../tasks/reviews.ts'
import type {ValidationFinished} from '../events.ts'
import {isSpent} from './repair.ts'
import type {DecideOptions, Limits, Step} from './step.ts'

export interface Reviewed {
  /** 0 for the finish. */
  readonly phase: number
  /** Commit that must be proved. */
  readonly sha: string
  readonly validation: ValidationFinished | undefined
  readonly review: ReviewState | undefined
}

/**
 * What is to be done about criteria that no check settled, once nothing else is wrong: ask, then check the answer, both once
 * for a commit. Where the phase needs the answer (`strict`) and there is none, it fails: no agent could mend that.
 */
export function reviewSteps(
  {phase, sha, validation, review}: Reviewed,
  options: DecideOptions,
  fail: (reason: string) => Step,
): readonly Step[] {
  if (!options.review || validation?.sha !== sha || !isOpen(validation)) return []
  const subject = {kind: 'review', phase} as const
  if (review?.answered?.sha !== sha) return [{type: 'review', subject, number: (review?.work.attempts ?? 0) + 1}]
  if (review.finished?.sha !== sha) return [{type: 'check-review', subject}]
  const {problem} = review.answered
  return validation.passed || problem === undefined ? [] : [fail(`Its criteria could not be reviewed: ${problem}`)]
}

/** The next audit of what is to be merged; without an answer after as many attempts as any other work has, the merge is off. */
export function auditStep(audit: AuditState | undefined, limits: Limits, fail: (reason: string) => Step): Step {
  const {work, settledAt = 0} = audit ?? {work: NO_WORK}
  const failed = {...work, attempts: work.attempts - settledAt}
  if (work.open === undefined && isSpent(failed, limits, {role: 'security-auditor', subject: {kind: 'audit', phase: 0}})) {
    return fail(`The security audit came to no end. ${work.findings[0]?.message ?? work.hopeless ?? ''}`.trimEnd())
  }
  return {type: 'audit', number: work.attempts + 1}
}
