import {EXIT} from '../errors.ts'

export interface Signals {
  /** Aborts at the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal
  /** 130 or 143. */
  exitCode(): number
  close(): void
}

/** Listens for the signals that ask conduct to stop. The second SIGINT ends the process at once: it is resumable. */
export function watchSignals(): Signals {
  const controller = new AbortController()
  let code: number = EXIT.INTERRUPTED
  const onSignal = (name: NodeJS.Signals) => {
    code = name === 'SIGINT' ? EXIT.INTERRUPTED : EXIT.TERMINATED
    if (controller.signal.aborted) process.exit(code)
    controller.abort()
  }
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const name of names) process.on(name, onSignal)
  return {
    signal: controller.signal,
    exitCode: () => code,
    close: () => {
      for (const name of names) process.off(name, onSignal)
    },
  }
}
