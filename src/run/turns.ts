/** Lets work on the same key run one after another within this process, in order of arrival. */
export class Turns {
  readonly #tails = new Map<string, Promise<void>>()

  /** @throws the signal's reason when it aborts before the turn has come; what comes later is the business of `work`. */
  async take<T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.#tails.get(key)
    const {promise: done, resolve: end} = Promise.withResolvers<void>()
    const tail = (before ?? Promise.resolve()).then(() => done)
    this.#tails.set(key, tail)
    try {
      signal?.throwIfAborted()
      if (before) await untilAborted(before, signal)
      return await work()
    } finally {
      end()
      if (this.#tails.get(key) === tail) this.#tails.delete(key)
    }
  }
}

async function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return work
  const {promise: aborted, reject} = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, {once: true})
  try {
    await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
