import {subjectKey, type OpenSuite, type TaskState} from '../tasks/state.ts'
import {nameSubject} from './subject-name.ts'
import {formatElapsed, oneLine, shortSha} from './text.ts'

const WAITS = 'waits, another test suite runs on this machine'
const MAX_SCRIPT = 60

/** What the validation of a subject waits for; `undefined` when it goes on. */
export function waitOf({suites}: Pick<TaskState, 'suites'>, subject: string): string | undefined {
  const own = suites.find((suite) => suite.subject !== undefined && subjectKey(suite.subject) === subject)
  return own?.isWaiting ? WAITS : undefined
}

/** Each suite that runs on a base commit: `` `npm test` on the base a1b2c3d · 14s ``. */
export function baselineTexts({suites}: Pick<TaskState, 'suites'>, nowMs: number): readonly string[] {
  return suites.flatMap((suite) => {
    const {baseline} = suite
    if (!baseline) return []
    const parts = [`${nameBase(baseline)}, to tell old failures from new ones`, elapsed(suite, nowMs), ...(suite.isWaiting ? [WAITS] : [])]
    return [parts.join(' · ')]
  })
}

/** Everything that is under way, as rows of a table. */
export function suiteRows(state: TaskState, nowMs: number): readonly (readonly string[])[] {
  return state.suites.map((suite) => {
    const {subject, baseline, round, isWaiting} = suite
    const what = round === undefined ? 'its evidence' : `checks, round ${round}`
    const name = subject ? `${nameSubject(subject, state)}: ${what}` : baseline ? nameBase(baseline) : ''
    return [name, `for ${elapsed(suite, nowMs)}`, ...(isWaiting ? [WAITS] : [])]
  })
}

function nameBase({script, sha}: NonNullable<OpenSuite['baseline']>): string {
  return `\`${oneLine(script, MAX_SCRIPT)}\` on the base ${shortSha(sha)}`
}

const elapsed = ({startedAt}: OpenSuite, nowMs: number) => formatElapsed(nowMs - Date.parse(startedAt))
