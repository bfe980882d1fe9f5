import {createConnection} from 'node:net'
import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import type {CriterionVerdict, NamedVerdict} from '../events.ts'
import type {Criterion} from '../spec/spec.ts'
import {unreachable} from '../unreachable.ts'
import {matchCriterion, type CriterionCheck, type ExpectedExit} from './criteria-match.ts'
import {judgeFiles} from './criteria-files.ts'
import {runCommand} from './run-command.ts'
import {shorten} from './test-findings.ts'
import type {TestRunRequest} from './test-run.ts'

export interface CriteriaRequest {
  readonly criteria: readonly Criterion[]
  /** The checkout, after the test command ran in it. */
  readonly cwd: string
  readonly tree: {readonly files: readonly string[]}
  readonly env: Readonly<Record<string, string>>
  readonly marker: string
  readonly logDir: string
  readonly limits: {readonly validationMs: number}
  readonly signal: AbortSignal
  /** The phase's, when there is a phase. */
  readonly testCommand?: string | undefined
  /** What it proved. */
  readonly testVerdict: NamedVerdict | undefined
}

type Answer = Omit<CriterionVerdict, 'id' | 'text'>

/** Settles each criterion with the first check that recognises it. None is dropped: what none recognises is unverified. */
export async function judgeCriteria(request: CriteriaRequest): Promise<readonly CriterionVerdict[]> {
  if (request.criteria.length > 0) await mkdir(request.logDir, {recursive: true})
  const verdicts: CriterionVerdict[] = []
  // One after the other: commands and servers share the checkout and its ports.
  for (const criterion of request.criteria) {
    const answer = await judge(matchCriterion(criterion), criterion, request)
    verdicts.push({id: criterion.id, text: criterion.text, ...answer})
  }
  return verdicts
}

function judge(check: CriterionCheck, criterion: Criterion, request: CriteriaRequest): Promise<Answer> | Answer {
  switch (check.kind) {
    case 'command':
      return judgeCommand(check.command, check.expect, criterion, request)
    case 'server':
      return judgeServer(check, criterion, request)
    case 'files':
      return judgeFiles(check, request)
    case 'tests':
      return judgeTests(check.atLeast, request.testVerdict)
    case 'none':
      return {verdict: 'unverified', check: 'none', evidence: 'No check recognises it; a `check:` sub-item with a command would.'}
    default:
      return unreachable(check)
  }
}

/** The test command of the phase was run already, and its tests were counted. */
function judgeCommand(command: string, expect: ExpectedExit, {id}: Criterion, request: CriteriaRequest): Promise<Answer> | Answer {
  const {testVerdict, testCommand} = request
  const isTestCommand = testVerdict && expect === 0 && command.trim() === testCommand?.trim()
  return isTestCommand ? judgeTestCommand(command, testVerdict) : judgeRun(command, expect, id, request)
}

function judgeTestCommand(command: string, {status, evidence}: NamedVerdict): Answer {
  const verdict = status === 'pass' ? 'met' : 'unmet'
  return {verdict, check: `command: ${command}`, evidence: `It is the test command of the phase. ${evidence}`.trimEnd()}
}

async function judgeRun(command: string, expect: ExpectedExit, id: string, request: CriteriaRequest): Promise<Answer> {
  const {exitCode, end, output, executed} = await runCommand(runRequest(command, id, request, request.signal))
  // A runner that found no test is content with that.
  const ranNothing = expect === 0 && exitCode === 0 && executed === 0
  const isMet = exitCode !== null && !ranNothing && (expect === 'not zero' ? exitCode !== 0 : exitCode === expect)
  const wanted = isMet || ranNothing ? '' : ` (expected: ${expect})`
  const why = ranNothing ? ', but ran no test' : ''
  return {
    verdict: isMet ? 'met' : 'unmet',
    check: `command: ${command}`,
    evidence: `\`${shorten(command)}\` ${end}${wanted}${why}.${isMet || output === '' ? '' : `\n${output}`}`,
  }
}

function runRequest(script: string, id: string, request: CriteriaRequest, signal: AbortSignal): TestRunRequest {
  const {cwd, env, marker, logDir, limits} = request
  return {script, cwd, env, marker: `${marker}/${id}`, logDir: join(logDir, id), limits, signal}
}

function judgeTests(atLeast: number, verdict: NamedVerdict | undefined): Answer {
  const check = 'tests'
  if (verdict === undefined) return {verdict: 'unverified', check, evidence: 'There is no test command to prove it.'}
  if (verdict.status !== 'pass') return {verdict: 'unmet', check, evidence: `The test command failed. ${verdict.evidence}`.trimEnd()}
  if (verdict.executed === null) {
    return {verdict: 'unverified', check, evidence: 'The test command passed, but no test runner was recognised in it.'}
  }
  const isMet = verdict.executed >= Math.max(1, atLeast)
  return {verdict: isMet ? 'met' : 'unmet', check, evidence: `${verdict.executed} tests ran, none failed.`}
}

const POLL_MS = 100

async function judgeServer(
  check: {readonly port: number; readonly command?: string},
  {id}: Criterion,
  request: CriteriaRequest,
): Promise<Answer> {
  const {port, command} = check
  const name = `server: port ${port}`
  if (command === undefined) {
    return {verdict: 'unverified', check: name, evidence: 'It names no command that starts the server; a `check:` sub-item would.'}
  }
  if (await isOpen(port)) {
    return {verdict: 'unverified', check: name, evidence: `Port ${port} is open before the server starts, so it would prove nothing.`}
  }
  return watchServer(port, command, id, name, request)
}

/** Met when the port opens while the command runs, or when the command is a check of its own and exits with 0. */
async function watchServer(port: number, command: string, id: string, check: string, request: CriteriaRequest): Promise<Answer> {
  const stop = new AbortController()
  const ended = runCommand(runRequest(command, id, request, AbortSignal.any([request.signal, stop.signal])))
  const opened = await Promise.race([ended, waitUntilOpen(port, stop.signal)])
  stop.abort()
  const result = await ended
  const what = `\`${shorten(command)}\``
  if (opened === 'open') return {verdict: 'met', check, evidence: `${what} opened port ${port}.`}
  if (opened !== 'stopped' && opened.exitCode === 0) return {verdict: 'met', check, evidence: `${what} exited with 0.`}
  return {verdict: 'unmet', check, evidence: `Port ${port} did not open: ${what} ${result.end}.\n${result.output}`.trimEnd()}
}

async function waitUntilOpen(port: number, signal: AbortSignal): Promise<'open' | 'stopped'> {
  while (!signal.aborted) {
    if (await isOpen(port)) return 'open'
    await pause(POLL_MS, undefined, {signal}).catch(() => undefined)
  }
  return 'stopped'
}

async function isOpen(port: number): Promise<boolean> {
  const hits = await Promise.all(['127.0.0.1', '::1'].map((host) => canConnect(host, port)))
  return hits.includes(true)
}

function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({host, port, timeout: 1000})
    const end = (isOpen: boolean) => {
      socket.destroy()
      resolve(isOpen)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
}
