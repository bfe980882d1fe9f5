import {Readable, type Writable} from 'node:stream'

/** Text for a program's stdin: all of it, or a series that is written as it comes. */
export type Input = string | AsyncIterable<string>

/**
 * Writes `input` to `stdin` and closes it. Of a series, the next text is asked for once the program has room for it; when nobody
 * reads any more, or the function that is returned is called, the series is told by its `return`.
 *
 * @param onFault the series itself threw
 */
export function feed(stdin: Writable, input: Input = '', onFault?: (error: unknown) => void): () => void {
  // A program that reads nothing closes its stdin: EPIPE is no fault of its.
  stdin.on('error', () => undefined)
  if (typeof input === 'string') {
    stdin.end(input)
    return () => undefined
  }
  const source = Readable.from(input)
  const end = () => void source.destroy()
  source.on('error', (error) => {
    onFault?.(error)
    stdin.end()
  })
  stdin.on('close', end)
  source.pipe(stdin)
  return end
}
