export interface StopOptions {
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
  /** How long after either of them the program is ended. Default: 0. */
  readonly graceMs?: number
}

export interface StopSignal {
  /** Aborts when the program is to be ended. */
  readonly signal: AbortSignal
  timedOut(): boolean
  /** It has ended by itself. */
  clear(): void
}

/** When a program is to be ended that does not end by itself. */
export function stopSignal({signal, timeoutMs, graceMs = 0}: StopOptions): StopSignal {
  const controller = new AbortController()
  let late = false
  let grace: NodeJS.Timeout | undefined
  const abort = () => {
    if (graceMs === 0) controller.abort()
    else grace ??= setTimeout(() => controller.abort(), graceMs)
  }
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => ((late = true), abort()), timeoutMs)
  signal?.addEventListener('abort', abort, {once: true})
  if (signal?.aborted) abort()
  return {
    signal: controller.signal,
    timedOut: () => late,
    clear: () => {
      clearTimeout(timer)
      clearTimeout(grace)
      signal?.removeEventListener('abort', abort)
    },
  }
}
