import {constants} from 'node:fs'
import {open, readdir, type FileHandle} from 'node:fs/promises'
import path from 'node:path'
import {parseLine, toFields, toText} from '@conduct-cli/json-fields'
import type {Usage} from 'conduct-cli/plugin'
import {answerUsage, sumUsage} from './usage.ts'

export interface SessionLogInput {
  /** The person's `.gemini`. */
  readonly folder: string
  readonly session: string
  /** Answers before this moment are of earlier attempts. Milliseconds since 1970. */
  readonly begunAt: number
}

const MAX_LINE = 16 * 1024 * 1024
/** An agent can write there: a pipe in the place of the record would never open. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * Follows the record that gemini keeps of a session. It prints what was used when all is over; the record has it after each answer,
 * so that limits hold in the middle, and what an attempt used that was stopped is known. Where there is no such record (a
 * gemini of another version), nothing is told.
 */
export class SessionLog {
  readonly #input: SessionLogInput
  readonly #answers = new Map<string, Usage>()
  #file: FileHandle | undefined
  #position = 0
  #rest = ''
  #reading: Promise<void> = Promise.resolve()

  constructor(input: SessionLogInput) {
    this.#input = input
  }

  /** What the attempt has used so far; `undefined` while there is no answer. Never rejects. */
  async read(): Promise<Usage | undefined> {
    this.#reading = this.#reading.then(() => this.#readOn()).catch(() => undefined)
    await this.#reading
    return this.#answers.size === 0 ? undefined : sumUsage(this.#answers.values())
  }

  async close(): Promise<void> {
    await this.#reading
    await this.#file?.close().catch(() => undefined)
  }

  async #readOn(): Promise<void> {
    this.#file ??= await openRecord(this.#input)
    if (!this.#file) return
    const {size} = await this.#file.stat()
    // Of anything but a file, the size is 0.
    const length = Math.min(size - this.#position, MAX_LINE)
    if (length <= 0) return
    const {bytesRead, buffer} = await this.#file.read(Buffer.alloc(length), 0, length, this.#position)
    this.#position += bytesRead
    // A character that is cut in two spoils one text, and no number.
    const lines = (this.#rest + buffer.toString('utf8', 0, bytesRead)).split('\n')
    this.#rest = (lines.pop() ?? '').slice(-MAX_LINE)
    for (const line of lines) this.#take(line)
  }

  /** An answer is written again when its tools have ended: its id is the same. */
  #take(line: string): void {
    const {id, timestamp, type, tokens} = parseLine(line) ?? {}
    const [key, used] = [toText(id), toFields(tokens)]
    if (type !== 'gemini' || key === undefined || !used) return
    if (Date.parse(toText(timestamp) ?? '') >= this.#input.begunAt) this.#answers.set(key, answerUsage(used))
  }
}

/** Each project has its folder, under a name that gemini chooses; a record's name ends with how the session's id begins. */
async function openRecord({folder, session}: SessionLogInput): Promise<FileHandle | undefined> {
  const ending = `-${session.slice(0, 8)}.jsonl`
  for (const project of await readdir(path.join(folder, 'tmp'))) {
    const chats = path.join(folder, 'tmp', project, 'chats')
    const names = await readdir(chats).catch(() => [])
    const name = names.findLast((file) => file.endsWith(ending))
    if (name !== undefined) return open(path.join(chats, name), READ)
  }
  return undefined
}
