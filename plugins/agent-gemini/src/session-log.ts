import {readdir} from 'node:fs/promises'
import path from 'node:path'
import {parseLine, toFields, toText} from '@conduct-cli/json-fields'
import {GrowingLog} from '@conduct-cli/json-fields/growing-log'
import type {Usage} from 'conduct-cli/plugin'
import {answerUsage, sumUsage} from './usage.ts'

export interface SessionLogInput {
  /** The person's `.gemini`. */
  readonly folder: string
  readonly session: string
  /** Answers before this moment are of earlier attempts. Milliseconds since 1970. */
  readonly begunAt: number
}

/**
 * Follows the record that gemini keeps of a session. It prints what was used when all is over; the record has it after each answer,
 * so that limits hold in the middle, and what an attempt used that was stopped is known. Where there is no such record (a
 * gemini of another version), nothing is told.
 */
export class SessionLog {
  readonly #begunAt: number
  readonly #answers = new Map<string, Usage>()
  readonly #log: GrowingLog

  constructor(input: SessionLogInput) {
    this.#begunAt = input.begunAt
    this.#log = new GrowingLog(
      () => findRecord(input),
      (line) => this.#take(line),
    )
  }

  /** What the attempt has used so far; `undefined` while there is no answer. Never rejects. */
  async read(): Promise<Usage | undefined> {
    await this.#log.read()
    return this.#answers.size === 0 ? undefined : sumUsage(this.#answers.values())
  }

  close(): Promise<void> {
    return this.#log.close()
  }

  /** An answer is written again when its tools have ended: its id is the same. */
  #take(line: string): void {
    const {id, timestamp, type, tokens} = parseLine(line) ?? {}
    const [key, used] = [toText(id), toFields(tokens)]
    if (type !== 'gemini' || key === undefined || !used) return
    if (Date.parse(toText(timestamp) ?? '') >= this.#begunAt) this.#answers.set(key, answerUsage(used))
  }
}

/** Each project has its folder, under a name that gemini chooses; a record's name ends with how the session's id begins. */
async function findRecord({folder, session}: SessionLogInput): Promise<string | undefined> {
  const ending = `-${session.slice(0, 8)}.jsonl`
  for (const project of await readdir(path.join(folder, 'tmp'))) {
    const chats = path.join(folder, 'tmp', project, 'chats')
    const names = await readdir(chats).catch(() => [])
    const name = names.findLast((file) => file.endsWith(ending))
    if (name !== undefined) return path.join(chats, name)
  }
  return undefined
}
