import {spawnSync} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {measureAttempts} from './attempt.ts'
import type {Measurement} from './measure.ts'
import {measureOperations} from './operations.ts'
import {measureOverhead} from './overhead.ts'
import {measureScale} from './scale.ts'
import {measureStartUp} from './start-up.ts'
import {measureValidators} from './validators.ts'

/** All benchmarks: `npm run bench -- [--only NAME] [--json FILE]`. Figures, never a pass or a fail. */

const BENCHMARKS: Readonly<Record<string, () => readonly Measurement[] | Promise<readonly Measurement[]>>> = {
  'start-up': () => measureStartUp({runs: 15}),
  overhead: () => [measureOverhead({phases: 5, modules: 10, runs: 3})],
  scale: () => measureScale([100, 300, 1000]),
  operations: () => measureOperations({runs: 30}),
  attempt: () => measureAttempts({runs: 15, together: 20}),
  validators: () => measureValidators({files: 10_000, changed: 100, runs: 3}),
  'spec-parse': measureSpecs,
}

const {values} = parseArgs({options: {only: {type: 'string'}, json: {type: 'string'}}})
if (values.only !== undefined && !(values.only in BENCHMARKS)) {
  throw new Error(`There is no benchmark ${values.only}; there are ${Object.keys(BENCHMARKS).join(', ')}.`)
}
const figures: Measurement[] = []
for (const [name, measure] of Object.entries(BENCHMARKS)) {
  if (values.only !== undefined && values.only !== name) continue
  const measured = await measure()
  for (const figure of measured) console.log(toLine(figure))
  figures.push(...measured)
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, undefined, 2)}\n`)

function toLine({name, ratio, details}: Measurement): string {
  const facts = Object.entries(details).map(([key, value]) => `${key} ${value}`)
  return `${name.padEnd(32)} ${ratio.toFixed(2).padStart(6)}x   ${facts.join('  ')}`
}

/** Prints a table of its own: there is nothing to compare the parser with. */
function measureSpecs(): readonly Measurement[] {
  spawnSync(process.execPath, [fileURLToPath(new URL('spec-parse.ts', import.meta.url))], {stdio: 'inherit'})
  return []
}
