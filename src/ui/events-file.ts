import {closeSync, openSync, writeSync} from 'node:fs'
import {ConductError} from '../errors.ts'
import type {TaskEvent} from '../events.ts'

/** Takes the events of a run as NDJSON, one object a line. */
export interface EventsSink {
  write(event: TaskEvent): void
  close(): void
}

const STDOUT = 1

/**
 * Opens `--events FILE`, which is appended to, or `-` for stdout. Each event is written at once and without a buffer of
 * ours, so that killing conduct loses none.
 *
 * @throws {ConductError} `USAGE` when the file cannot be opened
 */
export function openEventsSink(target: string): EventsSink {
  const descriptor = target === '-' ? STDOUT : openFile(target)
  return {
    write: (event) => writeAll(descriptor, `${JSON.stringify(event)}\n`),
    close: () => (descriptor === STDOUT ? undefined : closeSync(descriptor)),
  }
}

function openFile(target: string): number {
  try {
    return openSync(target, 'a', 0o600)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConductError(
      'USAGE',
      `Cannot write the events to ${target}: ${reason}`,
      ['Name a file in a folder that you can write, or - for stdout.'],
      cause,
    )
  }
}

function writeAll(descriptor: number, text: string): void {
  let rest = Buffer.from(text)
  while (rest.length > 0) rest = rest.subarray(tryWrite(descriptor, rest))
}

/** A reader that went away ends the stream, not the run; one that is slow is waited for. */
function tryWrite(descriptor: number, data: Buffer): number {
  try {
    return writeSync(descriptor, data)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EAGAIN') return 0
    if (code === 'EPIPE') return data.length
    throw error
  }
}
