import {open, readdir, type FileHandle} from 'node:fs/promises'
import path from 'node:path'
import {parseTokens, toFields, type Tokens} from './tokens.ts'

/** What codex notes of a thread, and does not print. */
export interface ThreadNotes {
  /** The model has answered once more; what the thread has used by now. */
  onAnswer(total: Tokens): void
  onAgent(agent: {readonly version?: string; readonly model?: string}): void
}

const DAY_MS = 24 * 3600 * 1000
const MAX_LINE = 16 * 1024 * 1024

/**
 * Follows the log that codex keeps of a thread in its home. `codex exec` prints what was used when all is over; the log has
 * it after each answer, so that limits hold in the middle, and for an attempt that is stopped. Where there is no such log
 * (a codex of another version), nothing is told.
 */
export class ThreadLog {
  readonly #home: string
  readonly #thread: string
  readonly #notes: ThreadNotes
  /** The answers before this moment are of earlier attempts. */
  readonly #begunAt: number
  #file: FileHandle | undefined
  #position = 0
  #rest = ''
  #reading: Promise<void> = Promise.resolve()

  constructor({home, thread, begunAt}: {readonly home: string; readonly thread: string; readonly begunAt: number}, notes: ThreadNotes) {
    this.#home = home
    this.#thread = thread
    this.#begunAt = begunAt
    this.#notes = notes
  }

  /** Reads what is new. Never rejects. */
  read(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#readOn()).catch(() => undefined)
    return this.#reading
  }

  async close(): Promise<void> {
    await this.#reading
    await this.#file?.close().catch(() => undefined)
  }

  async #readOn(): Promise<void> {
    this.#file ??= await this.#open()
    if (!this.#file) return
    const {size} = await this.#file.stat()
    const length = Math.min(size - this.#position, MAX_LINE)
    if (length <= 0) return
    const {bytesRead, buffer} = await this.#file.read(Buffer.alloc(length), 0, length, this.#position)
    this.#position += bytesRead
    // A character that is cut in two spoils one text, and no number.
    const lines = (this.#rest + buffer.toString('utf8', 0, bytesRead)).split('\n')
    this.#rest = (lines.pop() ?? '').slice(-MAX_LINE)
    for (const line of lines) this.#take(line)
  }

  /** The id of a thread begins with when it was begun, as its file's folder does: `sessions/2026/11/22`, in local time. */
  async #open(): Promise<FileHandle | undefined> {
    const begun = Number.parseInt(this.#thread.replace('-', '').slice(0, 12), 16)
    for (const time of [begun, begun - DAY_MS, begun + DAY_MS]) {
      const folder = path.join(this.#home, 'sessions', ...dayOf(new Date(time)))
      const names = await readdir(folder).catch(() => [])
      const name = names.find((file) => file.endsWith(`-${this.#thread}.jsonl`))
      if (name !== undefined) return open(path.join(folder, name))
    }
    return undefined
  }

  #take(line: string): void {
    const {timestamp, type, payload} = parse(line)
    const isOld = typeof timestamp !== 'string' || Date.parse(timestamp) < this.#begunAt
    if (isOld) return
    const said = toFields(payload) ?? {}
    const {cli_version: version, model} = said
    if (type === 'session_meta' && isName(version)) this.#notes.onAgent({version})
    if (type === 'turn_context' && isName(model)) this.#notes.onAgent({model})
    const total = said['type'] === 'token_count' ? parseTokens(toFields(said['info'])?.['total_token_usage']) : undefined
    if (total) this.#notes.onAnswer(total)
  }
}

function dayOf(date: Date): readonly string[] {
  return [String(date.getFullYear()), pad(date.getMonth() + 1), pad(date.getDate())]
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 200
}

function pad(number: number): string {
  return String(number).padStart(2, '0')
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    return toFields(JSON.parse(line)) ?? {}
  } catch {
    return {}
  }
}
