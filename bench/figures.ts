import type {Aim, Measurement} from './measure.ts'
import type {Machine} from './machine.ts'

/** A measurement, and the benchmark that it belongs to. */
export interface Figure extends Measurement {
  readonly benchmark: string
  readonly aims: readonly Aim[]
}

/** All that one go of the benchmarks found: what `--json` writes, and what is committed as `baseline.json`. */
export interface Report {
  /** ISO date. */
  readonly takenAt: string
  readonly machine: Machine
  readonly figures: readonly Figure[]
}

/** A figure that costs more than it did. */
export interface Regression {
  readonly figure: Figure
  readonly before: number
  /** 0.25 for a quarter more. */
  readonly growth: number
}

const TOLERANCE = 0.2

/** Figures whose ratio is more than 20 % above that of the baseline, the worst first. New ones are compared with nothing. */
export function findRegressions(baseline: readonly Figure[], figures: readonly Figure[]): readonly Regression[] {
  const known = new Map(baseline.map((figure) => [keyOf(figure), figure.ratio]))
  return figures
    .flatMap((figure) => {
      const before = known.get(keyOf(figure))
      const growth = before === undefined ? 0 : figure.ratio / before - 1
      return before !== undefined && growth > TOLERANCE ? [{figure, before, growth}] : []
    })
    .toSorted((one, other) => other.growth - one.growth)
}

/** The figures of the baseline with the new ones in their places; those of benchmarks that did not run stay as they were. */
export function mergeFigures(baseline: readonly Figure[], figures: readonly Figure[], order: readonly string[]): readonly Figure[] {
  const fresh = new Set(figures.map(({benchmark}) => benchmark))
  const all = [...baseline.filter(({benchmark}) => !fresh.has(benchmark)), ...figures]
  return order.flatMap((name) => all.filter(({benchmark}) => benchmark === name))
}

/** The bounds that a figure does not keep. */
export function missedAims({ratio, details, aims}: Figure): readonly Aim[] {
  return aims.filter(({of, atMost = Infinity, atLeast = -Infinity}) => {
    const value = of === undefined ? ratio : details[of]
    return value !== undefined && (value > atMost || value < atLeast)
  })
}

function keyOf({benchmark, name}: Figure): string {
  return `${benchmark}\0${name}`
}
