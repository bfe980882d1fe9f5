import {clearInterval, clearTimeout, setInterval, setTimeout} from 'node:timers'
import type {AgentOutcome, Usage} from './agent.ts'

/** What one attempt may use. */
export interface LaunchLimits {
  readonly timeoutMs: number
  /** An agent that shows no sign of life for so long is stopped. */
  readonly silenceMs: number
  /** Asked when the attempt has used more, and every second: the budget that is overdrawn with it, in words. */
  overdrawn?(spent: AttemptUse): string | undefined
  /** How often the agent may ask its model. */
  readonly turns: number
  /** What this attempt may use by itself. */
  readonly attemptUsd?: number
  readonly attemptTokens?: number
  /** Where the configuration sets them. */
  readonly names?: {readonly turns: string; readonly tokens: string; readonly usd: string}
}

/** What attempts have used: what budgets count. `time` in milliseconds, added up over attempts. */
export interface AttemptUse {
  readonly tokens: number
  readonly usd: number
  readonly time: number
  readonly turns: number
}

const NAMES = {turns: 'limits.turns', tokens: 'limits.attemptTokens', usd: 'limits.attemptUsd'}

/** Time is spent without a word of the agent. */
const LOOK_MS = 1_000

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
  readonly #look: NodeJS.Timeout
  readonly #cancel = () => this.#stop({status: 'cancelled'})
  #outcome: AgentOutcome | undefined
  readonly #begun: number
  #lastSign: number
  #turns = 0
  #used = {tokens: 0, usd: 0}

  constructor(limits: LaunchLimits, outer: AbortSignal, now: () => number) {
    this.#limits = limits
    this.#now = now
    this.#outer = outer
    this.#begun = now()
    this.#lastSign = this.#begun
    const limitMs = limits.timeoutMs
    this.#timeout = setTimeout(() => this.#stop({status: 'timed-out', limitMs}), Math.min(limitMs, MAX_TIMER_MS))
    this.#silence = setTimeout(() => this.#stall(), Math.min(limits.silenceMs, MAX_TIMER_MS))
    this.#look = setInterval(() => this.#checkBudgets(), LOOK_MS)
    outer.addEventListener('abort', this.#cancel, {once: true})
    if (outer.aborted) this.#cancel()
  }

  /** Aborts at the first limit, on cancel and on `abort`. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get turns(): number {
    return this.#turns
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
    this.#checkBudgets()
  }

  spend({tokens, usd = 0}: Usage): void {
    this.#used = {tokens, usd}
    this.#checkBudgets()
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

  #checkBudgets(): void {
    const limit = this.#limits.overdrawn?.({...this.#used, time: this.#now() - this.#begun, turns: this.#turns})
    if (limit !== undefined) this.#stop({status: 'over-budget', usd: this.#used.usd, limit})
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
    clearInterval(this.#look)
  }
}
