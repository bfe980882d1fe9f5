import {EXIT} from '../errors.ts'
import type {Subject} from '../events.ts'
import type {TaskState} from '../tasks/state.ts'
import {shortBranch} from '../tasks/views.ts'
import {auditStep, reviewSteps} from './decide-review.ts'
import {circlesIn, commitStep, isSpent, repairOrValidate} from './repair.ts'
import type {Limits, Step} from './step.ts'

/** The steps after the last phase: prepare what will land, prove it, land it, tidy up. */
export function decideFinish(state: TaskState, options: Limits): readonly Step[] {
  const {finish} = state
  if (finish.merged) return [{type: 'clean-up'}]
  const limits = {...options, attempts: options.attempts + (state.phases.at(-1)?.granted ?? 0)}
  if (finish.conflict) return mergeBase(state, limits)
  if (!finish.prepared)
    return [...commitStep({kind: 'finish'}, finish.fix), ...(finish.fix.finished ? [] : [{type: 'prepare-finish'} as const])]
  const {sha} = finish.prepared
  const fail = (reason: string): Step => ({
    type: 'fail',
    exitCode: EXIT.VALIDATION,
    reason: `The merge into ${shortBranch(state.started.base.branch)} does not hold. ${reason}`,
  })
  const review = reviewSteps({phase: 0, sha, validation: finish.validation, review: finish.review}, limits, fail)
  if (review.length > 0) return review
  const isProved = finish.validation?.passed && finish.validation.sha === sha
  if (isProved && options.audit && finish.audit?.finished?.sha !== sha) return [auditStep(finish.audit, limits, fail)]
  if (isProved && options.approve && finish.approved !== sha) return [{type: 'request-approval', sha}]
  if (isProved) return [{type: 'finish'}]
  const round = finish.fix.attempts + 1
  const repair = {subject: {kind: 'finish'} as const, work: finish.fix, validation: finish.validation, sha, round, limits}
  return repairOrValidate(repair, fail)
}

function mergeBase(state: TaskState, limits: Limits): readonly Step[] {
  const {merge, conflict} = state.finish
  const subject: Subject = {kind: 'merge', phase: 0, module: 'base'}
  const launch = {subject, role: 'synthesis-architect'} as const
  const commit = commitStep(subject, merge)
  if (commit.length > 0) return commit
  if (merge.open === undefined && isSpent(merge, limits, launch)) {
    const files = conflict?.files.join(', ') ?? ''
    return [
      {
        type: 'fail',
        exitCode: EXIT.CONFLICT,
        reason:
          `${shortBranch(state.started.base.branch)} moved while the task ran and conflicts with it in ${files}. ${[...circlesIn(merge, limits), merge.findings[0]?.message ?? ''].join(' ')}`.trim(),
      },
    ]
  }
  return [{type: 'attempt', number: merge.attempts + 1, ...launch}]
}
