import {ConductError} from '../../errors.ts'

/** Longer than any event that conduct writes. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024

export interface Line {
  /** From 1. */
  readonly number: number
  readonly text: string
}

/**
 * The lines of a file, one at a time, without their ends. No more than one is held.
 *
 * @throws {ConductError} `LOG_INVALID` for a line that is too long, or no text
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, maxBytes = MAX_LINE_BYTES): AsyncGenerator<Line> {
  let parts: Uint8Array[] = []
  let [held, number] = [0, 1]
  const take = () => {
    const bytes = Buffer.concat(parts)
    parts = []
    held = 0
    return decode(bytes, number)
  }
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      parts.push(chunk.subarray(from, end))
      yield {number, text: take()}
      number += 1
      from = end + 1
    }
    parts.push(chunk.subarray(from))
    held += chunk.length - from
    if (held > maxBytes) throw badLine(number, `it is longer than ${maxBytes} bytes`)
  }
  if (held > 0) yield {number, text: take()}
}

const NEWLINE = 10

function decode(bytes: Uint8Array, number: number): string {
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes).replace(/\r$/, '')
  } catch {
    throw badLine(number, 'it is no UTF-8 text')
  }
}

/** Nothing of a file with such a line is imported. */
export const badLine = (number: number, why: string) =>
  new ConductError('LOG_INVALID', `Line ${number} cannot be imported: ${why}. Nothing was changed.`, [
    'Export again, with the same version of conduct: conduct store export FILE',
  ])
