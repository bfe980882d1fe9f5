import {stripVTControlCharacters} from 'node:util'
import {parseJunit} from './junit.ts'
import {parseNodeJsonReport} from './node-json-report.ts'
import {parseNodeTestReport} from './node-test-reporter.ts'
import {TEXT_FORMATS} from './text-formats.ts'

/** What one or more test runners did. Skipped and to-do tests are not executed. */
export interface TestCounts {
  /** Those that were recognised, in no order. */
  readonly runners: readonly string[]
  /** `null` when no runner was recognised. */
  readonly executed: number | null
  readonly failures: readonly TestFailure[]
}

export interface TestFailure {
  /** Stable between runs. */
  readonly name: string
  readonly message: string
  /** As the runner wrote it: absolute, or relative to where it ran. */
  readonly file?: string
  readonly line?: number
  /** Told by a machine format; text could also be what a test printed. */
  readonly reported?: boolean
  /** A file or package that could not be built or loaded: no test, so never taken for an old failure. */
  readonly isBuild?: boolean
}

export interface RunnerOutput {
  /** Both streams. */
  readonly text: string
  /** Contents of the files that `node-test-reporter.ts` wrote, one a process. */
  readonly nodeReports: readonly string[]
  /** Contents of the JUnit files of pytest, one a run. */
  readonly junit?: readonly string[]
  /** JSON reports of Jest, Vitest and Mocha, where somebody asked for them. */
  readonly jsonReports?: readonly string[]
  /** What `go test -json` told. */
  readonly go?: TestCounts
}

/** Formats of the same tests: text is not counted again where a machine format was read. */
const MACHINE_TWINS: Readonly<Record<string, readonly string[]>> = {
  'node:test': ['node:test', 'tap'],
  pytest: ['pytest'],
  go: ['go'],
  jest: ['jest'],
  vitest: ['vitest'],
  mocha: ['mocha'],
}

/** All that the runners of one command told, added up. */
export function countTests(output: RunnerOutput): TestCounts {
  const text = stripVTControlCharacters(output.text)
  const machine = readMachineFormats(output, text).map(asReported)
  const known = new Set(machine.flatMap(({runners}) => runners.flatMap((runner) => MACHINE_TWINS[runner] ?? [])))
  const fromText = TEXT_FORMATS.filter(({runner}) => !known.has(runner)).flatMap(({runner, parse}) => {
    const found = parse(text)
    return found === undefined ? [] : [{...found, runners: [runner]}]
  })
  const specific = [...machine, ...fromText.filter(({runners}) => runners[0] !== 'other')]
  return addUp(specific.length > 0 ? specific : fromText)
}

function readMachineFormats({nodeReports, junit = [], jsonReports = [], go}: RunnerOutput, text: string): TestCounts[] {
  const json = jsonReports.flatMap((report) => parseNodeJsonReport(report) ?? [])
  const others = [...nodeReports.map(parseNodeTestReport), ...json, ...(go ? [go] : [])]
  if (junit.length === 0) return others
  const report = addUp(junit.map((xml) => parseJunit(xml, 'pytest')))
  // A second pytest of the same command overwrote the file of the first: the closing lines know of both.
  const closing = TEXT_FORMATS.find(({runner}) => runner === 'pytest')?.parse(text)
  return [...others, {...report, executed: Math.max(report.executed ?? 0, closing?.executed ?? 0)}]
}

function asReported(counts: TestCounts): TestCounts {
  return {...counts, failures: counts.failures.map((failure) => ({...failure, reported: true}))}
}

function addUp(all: readonly TestCounts[]): TestCounts {
  if (all.length === 0) return {runners: [], executed: null, failures: []}
  return {
    runners: [...new Set(all.flatMap(({runners}) => runners))],
    executed: all.reduce((sum, {executed}) => sum + (executed ?? 0), 0),
    failures: all.flatMap(({failures}) => failures),
  }
}
