/** Texts that are handed on in the order in which they come. */
export class TextQueue implements AsyncIterable<string> {
  readonly #texts: string[] = []
  #isOver = false
  #wake: (() => void) | undefined

  push(text: string): void {
    if (this.#isOver) return
    this.#texts.push(text)
    this.#wake?.()
  }

  /** What was pushed is still handed on. */
  end(): void {
    this.#isOver = true
    this.#wake?.()
  }

  [Symbol.asyncIterator](): AsyncIterator<string, undefined> {
    return {
      next: () => this.#next(),
      return: async () => {
        this.#texts.length = 0
        this.end()
        return {done: true, value: undefined}
      },
    }
  }

  async #next(): Promise<IteratorResult<string, undefined>> {
    while (this.#texts.length === 0 && !this.#isOver) await new Promise<void>((resolve) => (this.#wake = resolve))
    const value = this.#texts.shift()
    return value === undefined ? {done: true, value: undefined} : {done: false, value}
  }
}
