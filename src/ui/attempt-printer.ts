import type {AttemptItem} from './attempt-list.ts'
import {attemptFooter, attemptHeader, renderTranscriptLine} from './transcript-view.ts'
import {TranscriptTail} from './transcript-tail.ts'

/** Prints what attempts did, each below its header, and later what came in addition. */
export class AttemptPrinter {
  readonly #print: (line: string) => void
  readonly #tails = new Map<string, TranscriptTail>()
  readonly #closed = new Set<string>()
  /** The attempt whose lines were printed last. */
  #last: string | undefined

  constructor(print: (line: string) => void) {
    this.#print = print
  }

  /** Prints the news of each attempt; `true` when there was any. */
  async update(attempts: readonly AttemptItem[]): Promise<boolean> {
    let hasNews = false
    for (const attempt of attempts) {
      if (this.#closed.has(attempt.attempt_id)) continue
      // Asked before reading: what is written after the end was recorded does not exist.
      if (attempt.outcome !== null) this.#closed.add(attempt.attempt_id)
      if (await this.#printNews(attempt)) hasNews = true
    }
    return hasNews
  }

  async #printNews(attempt: AttemptItem): Promise<boolean> {
    const tail = this.#tails.get(attempt.attempt_id) ?? new TranscriptTail(attempt.transcript)
    const isNew = !this.#tails.has(attempt.attempt_id)
    this.#tails.set(attempt.attempt_id, tail)
    const lines = (await tail.read()).flatMap((line) => renderTranscriptLine(line, attempt.cwd))
    const footer = attemptFooter(attempt)
    if (footer !== undefined) lines.push(footer)
    if (lines.length === 0 && !isNew) return false
    if (this.#last !== attempt.attempt_id) this.#print(`${this.#last === undefined ? '' : '\n'}${attemptHeader(attempt)}`)
    this.#last = attempt.attempt_id
    for (const line of lines) this.#print(line)
    return true
  }
}
