import {unreachable} from '../unreachable.ts'
import {performAttempt} from './attempts.ts'
import {performCommit} from './commits.ts'
import {performBaseline} from './baselines.ts'
import type {RunContext} from './context.ts'
import type {Step} from './step.ts'
import {cleanUp, completePhase, performFinish, prepareFinish} from './finishing.ts'
import {performMerge} from './merges.ts'
import {performAudit} from './audit.ts'
import {checkReview} from './review-check.ts'
import {performReview} from './review.ts'
import {startPhase} from './phase-start.ts'
import {performValidation} from './validation.ts'
import {dropWorktree, prepareModule} from './worktree-steps.ts'

/** Steps that change the world. `wait` and `cancel` are the runner's own. */
export type WorldStep = Exclude<Step, {type: 'wait' | 'cancel'}>

/** Does one step and appends what happened. */
export async function perform(context: RunContext, step: WorldStep): Promise<void> {
  switch (step.type) {
    case 'start-phase':
      return startPhase(context, step.phase)
    case 'record-baseline':
      return performBaseline(context, step.phase, step.key)
    case 'prepare-worktree':
      return prepareModule(context, step.phase, step.module)
    case 'attempt':
      return performAttempt(context, step)
    case 'commit':
      return performCommit(context, step)
    case 'merge':
      return performMerge(context, step.phase, step.module)
    case 'remove-worktree':
      return dropWorktree(context, step.worktree)
    case 'validate':
      return performValidation(context, step.subject, step.round)
    case 'review':
      return performReview(context, step)
    case 'check-review':
      return checkReview(context, step.subject)
    case 'audit':
      return performAudit(context, step.number)
    case 'complete-phase':
      return completePhase(context, step.phase)
    case 'prepare-finish':
      return prepareFinish(context)
    case 'request-approval':
      return context.log.append({type: 'approval.requested', sha: step.sha})
    case 'finish':
      return performFinish(context)
    case 'clean-up':
      return cleanUp(context)
    case 'fail': {
      const {reason, exitCode, phase, module} = step
      return context.log.append({
        type: 'task.failed',
        reason,
        exit_code: exitCode,
        ...(phase === undefined ? {} : {phase}),
        ...(module === undefined ? {} : {module}),
      })
    }
    default:
      return unreachable(step)
  }
}
