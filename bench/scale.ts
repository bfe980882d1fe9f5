import type {Measurement} from './measure.ts'
import {runConduct} from './overhead.ts'

/** How time and memory grow with the modules of one phase: the time a module takes, against that in the smallest run. */
export function measureScale(sizes: readonly number[]): readonly Measurement[] {
  const runs = sizes.map((modules) => ({modules, ...runConduct(1, modules)}))
  const [smallest] = runs
  return runs.map(({modules, ms, peakMb}) => ({
    name: `1 phase x ${modules} modules`,
    ratio: smallest ? ms / modules / (smallest.ms / smallest.modules) : Number.NaN,
    details: {ms_per_module: Math.round(ms / modules), peak_mb: peakMb},
  }))
}
