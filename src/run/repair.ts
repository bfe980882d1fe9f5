import type {Subject} from '../events.ts'
import type {PhaseState, Work} from '../tasks/state.ts'
import {MAX_CIRCLES} from '../tasks/circles.ts'
import type {Launch} from './choose-agent.ts'
import type {Limits, Step} from './step.ts'

/** Something that must be proved, and is repaired until it holds or no attempt is left. */
export interface Repair {
  readonly subject: Subject
  readonly work: Work
  readonly validation: PhaseState['validation']
  /** Commit that must be proved. */
  readonly sha: string
  readonly round: number
  readonly limits: Limits
}

/** Commit what an attempt left, prove it, launch the next attempt, or give up. */
export function repairOrValidate(repair: Repair, fail: (reason: string) => Step): readonly Step[] {
  const {subject, work, validation, sha, round, limits} = repair
  const commit = commitStep(subject, work)
  if (commit.length > 0) return commit
  if (validation?.sha !== sha) return [{type: 'validate', subject, round}]
  const launch = {subject, role: 'fix-executor'} as const
  if (work.open === undefined && isSpent(work, {...limits, attempts: limits.attempts - 1}, launch))
    return [fail([...circlesIn(work, limits), work.hopeless ?? summarize(validation)].join(' '))]
  return [{type: 'attempt', number: round + 1, ...launch}]
}

/** Nothing is left to try. Another agent may do what one cannot for whom it is hopeless. */
export function isSpent(work: Work, limits: Limits, launch: Launch): boolean {
  const isHopeless = work.hopeless !== undefined && !limits.hasAgent(launch)
  return isHopeless || work.attempts - (work.barred ?? 0) >= limits.attempts || circlesIn(work, limits).length > 0
}

/** What to say of work that a fresh start did not bring out of its circles. */
export function circlesIn({circles = 0}: Work, {circular}: Limits): readonly string[] {
  return circular && circles >= MAX_CIRCLES ? ['The agents went round in circles: what they did changed nothing that was found.'] : []
}

/** The commit of an attempt that finished, if there is one. */
export function commitStep(subject: Subject, work: Work): readonly Step[] {
  return work.finished === undefined ? [] : [{type: 'commit', subject, attemptId: work.finished}]
}

/** The failing checks in one line: `test-command: 2 findings (first: …)`. */
function summarize(validation: NonNullable<PhaseState['validation']>): string {
  const failing = validation.verdicts.filter(({status}) => status === 'fail')
  const unmet = validation.criteria.filter(({verdict}) => verdict !== 'met')
  const checks = failing.map(({validator, findings, evidence}) => `${validator}: ${findings[0] ? place(findings[0]) : evidence}`)
  const criteria = validation.passed
    ? []
    : unmet.map(({id, text, verdict, evidence}) => `criterion ${id} is ${verdict}: ${text} (${evidence})`)
  return [...checks, ...criteria].join('; ')
}

function place({file, line, message}: {readonly file?: string; readonly line?: number; readonly message: string}): string {
  const first = message.split('\n', 1)[0] ?? ''
  return file === undefined ? first : `${file}${line === undefined ? '' : `:${line}`} ${first}`
}
