import {spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {AgentBackend, AgentEvent} from '../src/agents/agent.ts'
import {launchAgent} from '../src/agents/launch.ts'
import {median, type Measurement} from './measure.ts'

/**
 * What conduct adds to one attempt: from the launch to the outcome, against the same program started bare, turn by turn. And how
 * evenly many attempts at once are heard: the longest time from a line's printing to its event.
 */

const LINES = 200
/** Prints lines of JSON, each with the time at which it was printed; `PAUSE` milliseconds lie between two of them. */
const PROGRAM = `
let line = 0
const pause = Number(process.argv[1])
const next = () => {
  if (line === ${LINES}) return
  process.stdout.write(JSON.stringify({line: line++, at: Date.now(), text: 'x'.repeat(80)}) + '\\n', () => setTimeout(next, pause))
}
next()`

export interface AttemptOptions {
  readonly runs: number
  /** Attempts at the same time. */
  readonly together: number
}

export async function measureAttempts({runs, together}: AttemptOptions): Promise<readonly Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), 'conduct-bench-'))
  try {
    return [await measureOne(folder, runs), await measureTogether(folder, together)]
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

async function measureOne(folder: string, runs: number): Promise<Measurement> {
  await attempt(folder, 'warm-up', 0)
  const before = process.memoryUsage().rss
  const pairs: (readonly [bare: number, ours: number])[] = []
  const cpuMs: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const bare = timeBare(folder)
    const begun = process.cpuUsage()
    pairs.push([bare, (await attempt(folder, `one-${run}`, 0)).tookMs])
    const {user, system} = process.cpuUsage(begun)
    cpuMs.push((user + system) / 1000)
  }
  return {
    name: 'one attempt',
    ratio: median(pairs.map(([bare, ours]) => ours / bare)),
    details: {
      bare_ms: Math.round(median(pairs.map(([bare]) => bare))),
      own_ms: Math.round(median(pairs.map(([bare, ours]) => ours - bare))),
      own_cpu_ms: Math.round(median(cpuMs)),
      grown_mb: Math.round((process.memoryUsage().rss - before) / 1024 / 1024),
    },
    aims: [
      {of: 'own_ms', atMost: 50},
      {of: 'grown_mb', atMost: 30},
    ],
  }
}

async function measureTogether(folder: string, together: number): Promise<Measurement> {
  const names = Array.from({length: together}, (_, index) => `many-${index}`)
  const all = await Promise.all(names.map((name) => attempt(folder, name, 10)))
  const took = all.map(({tookMs}) => tookMs)
  const late = all.flatMap(({lateMs}) => lateMs)
  return {
    name: `${together} attempts at once`,
    // The slowest against the fastest.
    ratio: Math.max(...took) / Math.min(...took),
    details: {
      lines: late.length,
      late_median_ms: Math.round(median(late)),
      late_most_ms: Math.max(...late),
      rss_mb: Math.round(process.memoryUsage().rss / 1024 / 1024),
    },
  }
}

function timeBare(cwd: string): number {
  const begun = performance.now()
  const {status, stderr} = spawnSync(process.execPath, ['-e', PROGRAM, '0'], {cwd, env: {PATH: process.env.PATH}, encoding: 'utf8'})
  if (status !== 0) throw new Error(`the program ended with ${status}: ${stderr}`)
  return performance.now() - begun
}

/** Hears the program as a backend does: each line is parsed and becomes an event. */
function backendFor(pauseMs: number): AgentBackend {
  return {
    name: 'bench',
    probe: async () => ({ok: true}),
    async run({prompt}, {spawn, emit}) {
      const onLine = (line: string) => emit({type: 'text', text: String((JSON.parse(line) as {readonly at: number}).at)})
      const {exitCode} = await spawn([process.execPath, '-e', PROGRAM, String(pauseMs)], {input: prompt, isProtocol: true, onLine})
      return exitCode === 0 ? {status: 'finished'} : {status: 'failed', retryable: false, cause: `exit code ${exitCode}`}
    },
  }
}

async function attempt(folder: string, name: string, pauseMs: number) {
  const lateMs: number[] = []
  const begun = performance.now()
  const {outcome} = await launchAgent({
    backend: backendFor(pauseMs),
    request: {
      role: 'implementation-executor',
      prompt: 'Build it.',
      cwd: folder,
      taskId: 'bench',
      phase: 'Phase 1',
      phaseIndex: 1,
      module: name,
      attempt: 1,
      specPath: join(folder, 'SPEC.md'),
      options: undefined,
      projectDir: folder,
      permissions: 'full',
      limits: {turns: 1000},
    },
    attemptId: name,
    marker: `bench/${process.pid}/${name}`,
    transcript: join(folder, `${name}.ndjson`),
    limits: {timeoutMs: 120_000, silenceMs: 120_000, turns: 1000},
    portBase: 41_000,
    hostEnv: {PATH: process.env.PATH},
    allowEnv: [],
    signal: new AbortController().signal,
    onSpawn: () => undefined,
    onActivity: (event: AgentEvent) => void (event.type === 'text' && lateMs.push(Date.now() - Number(event.text))),
    now: () => Date.now(),
  })
  if (outcome.status !== 'finished') throw new Error(`the attempt ended as ${JSON.stringify(outcome)}`)
  return {tookMs: performance.now() - begun, lateMs}
}
