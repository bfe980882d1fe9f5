/** Time that does not count against a limit. */
export interface Pause {
  /** From now on time does not count; call what it returns to go on. Several at once are one pause each. */
  begin(): () => void
  /** Milliseconds that did not count since this was last asked; at least 1 while one is under way. */
  takeMs(): number
}

/** @param now milliseconds, from any beginning */
export function createPause(now: () => number): Pause {
  const open = new Set<{since: number}>()
  let ended = 0
  return {
    begin() {
      const pause = {since: now()}
      open.add(pause)
      return () => {
        if (open.delete(pause)) ended += now() - pause.since
      }
    },
    takeMs() {
      const at = now()
      const running = [...open].reduce((sum, pause) => sum + Math.max(1, at - pause.since), 0)
      for (const pause of open) pause.since = at
      const spare = ended + running
      ended = 0
      return spare
    },
  }
}
