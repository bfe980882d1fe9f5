import {constants} from 'node:fs'
import {open, type FileHandle} from 'node:fs/promises'

const MAX_LINE = 16 * 1024 * 1024
/** Its agent can write there: a pipe in the place of the log would never open. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** Follows a log that a coding agent writes line by line while it works. */
export class GrowingLog {
  readonly #find: () => Promise<string | undefined>
  readonly #onLine: (line: string) => void
  #file: FileHandle | undefined
  #position = 0
  #rest = ''
  #reading: Promise<void> = Promise.resolve()

  /** @param find its path; asked again by each `read` until it is there */
  constructor(find: () => Promise<string | undefined>, onLine: (line: string) => void) {
    this.#find = find
    this.#onLine = onLine
  }

  /** Reads what is new, whole lines alone. Never rejects: without a log, nothing is told. */
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
    // Of anything but a file, the size is 0.
    const length = Math.min(size - this.#position, MAX_LINE)
    if (length <= 0) return
    const {bytesRead, buffer} = await this.#file.read(Buffer.alloc(length), 0, length, this.#position)
    this.#position += bytesRead
    // A character that is cut in two spoils one text, and no number.
    const lines = (this.#rest + buffer.toString('utf8', 0, bytesRead)).split('\n')
    this.#rest = (lines.pop() ?? '').slice(-MAX_LINE)
    for (const line of lines) this.#onLine(line)
  }

  async #open(): Promise<FileHandle | undefined> {
    const path = await this.#find()
    return path === undefined ? undefined : open(path, READ)
  }
}
