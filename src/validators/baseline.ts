import {createHash} from 'node:crypto'
import {runTestsOnce, type TestRunRequest} from './test-run.ts'
import type {TestFailure} from './runner-formats.ts'
import {shorten} from './test-findings.ts'

/** How a test command does on the commit that the work began from. */
export interface Baseline {
  /** Names of the tests that fail there; `null` when it failed without naming one, or could not be asked. */
  readonly failing: readonly string[] | null
  /** More of them, by `digestName`: a long list of names is too much for a log. */
  readonly digests?: readonly string[]
  readonly exitCode: number | null
  /** What each of them says. Where it is known, a test that fails in another way now is no old failure. */
  readonly messages?: ReadonlyMap<string, string>
}

export interface BaselineOptions {
  /** For a base that is not set up as the work is: what fails there may fail for another reason. */
  readonly keepMessages?: boolean
}

/** Runs a test command once in a checkout of the base commit. */
export async function readBaseline(request: TestRunRequest, {keepMessages = false}: BaselineOptions = {}): Promise<Baseline> {
  const run = await runTestsOnce(request)
  const failures = run.failures.filter(({isBuild}) => !isBuild)
  const names = [...new Set(failures.map(({name}) => name))].sort()
  const failing = run.exitCode !== 0 && names.length === 0 ? null : names
  const messages = new Map(failures.map(({name, message}) => [name, shorten(message)]))
  return {failing, exitCode: run.exitCode, ...(keepMessages ? {messages} : {})}
}

/** Tells the failures that the base commit has too. One of a build has no name that would tell it from another. */
export function oldFailures(baseline: Baseline | undefined): (failure: Pick<TestFailure, 'name' | 'message' | 'isBuild'>) => boolean {
  const names = new Set(baseline?.failing ?? [])
  const digests = new Set(baseline?.digests ?? [])
  const messages = baseline?.messages
  return ({name, message, isBuild}) => {
    if (isBuild === true || (!names.has(name) && !(digests.size > 0 && digests.has(digestName(name))))) return false
    return messages === undefined || messages.get(name) === shorten(message)
  }
}

/** Names that are kept as they are. */
const MAX_NAMES = 100

/** The same with most of the names as digests, when there are many. */
export function packBaseline({failing, exitCode}: Baseline): Baseline {
  if (failing === null || failing.length <= MAX_NAMES) return {failing, exitCode}
  return {failing: failing.slice(0, MAX_NAMES), digests: failing.slice(MAX_NAMES).map(digestName), exitCode}
}

/** Short, and unlike that of any other test of one suite. */
function digestName(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 10)
}

/** A script that names its checkout, as another checkout would have it: a program of the one says nothing of the other. */
export function moveScript(script: string, from: string, to: string): string {
  return script.replaceAll(from, () => to)
}
