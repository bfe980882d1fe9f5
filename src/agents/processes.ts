import {endGroup, runProcess, type ProcessResult} from '../process.ts'
import type {AgentTools, SpawnOptions, SpawnResult} from './agent.ts'
import type {Sandbox} from './sandbox/sandbox.ts'
import type {Transcript} from './transcript.ts'

export interface AgentProcessesOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly marker: string
  /** What each of them is shut in. */
  readonly sandbox: Sandbox | undefined
  readonly transcript: Transcript
  readonly signal: AbortSignal
  onSpawn(pid: number): void
  onOutput(text: string, stream: 'stdout' | 'stderr'): void
  /** The backend's own callback threw. */
  onFault(error: unknown): void
}

/** A person who cancels does not wait longer for an agent that wants to say goodbye. */
const MAX_GRACE_MS = 1_000

/** Every program that one attempt starts. When it is closed, none of them is left. */
export class AgentProcesses {
  readonly #options: AgentProcessesOptions
  readonly #closing = new AbortController()
  readonly #running = new Set<Promise<SpawnResult>>()
  #hasSpared = false

  constructor(options: AgentProcessesOptions) {
    this.#options = options
  }

  readonly spawn: AgentTools['spawn'] = async (argv, options = {}) => {
    const isOver = this.#closing.signal.aborted || this.#options.signal.aborted
    if (isOver) return {exitCode: null, signal: 'SIGTERM', stdout: '', stderr: ''}
    const running = this.#run(argv, options)
    this.#running.add(running)
    try {
      return await running
    } finally {
      this.#running.delete(running)
    }
  }

  /** Ends what still runs. Programs that a backend started past `spawn` are found by the marker. */
  async close({isGivenUp}: {readonly isGivenUp: boolean}): Promise<void> {
    const hasLeftovers = this.#running.size > 0 || this.#hasSpared || isGivenUp
    this.#closing.abort()
    if (!hasLeftovers) return
    await endGroup(undefined, this.#options.marker)
    await Promise.allSettled(this.#running)
  }

  async #run(argv: readonly string[], {input, graceMs = 0, env, isProtocol, onLine}: SpawnOptions): Promise<SpawnResult> {
    const {marker, transcript, sandbox, signal, onSpawn, onOutput} = this.#options
    const streams = {stdout: transcript.stream(isProtocol ? 'protocol' : 'stdout'), stderr: transcript.stream('stderr')}
    transcript.write({type: 'spawn', argv, ...(sandbox === undefined ? {} : {sandbox: sandbox.kind})})
    const shut = sandbox?.wrap(argv)
    const ended = await runProcess({
      argv: shut?.argv ?? argv,
      cwd: shut?.cwd ?? this.#options.cwd,
      env: {...this.#options.env, ...env},
      marker,
      sharesMarker: () => this.#sharesMarker(),
      signal: AbortSignal.any([signal, this.#closing.signal]),
      graceMs: Math.min(graceMs, MAX_GRACE_MS),
      onSpawn,
      onOutput: (text, stream) => {
        streams[stream].push(text)
        onOutput(text, stream)
      },
      ...(input === undefined ? {} : {input}),
      onInputFault: (error) => this.#options.onFault(error),
      ...(onLine ? {onLine: (line) => this.#guard(() => onLine(line))} : {}),
    })
    streams.stdout.end()
    streams.stderr.end()
    const result = toSpawnResult(ended)
    const told = (await shut?.unwrap(result)) ?? result
    transcript.write({
      type: 'exit',
      exit_code: told.exitCode,
      signal: told.signal,
      ...(told.error === undefined ? {} : {error: told.error}),
    })
    return told
  }

  /** Programs that run side by side do not end each other; what one of them left is ended in `close`. */
  #sharesMarker(): boolean {
    // The one that asks is still among them.
    const isShared = this.#running.size > 1
    this.#hasSpared ||= isShared
    return isShared
  }

  /** An exception in a stream's callback would end conduct itself. */
  #guard(action: () => void): void {
    try {
      action()
    } catch (error) {
      this.#options.onFault(error)
    }
  }
}

function toSpawnResult({exitCode, signal, stdout, stderr, error}: ProcessResult): SpawnResult {
  return {exitCode, signal, stdout, stderr, ...(error === undefined ? {} : {error})}
}
