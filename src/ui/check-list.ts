import type {NamedVerdict, TaskEvent, ValidationFinished} from '../events.ts'
import {subjectKey, type TaskState} from '../tasks/state.ts'
import {nameSubject} from './subject-name.ts'
import {formatColumns} from './text.ts'

/** One test suite that was run to check something, as `conduct logs --json` prints it. Field names are a promise to scripts. */
export interface CheckItem {
  /** `phase/p1`, `finish`. */
  readonly subject: string
  /** The same for people. */
  readonly name: string
  readonly round: number
  readonly validator: string
  readonly status: NamedVerdict['status']
  /** Absolute path of the full output. */
  readonly log_file: string
}

/** Every suite whose output was kept, in the order of the checks. */
export function listChecks(events: readonly TaskEvent[], state: TaskState): readonly CheckItem[] {
  return events.flatMap((event) => (event.type === 'validation.finished' ? checksOf(event, state) : []))
}

function checksOf({subject, round, verdicts}: ValidationFinished, state: TaskState): readonly CheckItem[] {
  const common = {subject: subjectKey(subject), name: nameSubject(subject, state), round}
  return verdicts.flatMap(({validator, status, log_file}) => (log_file === undefined ? [] : [{...common, validator, status, log_file}]))
}

/** `Phase 1: Base  round 2  npm-test  fail  /…/output.log` */
export function renderChecks(checks: readonly CheckItem[]): readonly string[] {
  if (checks.length === 0) return []
  const rows = checks.map(({name, round, validator, status, log_file}) => [name, `round ${round}`, validator, status, log_file])
  return ['', 'full output of the checks:', ...formatColumns(rows).map((line) => `    ${line}`)]
}
