/** One figure of the benchmark: a ratio taken within one run, since absolute times differ from machine to machine. */
export interface Measurement {
  readonly name: string
  readonly ratio: number
  readonly details: Readonly<Record<string, number>>
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}
