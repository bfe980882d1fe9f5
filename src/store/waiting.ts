import type {ConductError} from '../errors.ts'
import type {StorePatience} from './store.ts'

/** What a call is given even when others before it have waited in vain. Longer than any pause between connections. */
const LEAST_MS = 1000
/** A shorter absence is nobody's concern. */
const TELL_AFTER_MS = 2000

/**
 * How all calls on one store wait for it together: from when it was first missed, or an end would take minutes; told
 * once, not by each.
 */
export class Waiting {
  #patience: StorePatience
  #missedAt: number | undefined
  #isTold = false

  constructor(patience: StorePatience) {
    this.#patience = patience
  }

  /** How long is waited now, in milliseconds. */
  get limitMs(): number {
    return this.#patience.ms
  }

  /** From now on. */
  extend(patience: StorePatience): void {
    this.#patience = patience
  }

  /** A call had its answer. */
  answered(): void {
    if (this.#missedAt === undefined) return
    const tookMs = performance.now() - this.#missedAt
    const wasTold = this.#isTold
    this.#missedAt = undefined
    this.#isTold = false
    if (wasTold) this.#patience.onWait?.({status: 'over', tookMs})
  }

  /**
   * A call that began at `begunAt` (`performance.now()`) had no answer.
   *
   * @param why told to people when this lasts
   * @returns whether to try again
   */
  missed(begunAt: number, why: () => ConductError): boolean {
    const now = performance.now()
    this.#missedAt ??= now
    const {ms, signal} = this.#patience
    // Who wants to stop waits no more, and what was done before is safe without it.
    if (signal?.aborted) return false
    if (now >= Math.max(begunAt + Math.min(LEAST_MS, ms), this.#missedAt + ms)) return false
    if (!this.#isTold && now - this.#missedAt >= TELL_AFTER_MS) this.#tell(why())
    return true
  }

  #tell({message}: ConductError): void {
    this.#isTold = true
    const {ms, onWait} = this.#patience
    onWait?.({status: 'waiting', why: message, limitMs: ms})
  }
}
