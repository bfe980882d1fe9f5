import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {parseArgs} from 'node:util'
import {BENCHMARKS} from './benchmarks.ts'
import {findRegressions, mergeFigures, type Figure, type Report} from './figures.ts'
import {readMachine} from './machine.ts'
import {regressionLines, toLine, toMarkdown} from './table.ts'

/**
 * All benchmarks: `npm run bench`. Figures are looked at, they do not fail: the exit code is 0, unless a benchmark could not
 * be taken.
 *
 * --only NAME   take this one; may be repeated
 * --json FILE   keep the figures
 * --write       make them the baseline, and the table of docs/performance.md
 * --check       exit with 1 when a ratio is over 20 % above the baseline
 */
const {values} = parseArgs({
  options: {
    only: {type: 'string', multiple: true},
    json: {type: 'string'},
    write: {type: 'boolean', default: false},
    check: {type: 'boolean', default: false},
  },
})

const BASELINE = new URL('baseline.json', import.meta.url)
const PAGE = new URL('../docs/performance.md', import.meta.url)
const TABLE = /(?<=<!-- npm run bench -- --write: begin -->\n)[^]*?(?=<!-- npm run bench -- --write: end -->)/

for (const name of values.only ?? []) {
  if (!(name in BENCHMARKS)) throw new Error(`There is no benchmark ${name}; there are ${Object.keys(BENCHMARKS).join(', ')}.`)
}
// Only `--write` below writes it.
const baseline: Report | undefined = existsSync(BASELINE) ? (JSON.parse(readFileSync(BASELINE, 'utf8')) as Report) : undefined
const report = await takeReport()
const regressions = findRegressions(baseline?.figures ?? [], report.figures)
for (const line of regressionLines(regressions)) console.log(line)
if (values.json !== undefined) writeJson(values.json, report)
if (values.write) writeBaseline(report)
if (values.check && regressions.length > 0) process.exitCode = 1

async function takeReport(): Promise<Report> {
  const [takenAt, machine] = [new Date().toISOString(), readMachine()]
  const figures: Figure[] = []
  for (const [benchmark, {compares, aims, measure}] of Object.entries(BENCHMARKS)) {
    if (values.only !== undefined && !values.only.includes(benchmark)) continue
    console.log(`\n${benchmark}: ${compares}`)
    try {
      for (const figure of await measure()) {
        figures.push({benchmark, aims, ...figure})
        console.log(`  ${toLine({benchmark, aims, ...figure})}`)
      }
    } catch (error) {
      // The others are still worth having.
      console.error(`  ${benchmark} could not be taken:`, error)
      process.exitCode = 1
    }
  }
  return {takenAt, machine, figures}
}

function writeBaseline({figures, ...facts}: Report): void {
  const all = {...facts, figures: mergeFigures(baseline?.figures ?? [], figures, Object.keys(BENCHMARKS))}
  writeJson(BASELINE, all)
  const table = toMarkdown(all, (name) => BENCHMARKS[name]?.compares ?? name)
  writeFileSync(
    PAGE,
    readFileSync(PAGE, 'utf8').replace(TABLE, () => `${table}\n`),
  )
}

function writeJson(file: string | URL, report: Report): void {
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`)
}
