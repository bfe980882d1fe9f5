import {join} from 'node:path'
import {oldFailures, type Baseline} from './baseline.ts'
import {endOf, findingsOf} from './test-findings.ts'
import type {TestFailure} from './runner-formats.ts'
import {runTestsOnce, type TestRun, type TestRunRequest} from './test-run.ts'
import type {Finding, TestReport} from './validator.ts'

export interface TestCommandRequest extends TestRunRequest {
  /** Tracked files of the tree, to tell where a failing test is. */
  readonly files: readonly string[]
  /** How the command does on the base commit; asked only when a test fails. */
  baseline?(script: string): Promise<Baseline | undefined>
  /** What fails on the base commit already does not fail the verdict: for suites that the spec did not ask for. */
  readonly forgivePreExisting: boolean
}

/**
 * Runs a test command and judges it. A failing run is repeated once: what passes then is flaky, not broken. A test
 * runner that ran nothing has proved nothing and fails, whatever its exit code.
 */
export async function runTestCommand(request: TestCommandRequest): Promise<TestReport> {
  const first = await runTestsOnce({...request, logDir: join(request.logDir, '1'), marker: `${request.marker}/1`})
  if (!isWorthRepeating(first)) return judge(request, first, first)
  const second = await runTestsOnce({...request, logDir: join(request.logDir, '2'), marker: `${request.marker}/2`})
  return judge(request, first, second)
}

function isWorthRepeating(run: TestRun): boolean {
  const ranNothing = run.script.kind === 'noop' || run.executed === 0
  return hasFailed(run) && !run.timedOut && !run.aborted && !ranNothing
}

/** `node --test || true` exits with 0 whatever fails; the runner's own report is believed then. */
function hasFailed({exitCode, failures}: TestRun): boolean {
  return exitCode !== 0 || failures.some(({reported}) => reported)
}

async function judge(request: TestCommandRequest, first: TestRun, last: TestRun): Promise<TestReport> {
  const {exitCode, timedOut, logFile} = last
  const executed = last.script.kind === 'noop' ? 0 : last.executed
  const vacuous = vacuousFinding(request.script, last, executed)
  const base = await compareWithBase(request, last)
  const failing = hasFailed(last) ? findingsOf(last, request, base.isOld) : []
  const findings = [...vacuous, ...failing, ...flakyFindings(request, first, last)]
  const forgiven = request.forgivePreExisting && vacuous.length === 0 && !timedOut && failing.length > 0 && findings.every(isForgivable)
  const passed = vacuous.length === 0 && (!hasFailed(last) || forgiven)
  return {
    status: passed ? 'pass' : 'fail',
    executed,
    findings,
    evidence: `${evidenceOf(request.script, first, last)}${base.evidence}`,
    exitCode,
    timedOut,
    logFile,
  }
}

interface Comparison {
  isOld(failure: TestFailure): boolean
  /** For people: what is known of the base. Empty when nobody needs to know. */
  readonly evidence: string
}

/** The base is asked only when a test fails that could be an old one. */
async function compareWithBase(request: TestCommandRequest, last: TestRun): Promise<Comparison> {
  const named = hasFailed(last) ? last.failures.filter(({isBuild}) => !isBuild) : []
  const baseline = named.length === 0 || last.aborted ? undefined : await request.baseline?.(request.script)
  const isOld = oldFailures(baseline)
  if (baseline === undefined) return {isOld, evidence: ''}
  if (baseline.failing === null) return {isOld, evidence: ` ${describeUnknown(baseline)}`}
  return {isOld, evidence: ` ${describeKnown(named.filter(isOld).length, named.length)}`}
}

function describeKnown(old: number, all: number): string {
  if (old === 0) return 'The base commit has none of these failures.'
  return `${old === all ? 'All' : old.toLocaleString('en')} of the failures are old: the base commit has them too.`
}

function describeUnknown({exitCode}: Baseline): string {
  if (exitCode === null) return 'What fails on the base commit is not known: the command could not be run to its end there.'
  return `On the base commit the command failed too (exit code ${exitCode}), but named no test, so that no failure is known to be old.`
}

function isForgivable({preExisting, flaky}: Finding): boolean {
  return preExisting === true || flaky === true
}

function vacuousFinding(script: string, run: TestRun, executed: number | null): Finding[] {
  // What failed by name, or before any test, says more.
  const isExplained = hasFailed(run) && (run.failures.length > 0 || executed === null)
  if (run.timedOut || run.aborted || isExplained || (executed ?? 0) > 0) return []
  const what = `Write tests that \`${oneLine(script)}\` runs, or correct the command.`
  if (executed === 0) return [{message: `The test command ran no test. ${what}`}]
  if (run.script.kind !== 'runner') return []
  return [
    {
      message: `The test command ran no test that could be counted. ${what} A custom reporter may hide the count: use the runner's default.`,
    },
  ]
}

/** Failed in the first run, not in the second. */
function flakyFindings(request: TestCommandRequest, first: TestRun, last: TestRun): readonly Finding[] {
  if (first === last) return []
  const again = new Set(last.failures.map(({name}) => name))
  const gone = first.failures.filter(({name}) => !again.has(name))
  if (gone.length === 0 && hasFailed(last)) return []
  return findingsOf({...first, failures: gone}, request).map((finding) => ({...finding, flaky: true}))
}

function evidenceOf(script: string, first: TestRun, last: TestRun): string {
  const count = last.executed === null ? '' : ` ${last.executed} tests ran, ${last.failures.length} failed.`
  const repeated =
    first === last ? '' : !hasFailed(last) ? ' It failed once and passed when repeated: flaky.' : ' Repeated once, it failed again.'
  return `\`${oneLine(script)}\`: ${endOf(last)}${count}${repeated}`
}

function oneLine(script: string): string {
  const [line = '', ...more] = script.trim().split('\n')
  const text = more.length > 0 ? `${line} …` : line
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}
