import {hostname} from 'node:os'
import {setTimeout as wait} from 'node:timers/promises'
import {mkdir, writeFile} from 'node:fs/promises'
import type {AgentBackend} from '../agents/agent.ts'
import {configSchema} from '../config/schema.ts'
import {ConductError, EXIT} from '../errors.ts'
import type {EventData, TaskEvent} from '../events.ts'
import type {Git} from '../git/git.ts'
import {identifyProcess} from '../process.ts'
import type {Lease, Store} from '../store/store.ts'
import {placesOf} from '../tasks/places.ts'
import type {TaskState} from '../tasks/state.ts'
import {TaskLog} from '../tasks/task-log.ts'
import type {SelectedValidator} from '../validators/select.ts'
import type {Activity, RunContext} from './context.ts'
import {acquireLease, heartbeat, isOwnerAlive, releaseLease} from './lease.ts'
import {runTask} from './runner.ts'

export interface LeadOptions {
  readonly store: Store
  readonly stateDir: string
  readonly hostEnv: Readonly<Record<string, string | undefined>>
  readonly conductVersion: string
  readonly agents: {get(name: string): AgentBackend | undefined}
  readonly validators: readonly SelectedValidator[]
  readonly openGit: (state: TaskState) => Promise<Git>
  readonly recordTo?: string | undefined
  /** Events to append before the first step: a reopened task, an accepted spec. */
  readonly before?: readonly EventData[]
  /** SIGINT (130) or SIGTERM (143). */
  readonly interrupt: {readonly signal: AbortSignal; exitCode(): number}
  now(): number
  onEvent?(event: TaskEvent, state: TaskState): void
  onActivity?(activity: Activity): void
}

export interface LeadResult {
  readonly state: TaskState
  readonly exitCode: number
}

const LEASE_TTL_MS = 15_000

/** Runs a task under its lease until it ends, waits for somebody, or is interrupted. */
export async function leadTask(taskId: string, options: LeadOptions): Promise<LeadResult> {
  return withLease(options, taskId, async (epoch, lost) => {
    const stop = new AbortController()
    const abort = () => stop.abort()
    for (const signal of [options.interrupt.signal, lost]) {
      signal.addEventListener('abort', abort, {once: true})
      if (signal.aborted) abort()
    }
    const {now, onEvent} = options
    const log = await TaskLog.open(options.store, taskId, {now, fence: epoch, ...(onEvent ? {onEvent} : {})})
    if (options.before && options.before.length > 0) await log.append(...options.before)
    const context = await createContext(log, options, stop.signal)
    const exitCode = await runTask(context, {stop, epoch, ...(await runnerFacts(options))})
    await context.git.drain()
    return {state: log.state, exitCode}
  })
}

async function runnerFacts({interrupt, conductVersion}: LeadOptions) {
  return {
    pid: process.pid,
    host: hostname(),
    conductVersion,
    interruptedExit: () => (interrupt.signal.aborted ? interrupt.exitCode() : EXIT.LOCKED),
    sleep: (ms: number, signal: AbortSignal) => wait(ms, undefined, {signal}).catch(() => undefined),
  }
}

async function createContext(log: TaskLog, options: LeadOptions, signal: AbortSignal): Promise<RunContext> {
  const {state} = log
  const {stateDir, agents, validators, hostEnv, recordTo, now, onActivity} = options
  const {repository, config, spec} = state.started
  const places = placesOf({stateDir, repository, taskId: log.taskId, config})
  await mkdir(places.taskDir, {recursive: true, mode: 0o700})
  await writeFile(places.specPath, spec?.text ?? '')
  let attempts = state.attemptsBegun
  return {
    log,
    git: await options.openGit(state),
    config: configSchema.parse(config),
    places,
    agents,
    validators,
    hostEnv,
    signal,
    ...(recordTo === undefined ? {} : {recordTo}),
    now,
    nextAttemptId: () => `a${++attempts}`,
    ...(onActivity ? {onActivity} : {}),
  }
}

export interface LeaseUser {
  readonly store: Store
  now(): number
  /** What to say when a living process holds the lease. Default: that it works on the task. */
  refuse?(owner: Lease['owner']): ConductError
}

/**
 * Holds a task's lease while `use` runs; `lost` aborts when another process took it over.
 *
 * @throws {ConductError} `TASK_LOCKED` when a living process holds it
 */
export async function withLease<T>(
  {store, now, refuse}: LeaseUser,
  taskId: string,
  use: (epoch: number, lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const owner = await identifyProcess()
  if (!owner) throw new Error('Internal error: this process cannot be identified')
  const acquired = await acquireLease(store, taskId, {owner, now, ttlMs: LEASE_TTL_MS, isAlive: (other) => isOwnerAlive(other, owner)})
  if (!acquired.ok) throw refuse?.(acquired.owner) ?? taskLocked(taskId, acquired.owner)
  const [ending, lost] = [new AbortController(), new AbortController()]
  const beat = heartbeat(store, taskId, acquired.epoch, {ttlMs: LEASE_TTL_MS, signal: ending.signal, now, onLost: () => lost.abort()})
  try {
    return await use(acquired.epoch, lost.signal)
  } finally {
    ending.abort()
    await beat
    await releaseLease(store, taskId, acquired.epoch).catch(() => undefined)
  }
}

const taskLocked = (taskId: string, {pid, host}: Lease['owner']) =>
  new ConductError('TASK_LOCKED', `Process ${pid} on ${host} works on task ${taskId}.`, [
    `Watch it: conduct status ${taskId} --watch`,
    `Stop it: conduct cancel ${taskId}`,
  ])
