import {open} from 'node:fs/promises'

const CHUNK_BYTES = 64 * 1024

/** Reads a growing NDJSON file line by line; what is not yet a whole line waits for the next call. */
export class TranscriptTail {
  readonly #file: string
  #offset = 0
  #rest = Buffer.alloc(0)

  constructor(file: string) {
    this.#file = file
  }

  /** The lines since the last call; none for a file that is not there (yet). */
  async read(): Promise<readonly string[]> {
    const handle = await open(this.#file, 'r').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    })
    if (!handle) return []
    try {
      const lines: string[] = []
      const chunk = Buffer.alloc(CHUNK_BYTES)
      for (;;) {
        const {bytesRead} = await handle.read(chunk, 0, CHUNK_BYTES, this.#offset)
        if (bytesRead === 0) return lines
        this.#offset += bytesRead
        lines.push(...this.#split(chunk.subarray(0, bytesRead)))
      }
    } finally {
      await handle.close()
    }
  }

  /** Split as bytes: a chunk may end in the middle of a character. */
  #split(chunk: Buffer): readonly string[] {
    const data = Buffer.concat([this.#rest, chunk])
    const end = data.lastIndexOf('\n') + 1
    this.#rest = Buffer.from(data.subarray(end))
    return end === 0
      ? []
      : data
          .subarray(0, end - 1)
          .toString('utf8')
          .split('\n')
  }
}
