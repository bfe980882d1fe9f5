import type {ChildProcess} from 'node:child_process'
import {readFile, readdir} from 'node:fs/promises'
import {readFileSync} from 'node:fs'
import {once} from 'node:events'
import {hostname} from 'node:os'
import {createInterface} from 'node:readline'
import {feed, type Input} from './feed.ts'
import {openLog, type OutputLog} from './output-log.ts'
import {createRedactor} from './redact.ts'
import {stopSignal} from './stop-signal.ts'

/** The one door to processes other than git: every child gets a process group of its own and a marker. */

/** Environment variable that every descendant inherits, so that what leaves the process group is found too. */
export const MARKER = 'CONDUCT_MARKER'

export interface ProcessRequest {
  readonly argv: readonly string[]
  readonly cwd: string
  /** The complete environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
  /** Value of `CONDUCT_MARKER`; everything that carries it is killed when the process ends, unless it `sharesMarker`. */
  readonly marker: string
  /** Asked at the end: does another process with the same marker still run, which is to be left alone? */
  sharesMarker?(): boolean
  /** Written to stdin, which is closed then. Nothing when absent. */
  readonly input?: Input
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** How long it may go on when it is aborted or late, to end by itself. Default: 0. */
  readonly graceMs?: number
  /** Last bytes of each stream that are kept. */
  readonly maxBytes?: number
  /** Full output, both streams interleaved line by line, is appended here; secrets of `env` are masked. */
  readonly logFile?: string
  onSpawn?(pid: number): void
  onLine?(line: string): void
  /** A series of input threw; the program sees the end of its stdin. */
  onInputFault?(error: unknown): void
  /** Any output of either stream: a sign of life. */
  onOutput?(text: string, stream: 'stdout' | 'stderr'): void
}

export interface ProcessResult {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly timedOut: boolean
  readonly aborted: boolean
  readonly stdout: string
  readonly stderr: string
  /** Set when the program could not be started. */
  readonly error?: string
}

const GRACE_MS = 2_000

/** Loaded at the first use: it takes longer than most commands do. */
const loadExeca = () => import('execa')

/**
 * Runs a program to its end and never rejects for what the program did. When it ends, is aborted or runs out
 * of time, its whole group and every process with its marker is ended: SIGTERM, then SIGKILL after two seconds.
 *
 * @throws {ConductError} `STORE_READ_ONLY`, `DISK_FULL` when the log cannot be written, once the program has ended
 */
export async function runProcess(request: ProcessRequest): Promise<ProcessResult> {
  const log = request.logFile === undefined ? undefined : openLog(request.logFile, createRedactor(request.env))
  try {
    return await superviseProcess(request, log)
  } finally {
    await log?.close()
  }
}

async function superviseProcess(request: ProcessRequest, log: OutputLog | undefined): Promise<ProcessResult> {
  const [program = '', ...args] = request.argv
  const stop = stopSignal(request)
  const {execa} = await loadExeca()
  const child = execa(program, args, {
    cwd: request.cwd,
    env: {...request.env, [MARKER]: request.marker},
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  if (child.pid !== undefined) request.onSpawn?.(child.pid)
  const stdout = collect(child.stdout, 'stdout', request, log)
  const stderr = collect(child.stderr, 'stderr', request, log)
  const endInput = feed(child.stdin, request.input, request.onInputFault)
  const kill = () => void endGroup(child.pid, request.marker)
  stop.signal.addEventListener('abort', kill, {once: true})
  if (stop.signal.aborted) kill()
  // The program's own exit counts, not the end of its pipes: a background child may hold those open.
  const result = await Promise.race([child, exitOf(child.nodeChildProcess)])
  stop.clear()
  stop.signal.removeEventListener('abort', kill)
  endInput()
  await endGroup(child.pid, request.sharesMarker?.() ? undefined : request.marker)
  await Promise.race([Promise.all([stdout.done, stderr.done]), new Promise((done) => setTimeout(done, GRACE_MS).unref())])
  const error =
    result instanceof Error && child.pid === undefined
      ? `${result.cause instanceof Error ? result.cause.message : result.message}`
      : undefined
  return {
    exitCode: result.exitCode ?? null,
    signal: result.signal ?? null,
    timedOut: stop.timedOut(),
    aborted: request.signal?.aborted ?? false,
    stdout: stdout.text(),
    stderr: stderr.text(),
    ...(error === undefined ? {} : {error}),
  }
}

function exitOf(child: ChildProcess) {
  return new Promise<{exitCode?: number | undefined; signal?: string | undefined}>((resolve) => {
    child.once('exit', (code, signal) => resolve({exitCode: code ?? undefined, signal: signal ?? undefined}))
  })
}

function collect(stream: NodeJS.ReadableStream, name: 'stdout' | 'stderr', request: ProcessRequest, log: OutputLog | undefined) {
  const limit = request.maxBytes ?? 64 * 1024
  let kept = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    kept = (kept + chunk).slice(-limit)
    log?.write(chunk, name)
    request.onOutput?.(chunk, name)
  })
  const lines = name === 'stdout' && request.onLine ? createInterface({input: stream, crlfDelay: Infinity}) : undefined
  lines?.on('line', (line) => request.onLine?.(line))
  const done = once(stream, 'close').catch(() => undefined)
  return {done, text: () => kept}
}

/** Ends a process group and everything that carries `marker`: SIGTERM, two seconds, SIGKILL. Returns who was there. */
export async function endGroup(pid: number | undefined, marker: string | undefined): Promise<readonly number[]> {
  const found = new Set<number>(await stillThere(pid, marker))
  if (found.size === 0) return []
  signalAll(pid, found, 'SIGTERM')
  const deadline = Date.now() + GRACE_MS
  let rest = found
  while (rest.size > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    rest = new Set(await stillThere(pid, marker))
  }
  signalAll(pid, rest, 'SIGKILL')
  return [...found]
}

/**
 * Ends what a dead process left: everything that carries `marker`, and the groups that those are in, since a program may have
 * started others without the environment. A group that was recorded once is no proof: its number may be another's by now.
 */
export async function endMarked(marker: string): Promise<readonly number[]> {
  const marked = await findMarked(marker)
  const [own, ...found] = await Promise.all([process.pid, ...marked].map(readGroup))
  const groups = new Set(found.filter((group) => group !== undefined && group !== own))
  const ended = await Promise.all([undefined, ...groups].map((group) => endGroup(group, marker)))
  return [...new Set(ended.flat())]
}

async function readGroup(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') {
    const {execa} = await loadExeca()
    const {stdout} = await execa('ps', ['-o', 'pgid=', '-p', String(pid)], {reject: false})
    return Number(stdout?.trim()) || undefined
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // After the program name: state, parent, group.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) || undefined
}

async function stillThere(pid: number | undefined, marker: string | undefined): Promise<readonly number[]> {
  return [...(marker === undefined ? [] : await findMarked(marker)), ...(pid !== undefined && (await isGroupAlive(pid)) ? [pid] : [])]
}

function signalAll(group: number | undefined, pids: Iterable<number>, signal: NodeJS.Signals) {
  if (group !== undefined) trySignal(-group, signal)
  for (const pid of pids) trySignal(pid, signal)
}

function trySignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch {
    // ESRCH: already gone.
    return false
  }
}

/** A group of nothing but zombies is dead. Where init reaps late, or never (containers), a signal still finds them. */
async function isGroupAlive(pid: number): Promise<boolean> {
  if (!trySignal(-pid, 0)) return false
  if (process.platform !== 'linux') return true
  const entries = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const stats = await Promise.all(entries.map((name) => readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')))
  // After the program name: state, parent, group.
  const fields = stats.map((stat) => stat.slice(stat.lastIndexOf(')') + 2).split(' '))
  return fields.some(([state, , group]) => state !== 'Z' && group === String(pid))
}

/** Looks at /proc that are made until one of them missed nobody. */
const MAX_LOOKS = 5

/** Processes whose environment has the marker. Linux reads /proc; elsewhere `ps` shows the environment. */
export async function findMarked(marker: string): Promise<readonly number[]> {
  const wanted = `${MARKER}=${marker}`
  if (process.platform !== 'linux') return findMarkedWithPs(wanted)
  for (let look = 1; ; look += 1) {
    const {hits, isSure} = await lookForMarked(wanted)
    if (hits.length > 0 || isSure || look === MAX_LOOKS) return hits
  }
}

/**
 * One look at every process. It is not sure to have missed nobody when one ended under its eyes, which may have started another
 * unseen, or showed no environment: so does each in the moment in which it becomes another program.
 */
async function lookForMarked(wanted: string): Promise<{readonly hits: readonly number[]; readonly isSure: boolean}> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  const environments = pids.map(readEnvironment)
  const isHit = (entry: string) => entry === wanted || entry.startsWith(`${wanted}/`)
  const hits = pids.filter((_pid, index) => environments[index]?.split('\0').some(isHit))
  if (hits.length > 0) return {hits: hits.map(Number), isSure: true}
  const blank = await Promise.all(pids.filter((_pid, index) => environments[index] === '').map((pid) => mayHideMarker(pid)))
  return {hits: [], isSure: !blank.includes(true)}
}

/** `''` when there is none. That of another user stays hidden, however often one looks. */
function readEnvironment(pid: string): string {
  try {
    // The kernel answers from memory: a round through the pool of threads would take ten times as long.
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch (error) {
    return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM') ? 'hidden' : ''
  }
}

/** Zombies and the threads of the kernel have no environment, some programs an empty one: these hide nothing. */
async function mayHideMarker(pid: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // After the program name: state, parent, …, and at their places where the environment begins and ends in memory.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, parent, begin, end] = [fields[0], fields[1], fields[47], fields[48]]
  const isEmpty = begin === end && begin !== '0'
  return stat === '' || (state !== 'Z' && state !== 'X' && parent !== '2' && pid !== '2' && !isEmpty)
}

async function findMarkedWithPs(wanted: string): Promise<readonly number[]> {
  const {execa} = await loadExeca()
  const {stdout} = await execa('ps', ['-axwwE', '-o', 'pid=,command='], {reject: false})
  return (stdout ?? '')
    .split('\n')
    .filter((line) => line.split(' ').some((word) => word === wanted || word.startsWith(`${wanted}/`)))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
}

/** Who this process is, in a form that survives a reused pid and a reboot. */
export async function identifyProcess(
  pid = process.pid,
): Promise<{pid: number; processStart: string; bootId: string; host: string} | undefined> {
  const processStart = await readProcessStart(pid)
  if (processStart === undefined) return undefined
  const bootId = process.platform === 'linux' ? (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim() : ''
  return {pid, processStart, bootId, host: hostname()}
}

async function readProcessStart(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') {
    const {execa} = await loadExeca()
    const {stdout, exitCode} = await execa('ps', ['-o', 'lstart=', '-p', String(pid)], {reject: false})
    return exitCode === 0 ? stdout.trim() : undefined
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // Field 22, counted after the program name, which may itself contain spaces and brackets. A zombie is dead.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields === undefined || fields[0] === 'Z' ? undefined : fields[19]
}
