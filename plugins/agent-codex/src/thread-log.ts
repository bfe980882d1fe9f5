import {readdir} from 'node:fs/promises'
import path from 'node:path'
import {GrowingLog} from '@conduct-cli/json-fields/growing-log'
import {parseTokens, toFields, type Tokens} from './tokens.ts'

/** What codex notes of a thread, and does not print. */
export interface ThreadNotes {
  /** The model has answered once more; what the thread has used by now. */
  onAnswer(total: Tokens): void
  onAgent(agent: {readonly version?: string; readonly model?: string}): void
}

const DAY_MS = 24 * 3600 * 1000

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
  readonly #log: GrowingLog

  constructor({home, thread, begunAt}: {readonly home: string; readonly thread: string; readonly begunAt: number}, notes: ThreadNotes) {
    this.#home = home
    this.#thread = thread
    this.#begunAt = begunAt
    this.#notes = notes
    this.#log = new GrowingLog(
      () => this.#find(),
      (line) => this.#take(line),
    )
  }

  /** Reads what is new. Never rejects. */
  read(): Promise<void> {
    return this.#log.read()
  }

  close(): Promise<void> {
    return this.#log.close()
  }

  /** The id of a thread begins with when it was begun, as its file's folder does: `sessions/2026/11/22`, in local time. */
  async #find(): Promise<string | undefined> {
    const begun = Number.parseInt(this.#thread.replace('-', '').slice(0, 12), 16)
    for (const time of [begun, begun - DAY_MS, begun + DAY_MS]) {
      const folder = path.join(this.#home, 'sessions', ...dayOf(new Date(time)))
      const names = await readdir(folder).catch(() => [])
      const name = names.find((file) => file.endsWith(`-${this.#thread}.jsonl`))
      if (name !== undefined) return path.join(folder, name)
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
