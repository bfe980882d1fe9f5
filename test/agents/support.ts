import {mkdtemp, readFile, realpath, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import type {AgentBackend, AgentEvent, AgentOutcome, AgentRequest, AgentTools} from '../../src/agents/agent.ts'
import {launchAgent, type Launch, type LaunchResult} from '../../src/agents/launch.ts'

/** A temporary folder, gone when `use` has settled. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'conduct-agents-')))
  try {
    return await use(folder)
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

/** A backend made of one function. */
export function backendOf(run: (request: AgentRequest, tools: AgentTools) => Promise<AgentOutcome>, name = 'test'): AgentBackend {
  return {name, probe: async () => ({ok: true}), run}
}

/** A backend that runs a shell script and has finished when it exits with 0. */
export function shellBackend(script: string): AgentBackend {
  return backendOf(async ({prompt}, {spawn}) => {
    const {exitCode} = await spawn(['sh', '-c', script], {input: prompt})
    return exitCode === 0 ? {status: 'finished'} : {status: 'failed', cause: `exit ${exitCode}`, retryable: true}
  })
}

export interface LaunchChanges extends Partial<Omit<Launch, 'request' | 'limits'>> {
  readonly request?: Partial<Launch['request']>
  readonly limits?: Partial<Launch['limits']>
}

export interface TestLaunch extends LaunchResult {
  readonly entries: readonly Entry[]
  readonly activity: readonly AgentEvent[]
  readonly pids: readonly number[]
}

export type Entry = {readonly at: string; readonly type: string; readonly text?: string} & Readonly<Record<string, unknown>>

/** Launches `backend` in `folder`, with limits that no test reaches by chance. */
export async function launch(folder: string, backend: AgentBackend, changes: LaunchChanges = {}): Promise<TestLaunch> {
  const activity: AgentEvent[] = []
  const pids: number[] = []
  const {request, limits, ...rest} = changes
  const all: Launch = {
    backend,
    request: {...requestIn(folder), ...request},
    attemptId: 'a1',
    marker: markerOf(folder),
    transcript: path.join(folder, 'logs', 'a1.ndjson'),
    limits: {timeoutMs: 60_000, silenceMs: 60_000, turns: 100, ...limits},
    portBase: 41_000,
    hostEnv: {PATH: process.env.PATH},
    allowEnv: [],
    signal: new AbortController().signal,
    onSpawn: (pid) => void pids.push(pid),
    onActivity: (event) => void activity.push(event),
    now: () => Date.now(),
    ...rest,
  }
  const result = await launchAgent(all)
  return {...result, entries: await readEntries(all.transcript), activity, pids}
}

/** Unique for a temporary folder. */
export function markerOf(folder: string): string {
  return `test-${path.basename(folder)}`
}

export function requestIn(folder: string): Launch['request'] {
  return {
    role: 'implementation-executor',
    prompt: 'Build the ledger.',
    cwd: folder,
    taskId: 't1',
    phase: 'Phase 1: Ledger',
    phaseIndex: 1,
    module: 'ledger',
    attempt: 1,
    specPath: path.join(folder, 'SPEC.md'),
    options: undefined,
    projectDir: folder,
    permissions: 'full',
    limits: {turns: 100},
  }
}

export async function readEntries(file: string): Promise<readonly Entry[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as Entry)
}

/** Everything that was printed to `stream`, as the transcript has it. */
export function printed(entries: readonly Entry[], stream: 'stdout' | 'stderr' = 'stdout'): string {
  return entries
    .filter(({type}) => type === stream)
    .map(({text}) => text)
    .join('')
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
