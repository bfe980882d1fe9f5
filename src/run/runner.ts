import {EXIT} from '../errors.ts'
import {readFreeMemory} from '../memory.ts'
import type {TaskState} from '../tasks/state.ts'
import type {MissingAgent} from './check-agents.ts'
import type {RunContext} from './context.ts'
import {readCheckout} from '../git/checkout.ts'
import {settingsOf} from './choose-agent.ts'
import {decide} from './decide.ts'
import {stepKey, type DecideOptions, type Step} from './step.ts'
import {perform} from './perform.ts'
import {recoverTask} from './recover.ts'

export interface RunnerOptions {
  /** Ends the run: SIGINT, SIGTERM, a lost lease. The task stays resumable. */
  readonly stop: AbortController
  readonly epoch: number
  readonly pid: number
  readonly host: string
  readonly conductVersion: string
  /** Backends that cannot run here. */
  readonly missingAgents: readonly MissingAgent[]
  /** Exit code when `stop` aborts. */
  interruptedExit(): number
  /** Resolves after `ms`, or as soon as `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

const MIB = 1024 * 1024
/** How often the log is looked at for what other processes appended (`conduct cancel`). */
const POLL_MS = 500
/** Between two looks: shorter than any lease, so that nobody can have taken the task over unnoticed. */
const AWAY_MS = 5000

/**
 * Performs the steps that `decide` names until there are none. Loads nothing and remembers nothing between
 * steps but which are in flight: all else is in the log.
 *
 * @returns the exit code of the process
 */
export async function runTask(context: RunContext, options: RunnerOptions): Promise<number> {
  const {log, signal} = context
  const {epoch, pid, host, conductVersion, missingAgents} = options
  const {changed, untracked} = await readCheckout(context.git, log.state.started.working_directory)
  await log.append({
    type: 'runner.started',
    epoch,
    pid,
    host,
    conduct_version: conductVersion,
    checkout_changes: [...changed, ...untracked],
    ...(missingAgents.length > 0 ? {missing_agents: missingAgents} : {}),
  })
  const flight = new Flight(context, options)
  try {
    await recoverTask(context)
    await flight.run()
  } catch (error) {
    options.stop.abort()
    await flight.settle()
    await log
      .append({
        type: 'runner.stopped',
        epoch,
        reason: `stopped: ${error instanceof Error ? error.message : String(error)}`,
        exit_code: EXIT.BUG,
      })
      .catch(() => undefined)
    throw error
  }
  const exitCode = signal.aborted && !log.state.ending ? options.interruptedExit() : (waitingExit(log.state) ?? flight.exitCode)
  await log.append({type: 'runner.stopped', epoch, reason: signal.aborted ? 'interrupted' : 'nothing more to do', exit_code: exitCode})
  return exitCode
}

/** A finish that a dirty checkout holds up is a merge left for a person. */
function waitingExit({ending, finish}: TaskState): number | undefined {
  return ending?.exitCode ?? (finish.blocked ? EXIT.CONFLICT : undefined)
}

const isAbort = (error: unknown) => error instanceof Error && error.name === 'AbortError'

/** The steps in flight. */
class Flight {
  /** What to exit with when the task neither ended nor was interrupted: it waits for somebody. */
  exitCode: number = EXIT.APPROVAL
  readonly #context: RunContext
  readonly #options: RunnerOptions
  readonly #steps = new Map<string, Promise<void>>()
  #failure: {readonly error: unknown} | undefined

  constructor(context: RunContext, options: RunnerOptions) {
    this.#context = context
    this.#options = options
  }

  async run(): Promise<void> {
    const {log, signal} = this.#context
    while (!signal.aborted && !this.#failure) {
      const steps = decide(log.state, this.#decideOptions())
      if (steps.length === 0 && this.#steps.size === 0) break
      if (await this.#endsHere(steps)) break
      for (const step of steps) this.#start(step)
      await this.#next()
    }
    await this.settle()
    if (this.#failure) throw this.#failure.error
  }

  /** Waits for everything in flight; never throws. */
  async settle(): Promise<void> {
    await Promise.all(this.#steps.values())
  }

  /** A cancel, and a pause that is longer than the config allows, end the run once nothing is in flight. */
  async #endsHere(steps: readonly Step[]): Promise<boolean> {
    const {log, config, now} = this.#context
    const [first] = steps
    if (first?.type === 'cancel') {
      this.#options.stop.abort()
      await this.settle()
      await log.append({type: 'task.cancelled', reason: 'Cancelled by request.'})
      return true
    }
    const isOnlyWaiting = this.#steps.size === 0 && steps.every(({type}) => type === 'wait')
    if (first?.type !== 'wait' || first.isShort || !isOnlyWaiting || Date.parse(first.until) - now() <= config.limits.rateLimitWait)
      return false
    this.exitCode = EXIT.RATE_LIMIT
    return true
  }

  #start(step: Step): void {
    const key = stepKey(step)
    if (step.type === 'cancel' || step.type === 'wait' || this.#steps.has(key)) return
    const done = perform(this.#context, step)
      .catch((error: unknown) => {
        // Whatever waited when the run was stopped ends by the stop itself; that is no fault.
        if (this.#context.signal.aborted && isAbort(error)) return
        this.#failure ??= {error}
        this.#options.stop.abort()
      })
      .finally(() => this.#steps.delete(key))
    this.#steps.set(key, done)
  }

  /** Until a step ends, somebody else appends, or a pause is over. */
  async #next(): Promise<void> {
    const {log, now, signal} = this.#context
    const waking = new AbortController()
    const until = log.state.pause ? Date.parse(log.state.pause.until) - now() : Infinity
    const wake = this.#options.sleep(Math.min(POLL_MS, Math.max(until, 0)), AbortSignal.any([waking.signal, signal]))
    await Promise.race([wake, ...this.#steps.values()])
    waking.abort()
    if (log.state.pause && Date.parse(log.state.pause.until) <= now()) await log.append({type: 'task.unpaused'})
    if (!signal.aborted) await this.#look()
  }

  #lastLook = 0

  async #look(): Promise<void> {
    const {log, now} = this.#context
    const since = now() - this.#lastLook
    if (since < POLL_MS) return
    await log.refresh()
    // The store was gone, or this process was stopped: an append of nothing asks whether the task is still ours.
    if (this.#lastLook > 0 && now() - this.#lastLook > AWAY_MS) await log.append()
    this.#lastLook = now()
  }

  #decideOptions(): DecideOptions {
    const {config, now} = this.#context
    const {parallel, attempts, usd, tokens, agentMemory} = config.limits
    const freeBytes = readFreeMemory()
    return {
      parallel,
      attempts,
      approve: config.finish.approve,
      review: config.review.criteria,
      audit: config.review.security !== 'off',
      agents: settingsOf(config),
      circular: config.limits.circular,
      budgets: config.limits,
      now: now(),
      ...(freeBytes === undefined ? {} : {memory: {freeBytes, agentBytes: agentMemory * MIB}}),
      ...(usd === undefined ? {} : {usd}),
      ...(tokens === undefined ? {} : {tokens}),
    }
  }
}
