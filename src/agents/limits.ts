import {clearTimeout, setTimeout} from 'node:timers'
import type {AgentOutcome, Usage} from './agent.ts'

/** What one attempt may use. */
export interface LaunchLimits {
  readonly timeoutMs: number
  /** An agent that shows no sign of life for so long is stopped. */
  readonly silenceMs: number
  /** What is left of the task's budget. */
  readonly usdLeft?: number
  readonly tokensLeft?: number
  /** Asked whenever the attempt has used more: the budget that is overdrawn with it, in words. */
  overdrawn?(spent: {readonly tokens: number; readonly usd: number}): string | undefined
  /** How often the agent may ask its model. */
  readonly turns: number
  /** What this attempt may use by itself. */
  readonly attemptUsd?: number
  readonly attemptTokens?: number
  /** Where the configuration sets them. */
  readonly names?: {readonly turns: string; readonly tokens: string; readonly usd: string}
}

const NAMES = {turns: 'limits.turns', tokens: 'limits.attemptTokens', usd: 'limits.attemptUsd'}

/** Timers of Node hold 31 bits; a longer wait would end at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/**
 * Watches over one attempt and stops it by `signal`. Timers, not the wall clock: a laptop that slept for an
 * hour has no stalled agents. The first limit that is reached counts; a cancel counts more than any.
 */
export class LimitWatch {
  readonly #limits: LaunchLimits
  readonly #now: () => number
  readonly #outer: AbortSignal
  readonly #controller = new AbortController()
  readonly #timeout: NodeJS.Timeout
  readonly #silence: NodeJS.Timeout
  readonly #cancel = () => this.#stop({status: 'cancelled'})
  #outcome: AgentOutcome | undefined
  #lastSign: number
  #turns = 0

  constructor(limits: LaunchLimits, outer: AbortSignal, now: () => number) {
    this.#limits = limits
    this.#now = now
    this.#outer = outer
    this.#lastSign = now()
    const limitMs = limits.timeoutMs
    this.#timeout = setTimeout(() => this.#stop({status: 'timed-out', limitMs}), Math.min(limitMs, MAX_TIMER_MS))
    this.#silence = setTimeout(() => this.#stall(), Math.min(limits.silenceMs, MAX_TIMER_MS))
    outer.addEventListener('abort', this.#cancel, {once: true})
    if (outer.aborted) this.#cancel()
  }

  /** Aborts at the first limit, on cancel and on `abort`. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Why the attempt was stopped; `undefined` when no limit did. */
  get outcome(): AgentOutcome | undefined {
    return this.#outcome
  }

  /** The agent printed or reported something. */
  signOfLife(): void {
    this.#lastSign = this.#now()
    if (!this.signal.aborted) this.#silence.refresh()
  }

  /** The agent asks its model once more. An endless loop would else go on until the time is over, and cost all of it. */
  turn(): void {
    this.#turns += 1
    const {turns, names = NAMES} = this.#limits
    if (this.#turns > turns) this.#fail(`It took more than ${turns} turns, which is \`${names.turns}\`.`)
  }

  spend({tokens, usd = 0}: Usage): void {
    const {usdLeft = Infinity, tokensLeft = Infinity} = this.#limits
    if (usd > usdLeft || tokens > tokensLeft) this.#stop({status: 'over-budget', usd})
    const limit = this.#limits.overdrawn?.({tokens, usd})
    if (limit !== undefined) this.#stop({status: 'over-budget', usd, limit})
    const {attemptUsd = Infinity, attemptTokens = Infinity, names = NAMES} = this.#limits
    if (tokens > attemptTokens) this.#fail(`It used more than ${attemptTokens} tokens, which is \`${names.tokens}\`.`)
    if (usd > attemptUsd) this.#fail(`It cost more than ${attemptUsd} USD, which is \`${names.usd}\`.`)
  }

  /** Stops the attempt for a reason that is no limit. */
  abort(): void {
    this.#clearTimers()
    this.#controller.abort()
  }

  close(): void {
    this.#clearTimers()
    this.#outer.removeEventListener('abort', this.#cancel)
  }

  /** What the attempt took by itself is its own failure, not the end of the task. */
  #fail(cause: string): void {
    this.#stop({status: 'failed', retryable: true, cause})
  }

  #stall(): void {
    this.#stop({status: 'stalled', silentMs: Math.max(this.#limits.silenceMs, this.#now() - this.#lastSign)})
  }

  #stop(outcome: AgentOutcome): void {
    const isLate = this.signal.aborted && outcome.status !== 'cancelled'
    if (isLate) return
    this.#outcome = outcome
    this.abort()
  }

  #clearTimers(): void {
    clearTimeout(this.#timeout)
    clearTimeout(this.#silence)
  }
}
