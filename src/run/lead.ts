import {hostname} from 'node:os'
import {setTimeout as wait} from 'node:timers/promises'
import {mkdir, writeFile} from 'node:fs/promises'
import type {AgentBackend} from '../agents/agent.ts'
import {configSchema} from '../config/schema.ts'
import {ConductError, EXIT} from '../errors.ts'
import type {EventData, TaskEvent} from '../events.ts'
import type {Git} from '../git/git.ts'
import type {Store, StoreWait} from '../store/store.ts'
import {placesOf} from '../tasks/places.ts'
import type {TaskState} from '../tasks/state.ts'
import {TaskLog} from '../tasks/task-log.ts'
import type {SelectedValidator} from '../validators/select.ts'
import type {Activity, RunContext} from './context.ts'
import type {MissingAgent} from './check-agents.ts'
import {runTask} from './runner.ts'
import {withLease} from './with-lease.ts'

export interface LeadOptions {
  readonly store: Store
  readonly stateDir: string
  readonly hostEnv: Readonly<Record<string, string | undefined>>
  readonly conductVersion: string
  readonly agents: {get(name: string): AgentBackend | undefined}
  /** Backends of the configuration that cannot run here: others take over. */
  readonly missingAgents?: readonly MissingAgent[]
  readonly validators: readonly SelectedValidator[]
  readonly openGit: (state: TaskState) => Promise<Git>
  readonly recordTo?: string | undefined
  /** Events to append before the first step: a reopened task, an accepted spec. */
  readonly before?: readonly EventData[]
  /** How long the run waits for the store when it is gone; agents go on meanwhile. */
  readonly storePatienceMs: number
  /** SIGINT (130) or SIGTERM (143). */
  readonly interrupt: {readonly signal: AbortSignal; exitCode(): number}
  now(): number
  onEvent?(event: TaskEvent, state: TaskState): void
  onActivity?(activity: Activity): void
  /** The store is gone, or back. */
  onStoreWait?(wait: StoreWait): void
}

export interface LeadResult {
  readonly state: TaskState
  readonly exitCode: number
}

/** Runs a task under its lease until it ends, waits for somebody, or is interrupted. */
export async function leadTask(taskId: string, options: LeadOptions): Promise<LeadResult> {
  const {store, now, interrupt, storePatienceMs, onEvent, onStoreWait} = options
  return withLease({store, now, purpose: 'run'}, taskId, async (epoch, lost) => {
    const stop = new AbortController()
    const abort = () => stop.abort()
    for (const signal of [interrupt.signal, lost]) {
      signal.addEventListener('abort', abort, {once: true})
      if (signal.aborted) abort()
    }
    store.extendPatience({ms: storePatienceMs, signal: interrupt.signal, ...(onStoreWait ? {onWait: onStoreWait} : {})})
    const log = await TaskLog.open(store, taskId, {now, fence: epoch, ...(onEvent ? {onEvent} : {})})
    if (options.before && options.before.length > 0) await log.append(...options.before)
    const context = await createContext(log, options, stop.signal)
    const exitCode = await runTask(context, {stop, epoch, ...(await runnerFacts(options))}).catch((error: unknown) => {
      // Whoever stops a run that waits for its store knows that nothing more could be recorded.
      if (interrupt.signal.aborted && isStoreGone(error)) return interrupt.exitCode()
      throw error
    })
    await context.git.drain()
    return {state: log.state, exitCode}
  })
}

function isStoreGone(error: unknown): boolean {
  return error instanceof ConductError && (error.code === 'STORE_UNREACHABLE' || error.code === 'STORE_READ_ONLY')
}

async function runnerFacts({interrupt, conductVersion, missingAgents = []}: LeadOptions) {
  return {
    missingAgents,
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
    running: new Map(),
    nextAttemptId: () => `a${++attempts}`,
    ...(onActivity ? {onActivity} : {}),
  }
}
