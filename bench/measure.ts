/** One figure of the benchmark: a ratio taken within one run, since absolute times differ from machine to machine. */
export interface Measurement {
  /** Unique within its benchmark. */
  readonly name: string
  /** What it costs against what it is compared with: less is better. */
  readonly ratio: number
  /** Units end the names: `_ms`, `_mb`, `_per_second`, `_mb_per_second`. Others are counts. */
  readonly details: Readonly<Record<string, number>>
  /** What is asked of it; where absent, what is asked of every figure of the benchmark. */
  readonly aims?: readonly Aim[]
}

/** A bound of one number of a figure. */
export interface Aim {
  /** Name of one of the details; the ratio when absent. */
  readonly of?: string
  readonly atMost?: number
  readonly atLeast?: number
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}

/** The median of the ratios of pairs that were taken one after the other: what else the machine does then hits both. */
export function medianRatio(pairs: readonly (readonly [reference: number, ours: number])[]): number {
  return median(pairs.map(([reference, ours]) => ours / reference))
}

/** Milliseconds that it takes, on the clock. */
export async function timeOf(work: () => unknown): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

/** To two decimals, for milliseconds and below. */
export const round = (value: number): number => Math.round(value * 100) / 100
