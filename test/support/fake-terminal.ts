import {Writable} from 'node:stream'
import {stripVTControlCharacters} from 'node:util'

/** A terminal that keeps what is written to it. */
export interface FakeTerminal {
  readonly stream: NodeJS.WriteStream
  /** Everything, escape sequences too. */
  raw(): string
  /** What was written after the last frame was erased: the lines that stay. */
  finalLines(): readonly string[]
}

export function createFakeTerminal({columns, rows = 24}: {readonly columns: number; readonly rows?: number}): FakeTerminal {
  let text = ''
  const writable = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString()
      done()
    },
  })
  // The parts of a terminal that listr2 looks at.
  const stream = Object.assign(writable, {columns, rows, isTTY: true}) as unknown as NodeJS.WriteStream
  return {
    stream,
    raw: () => text,
    finalLines: () => {
      const last = text.lastIndexOf('\u001B[2K')
      return stripVTControlCharacters(text.slice(last + 4))
        .split('\n')
        .map((line) => line.trimEnd())
        .filter((line) => line !== '')
    },
  }
}
