import {createWriteStream} from 'node:fs'
import {finished} from 'node:stream/promises'
import {cannotWrite} from './cannot-write.ts'
import type {Redactor} from './redact.ts'

/** A file that two streams write to. What comes after it was closed is dropped. */
export interface OutputLog {
  write(text: string, stream: 'stdout' | 'stderr'): void
  close(): Promise<void>
}

/**
 * Opens the log of a program, which is appended to; secrets are masked in it.
 *
 * @returns a log whose `close` throws `STORE_READ_ONLY` or `DISK_FULL` when something could not be written
 */
export function openLog(path: string, redactor: Redactor): OutputLog {
  const file = createWriteStream(path, {flags: 'a', mode: 0o600})
  let fault: unknown
  file.on('error', (error) => (fault ??= error))
  const streams = {stdout: redactor.stream(), stderr: redactor.stream()}
  const put = (text: string) => text !== '' && !file.writableEnded && !file.destroyed && file.write(text)
  return {
    write: (text, stream) => void put(streams[stream].push(text)),
    async close() {
      put(streams.stdout.end())
      put(streams.stderr.end())
      file.end()
      await finished(file).catch((error: unknown) => (fault ??= error))
      if (fault !== undefined) throw cannotWrite('the output', path, fault)
    },
  }
}
