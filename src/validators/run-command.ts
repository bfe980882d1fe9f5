import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {runProcess} from '../process.ts'
import {shellArgv} from './shell.ts'
import {shorten} from './test-findings.ts'
import {readPackageScripts, runTestsOnce, type TestRunRequest} from './test-run.ts'
import {classifyScript} from './test-script.ts'

/** How a command that is to prove something ended. */
export interface CommandRun {
  /** `null` when a signal or the time limit ended it. */
  readonly exitCode: number | null
  /** `exited with 0`, `ran into its time limit of 900 s (limits.validation)`: the end of a sentence. */
  readonly end: string
  /** What it printed last, shortened. */
  readonly output: string
  /** Tests that a test runner ran; `null` when nobody counted them, absent when the command is no test runner. */
  readonly executed?: number | null
}

/** Runs one command to its end; a test runner is asked how many tests it ran. Never rejects for what the command did. */
export async function runCommand(request: TestRunRequest): Promise<CommandRun> {
  const {kind} = await classifyScript(request.script, (dir) => readPackageScripts(join(request.cwd, dir)))
  return kind === 'runner' ? runRunner(request) : runPlain(request)
}

async function runRunner(request: TestRunRequest): Promise<CommandRun> {
  const {exitCode, timedOut, output, executed} = await runTestsOnce(request)
  return {exitCode, end: endOf(timedOut, exitCode ?? 'a signal', request), output: lastLines(output), executed}
}

async function runPlain(request: TestRunRequest): Promise<CommandRun> {
  const {cwd, script, env, marker, logDir, limits, signal} = request
  await mkdir(logDir, {recursive: true})
  const {
    exitCode,
    signal: killedBy,
    error,
    timedOut,
    stdout,
    stderr,
  } = await runProcess({
    argv: await shellArgv(script, env),
    cwd,
    env,
    marker,
    timeoutMs: limits.validationMs,
    signal,
    logFile: join(logDir, 'output.log'),
  })
  return {exitCode, end: endOf(timedOut, exitCode ?? killedBy ?? error ?? 'nothing', request), output: lastLines(`${stdout}\n${stderr}`)}
}

function endOf(timedOut: boolean, code: number | string, {limits}: TestRunRequest): string {
  return timedOut ? `ran into its time limit of ${limits.validationMs / 1000} s (limits.validation)` : `exited with ${code}`
}

function lastLines(output: string): string {
  return shorten(output.trim().split('\n').slice(-5).join('\n'))
}
