import {setTimeout as delay} from 'node:timers/promises'
import {MARKER} from '../process.ts'
import type {AgentBackend, AgentEvent, AgentOutcome, AgentRequest, AgentTools, Usage} from './agent.ts'
import {agentEnvironment} from './environment.ts'
import {LimitWatch, type LaunchLimits} from './limits.ts'
import {priceOf, type Prices} from './prices.ts'
import {addUsage, brokenBackend, parseEvent, parseOutcome, saidAtEnd} from './outcome.ts'
import {AgentProcesses} from './processes.ts'
import {askHome} from './sandbox/agent-home.ts'
import {openSandbox} from './sandbox/open-sandbox.ts'
import type {SandboxRequest} from './sandbox/places.ts'
import type {Sandbox} from './sandbox/sandbox.ts'
import {createRedactor, redactStrings, type Redactor} from '../redact.ts'
import {Transcript} from './transcript.ts'

export interface Launch {
  readonly backend: AgentBackend
  readonly request: Omit<AgentRequest, 'env'>
  readonly attemptId: string
  /** Carried by every process of the attempt, so that a later runner finds what this one left. */
  readonly marker: string
  /** Absolute path of the NDJSON transcript, which is appended to. */
  readonly transcript: string
  readonly limits: LaunchLimits
  /** For agents that do not say what they cost. */
  readonly prices?: Prices
  /** What its programs are shut in; nothing when absent. */
  readonly sandbox?: SandboxRequest
  /** First of the ports that the attempt may listen on. */
  readonly portBase: number
  readonly hostEnv: Readonly<Record<string, string | undefined>>
  /** Further variables that the agent may see, `NAME` or `PREFIX_*`. */
  readonly allowEnv: readonly string[]
  readonly signal: AbortSignal
  /** How long a stopped backend may take to settle before it is given up. */
  readonly giveUpMs?: number
  /** Called for every program that the backend starts. A rejection stops the attempt, and is rethrown. */
  onSpawn(pid: number): void | Promise<void>
  /** What the agent is doing, secrets masked: for screens and recordings. */
  onActivity?(event: AgentEvent): void
  now(): number
}

export interface LaunchResult {
  readonly outcome: AgentOutcome
  /** Its summary, uncut. Not for the log. */
  readonly said?: string
  readonly usage: Spent
  /** How often it asked its model, when its backend says so. */
  readonly turns?: number
  readonly session?: string
  /** What ran, as far as the agent said it. */
  readonly agent?: AgentIdentity
}

export interface AgentIdentity {
  readonly version?: string
  readonly model?: string
}

/** What was used, with its price: 0 when nobody knows it. */
export type Spent = Usage & {readonly usd: number}

/** Longer than a stopped program takes at worst: one to end by itself, two seconds to SIGKILL, two for what holds its pipes open. */
const GIVE_UP_MS = 6_000
/** How much of what was printed last is looked through for a line that a backend repeats as an event. */
const MAX_PRINTED = 8_192

/**
 * Runs one attempt to its end, for every backend in the same way: limits, environment, transcript, redaction.
 * How it ended is decided here: cancelled, else the limit that was reached, else what the backend said. A backend
 * that throws or answers nonsense has failed, and is named.
 *
 * @throws {ConductError} when the sandbox cannot be had, when the transcript cannot be written, and whatever `onSpawn` rejects with
 */
export async function launchAgent(launch: Launch): Promise<LaunchResult> {
  const sandbox = await sandboxOf(launch)
  const attempt = new Attempt(launch, sandbox)
  try {
    return await attempt.run()
  } finally {
    attempt.close()
    await sandbox?.close()
  }
}

async function sandboxOf(launch: Launch): Promise<Sandbox | undefined> {
  const {sandbox, backend, request} = launch
  if (sandbox === undefined) return undefined
  const {cwd, projectDir, options} = request
  const env = environmentOf(launch)
  return openSandbox({...sandbox, cwd, projectDir, env, agentHome: await askHome(backend, {options, cwd: projectDir, env})})
}

function environmentOf({request, hostEnv, allowEnv, portBase, marker}: Launch): Readonly<Record<string, string>> {
  return {...agentEnvironment(hostEnv, allowEnv, {request, portBase}), [MARKER]: marker}
}

class Attempt {
  readonly #launch: Launch
  readonly #watch: LimitWatch
  readonly #redactor: Redactor
  readonly #transcript: Transcript
  readonly #processes: AgentProcesses
  readonly #env: Readonly<Record<string, string>>
  #usage: Usage = {tokens: 0}
  #agent: AgentIdentity | undefined
  #session: string | undefined
  #said: string | undefined
  #printed = ''
  #isOver = false
  /** What the backend did wrong outside of `run`: in a callback, or with an event. */
  #backendFault: {readonly error: unknown} | undefined
  /** What went wrong on our side. */
  #hostFault: {readonly error: unknown} | undefined

  constructor(launch: Launch, sandbox: Sandbox | undefined) {
    const {request, limits, signal, hostEnv, marker, now} = launch
    this.#launch = launch
    this.#redactor = createRedactor(hostEnv)
    const onFailure = (error: unknown) => this.#failOnHost(error)
    this.#transcript = new Transcript(launch.transcript, {redactor: this.#redactor, now, onFailure})
    this.#watch = new LimitWatch(limits, signal, now)
    this.#env = {...environmentOf(launch), ...sandbox?.env}
    this.#processes = new AgentProcesses({
      cwd: request.cwd,
      env: this.#env,
      marker,
      sandbox,
      transcript: this.#transcript,
      signal: this.#watch.signal,
      onSpawn: (pid) => this.#onSpawn(pid),
      onOutput: (text, stream) => this.#onOutput(text, stream),
      onFault: (error) => this.#blame(error),
    })
  }

  async run(): Promise<LaunchResult> {
    this.#writeHeader()
    const said = await this.#runBackend()
    const outcome = this.#watch.outcome ?? (this.#backendFault ? this.#broken(this.#backendFault.error) : said)
    const result = this.#toResult(outcome)
    this.#transcript.write({type: 'outcome', outcome: result.outcome, usage: result.usage})
    if (this.#hostFault) throw this.#hostFault.error
    return result
  }

  close(): void {
    this.#watch.close()
    this.#transcript.close()
  }

  #writeHeader(): void {
    const {request, backend, attemptId} = this.#launch
    const {role, model, attempt, taskId, phase, module, cwd, prompt} = request
    const header = {role, backend: backend.name, model, attempt, attempt_id: attemptId, task_id: taskId, phase, module, cwd}
    this.#transcript.write({type: 'attempt', ...header})
    this.#transcript.write({type: 'prompt', text: prompt})
  }

  /** What the backend says, or `cancelled` when it was given up: the caller knows better why. */
  async #runBackend(): Promise<AgentOutcome> {
    if (this.#watch.signal.aborted) return {status: 'cancelled'}
    const settled = new AbortController()
    const givenUp = this.#giveUp(settled.signal)
    const said = await Promise.race([this.#askBackend(), givenUp])
    settled.abort()
    this.#isOver = true
    await this.#processes.close({isGivenUp: said === undefined})
    return said ?? {status: 'cancelled'}
  }

  async #askBackend(): Promise<AgentOutcome> {
    const {backend, request} = this.#launch
    const tools: AgentTools = {signal: this.#watch.signal, emit: (event) => this.#emit(event), spawn: this.#processes.spawn}
    try {
      const outcome = await backend.run({...request, prompt: this.#redactor.redact(request.prompt), env: this.#env}, tools)
      this.#said = saidAtEnd(outcome)
      return parseOutcome(outcome)
    } catch (error) {
      return this.#broken(error)
    }
  }

  /** Resolves when the attempt was stopped and its backend has had its time to settle. */
  async #giveUp(settled: AbortSignal): Promise<undefined> {
    const {signal} = this.#watch
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), {once: true})
      settled.addEventListener('abort', () => resolve(), {once: true})
    })
    // The wait is cut short when the backend settled in time; nobody looks at this promise any more then.
    await delay(this.#launch.giveUpMs ?? GIVE_UP_MS, undefined, {signal: settled}).catch(() => undefined)
    return undefined
  }

  #emit(said: AgentEvent): void {
    if (this.#isOver) return
    let event: AgentEvent
    try {
      event = parseEvent(said)
    } catch (error) {
      return this.#blame(error)
    }
    try {
      this.#take(event)
    } catch (error) {
      this.#failOnHost(error)
    }
  }

  #take(event: AgentEvent): void {
    this.#watch.signOfLife()
    if (event.type === 'turn') this.#watch.turn()
    if (event.type === 'session') this.#session = event.id
    if (event.type === 'agent') this.#agent = {...this.#agent, ...identityIn(event)}
    const shown = event.type === 'usage' ? {...event, usage: this.#spend(event.usage)} : event
    if (!this.#isPrinted(shown)) this.#transcript.write({...shown})
    this.#launch.onActivity?.(this.#mask(shown))
  }

  #spend(reported: Usage): Spent {
    this.#usage = addUsage(this.#usage, reported)
    const spent = this.#priced(this.#usage)
    this.#watch.spend(spent)
    return spent
  }

  #priced(usage: Usage): Spent {
    const {prices = {}, request} = this.#launch
    return {...usage, usd: usage.usd ?? priceOf(usage, prices, [this.#agent?.model, request.model])}
  }

  /** A backend may repeat a printed line as an event, for the screen; the transcript has it already. */
  #isPrinted(event: AgentEvent): boolean {
    return event.type === 'text' && `\n${this.#printed}`.includes(`\n${event.text}\n`)
  }

  #onOutput(text: string, stream: 'stdout' | 'stderr'): void {
    this.#watch.signOfLife()
    if (stream === 'stdout') this.#printed = this.#printed.slice(-MAX_PRINTED) + text
  }

  #onSpawn(pid: number): void {
    // Not awaited: the program is running already. But an attempt that cannot be recorded must not go on.
    const recorded = async () => this.#launch.onSpawn(pid)
    recorded().catch((error: unknown) => this.#failOnHost(error))
  }

  #blame(error: unknown): void {
    this.#backendFault ??= {error}
    this.#watch.abort()
  }

  #failOnHost(error: unknown): void {
    this.#hostFault ??= {error}
    this.#watch.abort()
  }

  #broken(error: unknown): AgentOutcome {
    return brokenBackend(this.#launch.backend.name, error)
  }

  #toResult(outcome: AgentOutcome): LaunchResult {
    const usage = this.#priced(addUsage(this.#usage, 'usage' in outcome ? outcome.usage : undefined))
    const session = ('session' in outcome ? outcome.session : undefined) ?? this.#session
    return {
      outcome: this.#mask(outcome),
      ...(this.#said === undefined ? {} : {said: this.#mask(this.#said)}),
      usage,
      ...(this.#watch.turns > 0 ? {turns: this.#watch.turns} : {}),
      ...(session === undefined ? {} : {session}),
      ...(this.#agent ? {agent: this.#mask(this.#agent)} : {}),
    }
  }

  /** Same shape, every string in it redacted. */
  #mask<T>(value: T): T {
    return redactStrings(value, this.#redactor)
  }
}

function identityIn({version, model}: AgentIdentity): AgentIdentity {
  return {...(version === undefined ? {} : {version}), ...(model === undefined ? {} : {model})}
}
