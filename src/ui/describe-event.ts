import type {AttemptEnded, BaselineRecorded, EventData, Subject, SuiteName, TaskEvent, ValidationFinished} from '../events.ts'
import {describeOutcome} from '../tasks/describe-outcome.ts'
import type {TaskState} from '../tasks/state.ts'
import {shortBranch} from '../tasks/views.ts'
import {unreachable} from '../unreachable.ts'
import type {Finding} from '../validators/validator.ts'
import {nameModule, namePhase, nameSubject} from './subject-name.ts'
import {formatClock, formatCount, formatDuration, formatFinding, formatUsage, oneLine, shortSha} from './text.ts'

type Event<Type extends EventData['type']> = Extract<TaskEvent, {readonly type: Type}>

/**
 * One event as one line for people; `undefined` for what nobody waits for.
 *
 * @param before the state before the event, which still knows the attempt that ends
 */
export function describeEvent(event: TaskEvent, before: TaskState | undefined): string | undefined {
  const text = describe(event, before)
  return text === undefined ? undefined : oneLine(text)
}

function describe(event: TaskEvent, state: TaskState | undefined): string | undefined {
  switch (event.type) {
    case 'worktree.creating':
    case 'worktree.created':
    case 'worktree.removed':
    case 'attempt.started':
    case 'module.merging':
    case 'finish.prepared':
    case 'finish.merging':
    case 'request.answered':
    case 'call.started':
    case 'call.asked':
    case 'call.answered':
    case 'call.cancel_requested':
    case 'call.ended':
      return undefined
    case 'task.started':
      return `task ${event.task_id} on ${shortBranch(event.base.branch)} (${shortSha(event.base.sha)}): ${event.description}`
    case 'runner.started':
      return describeRunner(event, state)
    case 'runner.stopped':
      return event.exit_code === 0 ? undefined : `stopped: ${event.reason} (exit code ${event.exit_code})`
    case 'orphans.killed':
      return `ended ${formatCount(event.pids.length, 'program')} that an earlier run had left behind`
    case 'drift.repaired':
      return `repaired: ${event.what}`
    case 'spec.accepted':
      return `the changed spec is accepted (sha256 ${event.sha256.slice(0, 12)})`
    case 'phase.started':
      return `${namePhase(event.phase, state)} started`
    case 'attempt.starting':
      return `${nameSubject(event.subject, state)}: ${event.role} (${event.backend}) attempt ${event.number}${event.why === undefined ? '' : `; ${oneLine(event.why, 200)}`}`
    case 'attempt.ended':
      return describeEnd(event, state)
    case 'attempt.interrupted':
      return `${nameAttempt(event.attempt_id, state)}: interrupted${event.kept === undefined ? '' : `, its work is kept as ${event.kept}`}`
    case 'attempt.strayed':
      return `${nameAttempt(event.attempt_id, state)}: ${event.what}`
    case 'work.committed':
      return `${nameSubject(event.subject, state)}: committed ${formatCount(event.files_changed, 'file')} as ${shortSha(event.sha)}`
    case 'work.rejected':
      return `${nameSubject(event.subject, state)}: not accepted: ${firstOf(event.findings)}`
    case 'module.conflicted':
      return `conflict of ${nameModule(event, state)} in ${event.files.join(', ')}`
    case 'module.merged':
      return `merged ${nameModule(event, state)} (${formatCount(event.receipt.hunks_checked, 'hunk')} checked)`
    case 'worktree.merged':
      return `merged the worktree ${event.name} (${formatCount(event.receipt.hunks_checked, 'hunk')} checked)`
    case 'baseline.started':
      return `running \`${oneLine(event.script, 80)}\` on ${shortSha(event.sha)}, to tell old failures from new ones`
    case 'suite.waiting':
      return `${nameSuite(event, state)}: waits, another test suite runs on this machine`
    case 'suite.resumed':
      return `${nameSuite(event, state)}: its turn has come`
    case 'baseline.recorded':
      return describeBaseline(event)
    case 'validation.started':
      return `${nameSubject(event.subject, state)}: checks, round ${event.round}`
    case 'validation.finished':
      return `${nameSubject(event.subject, state)}: ${describeValidation(event)}`
    case 'review.answered':
      return event.problem === undefined ? undefined : `${nameSubject(event.subject, state)}: no answer: ${event.problem}`
    case 'review.finished':
      return `${nameSubject(event.subject, state)}: ${describeReview(event)}`
    case 'audit.finished':
      return `security audit: ${event.verdict.status === 'fail' ? firstOf(event.verdict.findings) : event.verdict.evidence}`
    case 'checkpoint.created':
      return `checkpoint ${event.id} ${shortSha(event.sha)}${event.safety ? ' (what was there before the rollback)' : ''}`
    case 'phase.completed':
      return `${event.name} complete`
    case 'rolled.back':
      return `rolled back to ${event.checkpoint_id} (${shortSha(event.sha)}); what was there is ${event.safety_checkpoint}`
    case 'approval.requested':
      return `verified as ${shortSha(event.sha)}; it waits for your approval`
    case 'approval.given':
      return `the merge of ${shortSha(event.sha)} is approved`
    case 'finish.merged':
      return `merged into ${shortBranch(event.branch)} as ${shortSha(event.sha)}`
    case 'finish.blocked':
      return `not merged: ${event.reason} Merge it yourself: ${event.command}`
    case 'checkout.changed':
      return `changed in your checkout, not by conduct: ${event.files.join(', ')}`
    case 'hook.skipped':
      return `your ${event.hook} hook was not run: ${event.why}`
    case 'task.paused':
      return `paused until ${formatClock(event.until)}: ${event.reason}`
    case 'task.unpaused':
      return 'the pause is over'
    case 'cancel.requested':
      return 'cancel requested'
    case 'attempts.granted':
      return `${namePhase(event.phase, state)}: ${formatCount(event.count, 'more attempt')} allowed`
    case 'task.completed':
      return `complete: ${event.reason}`
    case 'task.failed':
      return `failed: ${event.reason}`
    case 'task.cancelled':
      return `cancelled: ${event.reason}`
    case 'task.reopened':
      return 'the task goes on'
    default:
      return unreachable(event)
  }
}

/** The first line of a run: which task it is, for somebody who reads the log of a build much later. */
function describeRunner({epoch}: Event<'runner.started'>, state: TaskState | undefined): string {
  const verb = epoch > 1 ? 'going on with' : 'running'
  return state
    ? `${verb} task ${state.started.task_id} on ${shortBranch(state.started.base.branch)}: ${state.started.description}`
    : `${verb} a task`
}

function nameAttempt(attemptId: string, state: TaskState | undefined): string {
  const subject: Subject | undefined = state?.openAttempts.find(({attempt_id}) => attempt_id === attemptId)?.subject
  return subject ? nameSubject(subject, state) : `attempt ${attemptId}`
}

function describeEnd(event: AttemptEnded & {readonly at: string}, state: TaskState | undefined): string {
  const open = state?.openAttempts.find(({attempt_id}) => attempt_id === event.attempt_id)
  const took = open ? ` in ${formatDuration(Date.parse(event.at) - Date.parse(open.startedAt))}` : ''
  const usage = formatUsage(event.usage)
  const how = event.outcome.status === 'finished' ? `finished${took}` : describeOutcome(event.outcome)
  const next = event.retry_at === undefined ? '' : `; its provider is asked again at ${formatClock(event.retry_at)}, and no attempt is used`
  return `${nameAttempt(event.attempt_id, state)}: ${how}${usage === '' ? '' : `, ${usage}`}${next}`
}

function nameSuite({subject}: SuiteName, state: TaskState | undefined): string {
  return subject ? nameSubject(subject, state) : 'the run on the base commit'
}

function describeBaseline({failing, failing_digests: more = [], exit_code: exitCode, log_file: log}: BaselineRecorded): string | undefined {
  if (failing === null && exitCode === null && log === undefined)
    return 'before the work began the tests could not be run: setup failed there'
  if (failing === null) return `before the work began the test command failed already (exit code ${exitCode ?? 'none'})`
  const count = failing.length + more.length
  return count === 0 ? undefined : `before the work began ${formatCount(count, 'test')} failed already: ${some(failing)}`
}

function some(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')}, …` : names.join(', ')
}

function firstOf(findings: readonly Finding[]): string {
  const [first] = findings
  if (!first) return 'no reason was given'
  return `${formatFinding(first)}${findings.length > 1 ? ` (and ${findings.length - 1} more)` : ''}`
}

/** `1 met, 1 unmet, 0 unverified`, and what is unmet. */
function describeReview({criteria}: Event<'review.finished'>): string {
  const counts = (['met', 'unmet', 'unverified'] as const).map((wanted) => {
    return `${criteria.filter(({verdict}) => verdict === wanted).length} ${wanted}`
  })
  const unmet = criteria
    .filter(({verdict}) => verdict === 'unmet')
    .map(({id, text, evidence}) => `criterion ${id} unmet: ${text} (${evidence})`)
  return [counts.join(', '), ...unmet].join('; ')
}

/** `checks passed: test-command (12), todo`, or what failed, each with its first finding. */
function describeValidation({passed, verdicts, criteria}: ValidationFinished): string {
  const failing = verdicts.filter(({status}) => status === 'fail')
  const failures = failing.map(
    ({validator, findings, evidence}) => `${validator} failed: ${findings.length > 0 ? firstOf(findings) : evidence}`,
  )
  const unmet = criteria.filter(({verdict}) => verdict === 'unmet').map(({id, text}) => `criterion ${id} unmet: ${text}`)
  const unverified = criteria.filter(({verdict}) => verdict === 'unverified').length
  const open = unverified > 0 ? [formatCount(unverified, 'unverified criterion').replace('criterions', 'criteria')] : []
  if (!passed) return [...failures, ...unmet, ...open].join('; ')
  const ran = verdicts
    .filter(({status}) => status === 'pass')
    .map(({validator, executed}) => `${validator}${executed === null ? '' : ` (${executed})`}`)
  return [`checks passed: ${ran.join(', ')}`, ...open].join('; ')
}
