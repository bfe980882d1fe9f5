import {randomBytes} from 'node:crypto'
import {setTimeout as wait} from 'node:timers/promises'
import {isInputRequiredResult, ProtocolErrorCode, type Result} from '@modelcontextprotocol/server'
import type {CallOutcome} from '../../events.ts'
import {identifyProcess} from '../../process.ts'
import {isOwnerAlive} from '../../run/lease.ts'
import {withLease} from '../../run/with-lease.ts'
import {beginCall, readCall, writeCall, type CallLogs} from './call-log.ts'
import type {CallState} from './call-state.ts'

/** Runs a tool, from the beginning each time: with the answers to what its last result asked for, if it asked. */
export type Work = (round: {readonly signal: AbortSignal; readonly answers: Answers | undefined}) => Promise<Result>

type Answers = Readonly<Record<string, unknown>>

const LOOK_MS = 250

/**
 * Calls that outlast the request that began them. Each is kept in the store with the lease of the process that runs it,
 * so that any other can tell how it stands, answer its questions and cancel it, and sees when its process has died.
 */
export class LongCalls {
  readonly #logs: CallLogs
  readonly #running = new Map<string, {readonly stop: AbortController; readonly ended: Promise<unknown>}>()

  constructor(logs: CallLogs) {
    this.#logs = logs
  }

  /** Begins a call; on return it is durable, and goes on by itself. */
  async begin(tool: string, work: Work): Promise<CallState> {
    // Who knows the id may read and end the call.
    const id = `call-${randomBytes(16).toString('hex')}`
    const stop = new AbortController()
    const begun = Promise.withResolvers<CallState>()
    const ended = withLease({...this.#logs, purpose: 'run'}, id, async () => {
      begun.resolve(await beginCall(this.#logs, id, tool))
      await writeCall(this.#logs, id, {type: 'call.ended', outcome: await this.#run(id, work, stop)})
    })
    this.#running.set(id, {stop, ended: ended.catch(begun.reject).finally(() => this.#running.delete(id))})
    return begun.promise
  }

  /** How a call stands; `undefined` for an unknown one. One whose process has died is over. */
  async find(id: string): Promise<CallState | undefined> {
    const state = await readCall(this.#logs, id)
    if (!state || state.outcome || (await this.#isHeld(id))) return state
    return writeCall(this.#logs, id, {type: 'call.ended', outcome: DIED})
  }

  /** Answers what the call asked. What it did not ask is nobody's answer. */
  async answer(id: string, responses: Answers): Promise<CallState | undefined> {
    const state = await this.find(id)
    const isWanted = Object.keys(responses).some((key) => state && Object.hasOwn(state.asked, key))
    return isWanted ? writeCall(this.#logs, id, {type: 'call.answered', responses}) : state
  }

  /** Asks the call to end; it may be done before it hears of it. */
  async cancel(id: string): Promise<CallState | undefined> {
    const state = await this.find(id)
    if (!state || state.outcome || state.cancelRequested) return state
    const cancelled = await writeCall(this.#logs, id, {type: 'call.cancel_requested'})
    this.#running.get(id)?.stop.abort(CANCELLED)
    return cancelled
  }

  /** Ends what this process runs; on return all of it has ended, and is recorded. */
  async close(): Promise<void> {
    const running = [...this.#running.values()]
    for (const {stop} of running) stop.abort(STOPPED)
    await Promise.all(running.map(({ended}) => ended))
  }

  async #run(id: string, work: Work, stop: AbortController): Promise<CallOutcome> {
    const looking = this.#lookForCancel(id, stop)
    try {
      const result = await this.#untilResult(id, work, stop.signal)
      // A tool that was made to stop says so by an error of its own.
      return stop.signal.aborted && result['isError'] === true ? outcomeOf(stop.signal.reason) : {status: 'completed', result}
    } catch (error) {
      return outcomeOf(stop.signal.aborted ? stop.signal.reason : error)
    } finally {
      clearInterval(looking)
    }
  }

  /** Another process may have been asked to cancel it. */
  #lookForCancel(id: string, stop: AbortController): NodeJS.Timeout {
    const look = async () => {
      const state = await readCall(this.#logs, id)
      if (state?.cancelRequested) stop.abort(CANCELLED)
    }
    // A store that is away for a while answers the next look.
    return setInterval(() => void look().catch(() => undefined), LOOK_MS).unref()
  }

  async #untilResult(id: string, work: Work, signal: AbortSignal): Promise<Result> {
    for (let [round, answers] = [1, undefined as Answers | undefined]; ; round += 1) {
      const result = await work({signal, answers})
      if (!isInputRequiredResult(result)) return result
      answers = await this.#ask(id, `${round}.`, result.inputRequests ?? {}, signal)
    }
  }

  /** @param prefix makes the keys of this round other ones than those of any other */
  async #ask(id: string, prefix: string, requests: Answers, signal: AbortSignal): Promise<Answers> {
    const keyed = Object.entries(requests).map(([key, request]) => [prefix + key, request] as const)
    await writeCall(this.#logs, id, {type: 'call.asked', requests: Object.fromEntries(keyed)})
    for (;;) {
      const state = await readCall(this.#logs, id)
      if (state && Object.keys(state.asked).length === 0) return withoutPrefix(state.answers, prefix)
      await wait(LOOK_MS, undefined, {signal})
    }
  }

  async #isHeld(id: string): Promise<boolean> {
    if (this.#running.has(id)) return true
    const [lease, here] = await Promise.all([this.#logs.store.readLease(id), identifyProcess()])
    if (!lease || lease.expiresAt === 0 || !here) return false
    const alive = await isOwnerAlive(lease.owner, here)
    return alive === 'unknown' ? lease.expiresAt > this.#logs.now() : alive
  }
}

const withoutPrefix = (answers: Answers, prefix: string): Answers =>
  Object.fromEntries(Object.entries(answers).map(([key, answer]) => [key.slice(prefix.length), answer]))

const failed = (message: string, code: number = ProtocolErrorCode.InternalError) => ({status: 'failed', error: {code, message}}) as const

/** Reasons for which a call is made to stop, and what it ends as. */
const CANCELLED = {status: 'cancelled'} as const
const STOPPED = failed('The server was stopped before the call was done. What it did by then stands; call the tool again.')
const DIED = failed('The server that ran the call died before it was done. What it did by then stands; call the tool again.')

function outcomeOf(error: unknown): CallOutcome {
  if (error === CANCELLED || error === STOPPED) return error as CallOutcome
  if (!(error instanceof Error)) return failed(String(error))
  const {code, data} = error as Error & {readonly code?: unknown; readonly data?: unknown}
  if (typeof code !== 'number') return failed(error.message)
  return {status: 'failed', error: {code, message: error.message, ...(data === undefined ? {} : {data})}}
}
