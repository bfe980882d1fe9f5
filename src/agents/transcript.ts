import {appendFileSync, closeSync, mkdirSync, openSync} from 'node:fs'
import path from 'node:path'
import {cannotWrite} from '../cannot-write.ts'
import type {RedactedStream, Redactor} from '../redact.ts'

export type TranscriptEntry = {readonly type: string} & Readonly<Record<string, unknown>>

export interface TranscriptOptions {
  readonly redactor: Redactor
  now(): number
  /** Called once, for the first entry that cannot be written: a full disk. */
  onFailure(error: Error): void
}

/** Output beyond this is not kept: an agent that prints without end must not fill the disk. */
const MAX_BYTES = 128 * 1024 * 1024

/**
 * What happened in one attempt: NDJSON, one `{at, type, ...}` a line, secrets masked, for the owner's eyes
 * only. Written at once and without a buffer of ours, so that killing conduct loses none of it.
 */
export class Transcript {
  readonly #file: string
  readonly #options: TranscriptOptions
  readonly #fd: number
  #bytes = 0
  #failed = false

  /** @throws {ConductError} `STORE_READ_ONLY`, `DISK_FULL` */
  constructor(file: string, options: TranscriptOptions) {
    this.#file = file
    this.#options = options
    try {
      mkdirSync(path.dirname(file), {recursive: true, mode: 0o700})
      this.#fd = openSync(file, 'a', 0o600)
    } catch (error) {
      throw cannotWrite('the transcript', file, error)
    }
  }

  /** Every string in `entry` is redacted. Never throws; see `onFailure`. */
  write(entry: TranscriptEntry): void {
    if (this.#failed) return
    const line = JSON.stringify({at: new Date(this.#options.now()).toISOString(), ...entry}, (_key, value: unknown) =>
      typeof value === 'string' ? this.#options.redactor.redact(value) : value,
    )
    try {
      appendFileSync(this.#fd, `${line}\n`)
      this.#bytes += line.length + 1
    } catch (error) {
      this.#failed = true
      this.#options.onFailure(cannotWrite('the transcript', this.#file, error))
    }
  }

  /** A text that comes in pieces, as entries of `type`. */
  stream(type: string): TranscriptStream {
    const stream: RedactedStream = this.#options.redactor.stream()
    const write = (text: string) => text !== '' && this.#writeOutput(type, text)
    return {push: (chunk) => void write(stream.push(chunk)), end: () => void write(stream.end())}
  }

  close(): void {
    closeSync(this.#fd)
  }

  #writeOutput(type: string, text: string): void {
    if (this.#bytes > MAX_BYTES) return
    this.write({type, text})
    if (this.#bytes > MAX_BYTES) this.write({type: 'truncated', max_bytes: MAX_BYTES})
  }
}

export interface TranscriptStream {
  push(chunk: string): void
  end(): void
}
