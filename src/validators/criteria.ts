import {createConnection} from 'node:net'
import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import type {CriterionVerdict, NamedVerdict} from '../events.ts'
import {runProcess, type ProcessResult} from '../process.ts'
import type {Criterion} from '../spec/spec.ts'
import {unreachable} from '../unreachable.ts'
import {matchCriterion, type CriterionCheck, type ExpectedExit} from './criteria-match.ts'
import {findFiles} from './find-files.ts'
import {shellArgv} from './shell.ts'
import {shorten} from './test-findings.ts'

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
  /** What the phase's test command proved, when there is a phase. */
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
      return judgeFiles(check.patterns, check.present, request)
    case 'tests':
      return judgeTests(check.atLeast, request.testVerdict)
    case 'none':
      return {verdict: 'unverified', check: 'none', evidence: 'No check recognises it; a `check:` sub-item with a command would.'}
    default:
      return unreachable(check)
  }
}

async function judgeCommand(command: string, expect: ExpectedExit, {id}: Criterion, request: CriteriaRequest): Promise<Answer> {
  const result = await start(command, id, request, request.signal)
  const isMet = result.exitCode !== null && (expect === 'not zero' ? result.exitCode !== 0 : result.exitCode === expect)
  const wanted = isMet ? '' : ` (expected: ${expect})`
  const end = result.timedOut ? 'ran into its time limit' : `exited with ${result.exitCode ?? result.signal ?? result.error ?? 'nothing'}`
  const output = isMet ? '' : shorten(lastLines(`${result.stdout}\n${result.stderr}`))
  return {
    verdict: isMet ? 'met' : 'unmet',
    check: `command: ${command}`,
    evidence: `\`${shorten(command)}\` ${end}${wanted}.${output === '' ? '' : `\n${output}`}`,
  }
}

async function start(command: string, id: string, request: CriteriaRequest, signal: AbortSignal): Promise<ProcessResult> {
  const {cwd, env, marker, logDir, limits} = request
  const logFile = join(logDir, `${id}.log`)
  return runProcess({
    argv: await shellArgv(command, env),
    cwd,
    env,
    marker: `${marker}/${id}`,
    timeoutMs: limits.validationMs,
    signal,
    logFile,
  })
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-5).join('\n')
}

async function judgeFiles(patterns: readonly string[], present: boolean, request: CriteriaRequest): Promise<Answer> {
  const found = await Promise.all(patterns.map((pattern) => findFiles(pattern, request.cwd, request.tree.files)))
  const isMet = found.every(({files}) => files.length > 0 === present)
  const evidence = found.map(({files, made}, index) => describe(patterns[index] ?? '', files, made)).join('; ')
  return {verdict: isMet ? 'met' : 'unmet', check: `${present ? 'files' : 'no files'}: ${patterns.join(', ')}`, evidence: `${evidence}.`}
}

function describe(pattern: string, files: readonly string[], made: boolean): string {
  if (files.length === 0) return `nothing matches ${pattern}`
  const rest = files.length > 3 ? ` and ${files.length - 3} more` : ''
  const where = made ? ' (not committed: made by the test command)' : ''
  return `${pattern}: ${files.slice(0, 3).join(', ')}${rest}${where}`
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
  const ended = start(command, id, request, AbortSignal.any([request.signal, stop.signal]))
  const opened = await Promise.race([ended, waitUntilOpen(port, stop.signal)])
  stop.abort()
  const result = await ended
  const what = `\`${shorten(command)}\``
  if (opened === 'open') return {verdict: 'met', check, evidence: `${what} opened port ${port}.`}
  if (opened !== 'stopped' && opened.exitCode === 0) return {verdict: 'met', check, evidence: `${what} exited with 0.`}
  const end = result.timedOut ? 'ran into its time limit' : `exited with ${result.exitCode ?? result.signal ?? 'nothing'}`
  return {
    verdict: 'unmet',
    check,
    evidence: `Port ${port} did not open: ${what} ${end}.\n${shorten(lastLines(result.stderr || result.stdout))}`.trimEnd(),
  }
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
