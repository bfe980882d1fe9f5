import {Slots} from './slots.ts'

/**
 * Shares the processors among checkouts that go on at the same time: few trees at once, and what is free is given to git as
 * workers. A tree alone is written by all processors; many trees by one each, since more would only wait for each other.
 */
export class CheckoutTurns {
  readonly #cores: number
  readonly #slots: Slots
  #running = 0

  constructor(cores: number) {
    this.#cores = cores
    this.#slots = new Slots(Math.max(2, Math.ceil(cores / 2)))
  }

  /** Runs `work` when it is its turn, with the number of git's workers (`checkout.workers`) that it may use: at least 1. */
  async use<T>(work: (workers: number) => Promise<T>): Promise<T> {
    return this.#slots.use(async () => {
      this.#running += 1
      try {
        return await work(Math.ceil(this.#cores / this.#running))
      } finally {
        this.#running -= 1
      }
    })
  }
}
