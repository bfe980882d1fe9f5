import {missedAims, type Figure, type Regression, type Report} from './figures.ts'
import type {Aim} from './measure.ts'

/** A figure in one line, for a terminal. */
export function toLine(figure: Figure): string {
  const missed = missedAims(figure).map((aim) => `MISSED: ${aimText(aim)}`)
  return [figure.name.padEnd(36), `${figure.ratio.toFixed(2)}x`.padStart(8), '  ', [...detailTexts(figure), ...missed].join(', ')].join('')
}

/** What is printed loudly, as lines; none when there is nothing to say. */
export function regressionLines(regressions: readonly Regression[]): readonly string[] {
  if (regressions.length === 0) return []
  const lines = regressions.map(
    ({figure, before, growth}) =>
      `!!   ${figure.benchmark}: ${figure.name} is ${figure.ratio.toFixed(2)}x, was ${before.toFixed(2)}x: ${Math.round(growth * 100)} % more`,
  )
  return ['', `!! REGRESSION: ${regressions.length} of the figures are over 20 % above the baseline.`, ...lines, '']
}

/** The table of `docs/performance.md`, and where it was taken. */
export function toMarkdown({takenAt, machine, figures}: Report, compares: (benchmark: string) => string): string {
  const {processor, cores, memoryGb, system, versions, load} = machine
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const where = `Taken on ${takenAt.slice(0, 10)} on ${cores} cores (${processor}), ${memoryGb} GB, ${system}, with ${programs.join(', ')}; load ${load} at the beginning.`
  const sections = [...Map.groupBy(figures, ({benchmark}) => benchmark)].map(([benchmark, group]) =>
    [`**\`${benchmark}\`**: ${compares(benchmark)}.`, '', HEAD, ...group.map(toRow)].join('\n'),
  )
  return [where, ...sections].join('\n\n')
}

const HEAD = '| figure | ratio | aim | seen |\n| --- | ---: | --- | --- |'

function toRow(figure: Figure): string {
  const missed = missedAims(figure)
  const aims = figure.aims
    .filter(({of}) => of === undefined || of in figure.details)
    .map((aim) => `${aimText(aim)}${missed.includes(aim) ? ' (missed)' : ''}`)
  return `| ${figure.name.replaceAll('|', String.raw`\|`)} | ${figure.ratio.toFixed(2)}x | ${aims.join(', ') || '-'} | ${detailTexts(figure).join(', ')} |`
}

function aimText({of, atMost, atLeast}: Aim): string {
  const [words, value] = atMost === undefined ? ['at least', atLeast ?? 0] : ['at most', atMost]
  return of === undefined ? `${words} ${value}x` : `${nameOf(of)} ${words} ${valueText(of, value)}`.trim()
}

function detailTexts({details}: Figure): readonly string[] {
  return Object.entries(details).map(([name, value]) => `${nameOf(name)} ${valueText(name, value)}`.trim())
}

const UNITS: readonly (readonly [suffix: string, unit: string])[] = [
  ['mb_per_second', ' MB/s'],
  ['per_second', '/s'],
  ['mb', ' MB'],
  ['ms', ' ms'],
]

function unitOf(name: string): readonly [suffix: string, unit: string] {
  return UNITS.find(([suffix]) => name === suffix || name.endsWith(`_${suffix}`)) ?? ['', '']
}

/** `own_cpu_ms` is "own cpu"; the unit goes to the number. */
function nameOf(name: string): string {
  return name
    .slice(0, name.length - unitOf(name)[0].length)
    .replaceAll('_', ' ')
    .trim()
}

function valueText(name: string, value: number): string {
  return `${value.toLocaleString('en', {maximumFractionDigits: 2})}${unitOf(name)[1]}`
}
