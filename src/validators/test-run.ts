import {mkdir, readFile, readdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {runProcess, type ProcessResult} from '../process.ts'
import {createRedactor, redactStrings} from '../redact.ts'
import {createGoTestReport} from './go-test-json.ts'
import {NODE_TEST_REPORTER} from './node-test-reporter.ts'
import {countTests, type TestCounts} from './runner-formats.ts'
import {shellArgv} from './shell.ts'
import {classifyScript, type TestScript} from './test-script.ts'

export interface TestRunRequest {
  /** Where the script runs: a clean checkout. */
  readonly cwd: string
  readonly script: string
  /** The complete environment. */
  readonly env: Readonly<Record<string, string>>
  /** Marks the processes of this run, and of no other that runs at the same time. */
  readonly marker: string
  /** Folder for this command alone: its log and the runners' reports. Made when it is not there. */
  readonly logDir: string
  readonly limits: {
    /** For one run. */
    readonly validationMs: number
  }
  readonly signal: AbortSignal
}

/** One run of a test command; secrets of its environment are masked. */
export interface TestRun extends TestCounts {
  readonly script: TestScript
  readonly exitCode: number | null
  readonly timedOut: boolean
  /** Limit that it ran under. */
  readonly limitMs: number
  readonly aborted: boolean
  /** End of both streams, for people. */
  readonly output: string
  readonly logFile: string
}

const MAX_BYTES = 1024 * 1024
/** A node that knows no reporters, or a command with one of its own, ends with a complaint that names the flag. */
const REPORTER_COMPLAINT = /--test-reporter\b.*(?:not allowed in NODE_OPTIONS|must match the number)|bad option: --test-reporter/

/** Runs a test command once and reads what its runners report. Never rejects for what the command did. */
export async function runTestsOnce(request: TestRunRequest): Promise<TestRun> {
  const script = await classifyScript(request.script, (dir) => readPackageScripts(join(request.cwd, dir)))
  const wantsReporter = !script.text.includes('--test-reporter') && !(request.env.NODE_OPTIONS ?? '').includes('--test-reporter')
  const run = await runWith(request, script, wantsReporter)
  const refused = wantsReporter && run.exitCode !== 0 && REPORTER_COMPLAINT.test(run.output)
  return refused ? runWith({...request, logDir: join(request.logDir, 'plain')}, script, false) : run
}

async function runWith(request: TestRunRequest, script: TestScript, withReporter: boolean): Promise<TestRun> {
  const reports = join(request.logDir, 'reports')
  // A validation that was interrupted and is done again finds the reports of the first time.
  await rm(reports, {recursive: true, force: true})
  await mkdir(reports, {recursive: true})
  const logFile = join(request.logDir, 'output.log')
  const env = await environment(request, script, withReporter, reports)
  const argv = await shellArgv(request.script, request.env)
  const {cwd, marker, signal, limits} = request
  const go = createGoTestReport()
  const onLine = (line: string) => go.add(line)
  const result = await runProcess({
    argv,
    cwd,
    env,
    marker,
    timeoutMs: limits.validationMs,
    signal,
    logFile,
    maxBytes: MAX_BYTES,
    onLine,
  })
  const {exitCode, timedOut, aborted} = result
  const counts = withStableNames(countTests({...(await readOutput(result, reports)), go: go.counts()}), cwd)
  // What they say is in the log too, and there it is masked.
  await rm(reports, {recursive: true, force: true})
  const said = redactStrings({...counts, output: outputOf(result)}, createRedactor(env))
  return {...said, script, exitCode, timedOut, limitMs: limits.validationMs, aborted, logFile}
}

/** Some runners put absolute paths into the names of tests, and into messages; the next checkout is elsewhere. */
function withStableNames(counts: TestCounts, cwd: string): TestCounts {
  const inTree = (text: string) => text.replaceAll(`${cwd}/`, '')
  return {
    ...counts,
    failures: counts.failures.map((failure) => ({...failure, name: inTree(failure.name), message: inTree(failure.message)})),
  }
}

/** Asks runners for machine formats in ways that other programs do not notice. */
async function environment({env, script}: TestRunRequest, {text}: TestScript, withReporter: boolean, reports: string) {
  // A script that starts a runner several times names each run, so that no report overwrites another.
  const added: Record<string, string> = {CI: env.CI ?? 'true', CONDUCT_REPORTS: reports, CONDUCT_SUITE: ''}
  if (withReporter) {
    const reporter = join(reports, 'node-test-reporter.mjs')
    await writeFile(reporter, NODE_TEST_REPORTER)
    added.NODE_OPTIONS = joined(env.NODE_OPTIONS, `--test-reporter=${pathToFileURL(reporter).href}`)
  }
  added.PYTEST_ADDOPTS = joined(env.PYTEST_ADDOPTS, `'--junitxml=${join(reports, 'pytest$CONDUCT_SUITE.xml')}' -o junit_family=xunit1`)
  // This spelling of `-v` is one that `go test` alone knows; `-v` would change `go build` too.
  if (/\bgo test\b/.test(`${script}\n${text}`)) added.GOFLAGS = joined(env.GOFLAGS, '-test.v')
  return {...env, ...added}
}

function joined(before: string | undefined, flag: string): string {
  return before === undefined || before.trim() === '' ? flag : `${before} ${flag}`
}

async function readOutput(result: ProcessResult, reports: string) {
  const names = await readdir(reports)
  const read = (pattern: RegExp) =>
    Promise.all(names.filter((name) => pattern.test(name)).map((name) => readFile(join(reports, name), 'utf8')))
  return {
    text: `${result.stdout}\n${result.stderr}`,
    nodeReports: await read(/^node-\d+\.ndjson$/),
    junit: await read(/^pytest.*\.xml$/),
    jsonReports: await read(/^runner.*\.json$/),
  }
}

function outputOf({stdout, stderr, error}: ProcessResult): string {
  return [stdout.trimEnd(), stderr.trimEnd(), error ?? ''].filter((part) => part !== '').join('\n')
}

/** `scripts` of the package.json in a folder; `{}` where there is none. */
export async function readPackageScripts(dir: string): Promise<Readonly<Record<string, string>>> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(dir, 'package.json'), 'utf8'))
    return scriptsOf(manifest)
  } catch {
    // No package.json, or one that is no JSON: the package manager will say so itself.
    return {}
  }
}

function scriptsOf(manifest: unknown): Readonly<Record<string, string>> {
  if (typeof manifest !== 'object' || manifest === null || !('scripts' in manifest)) return {}
  const {scripts} = manifest
  if (typeof scripts !== 'object' || scripts === null) return {}
  return Object.fromEntries(Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}
