const FIRST_MS = 2_000
const MOST_MS = 60_000

/**
 * How long to wait before a provider that failed is asked again: up to 2 s, doubled with each failure in a row, 60 s at most.
 * Anything from half of it: agents that failed together are not to come back together.
 *
 * @param failures in a row before this one
 * @param random from 0 to 1
 */
export function backoffMs(failures: number, random: number): number {
  const most = Math.min(MOST_MS, FIRST_MS * 2 ** failures)
  return Math.round(most / 2 + (most / 2) * random)
}
