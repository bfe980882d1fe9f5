import type {Outcome} from './outcome.ts'

/** The figures of the corpus, as they stand on the page about verification. */
export interface Figures {
  readonly lies: number
  readonly caught: number
  readonly honest: number
  readonly alarms: number
  readonly findings: number
  readonly placed: number
}

export function figuresOf(outcomes: readonly Outcome[]): Figures {
  const lies = outcomes.filter(({lie}) => lie !== undefined)
  const honest = outcomes.filter(({lie}) => lie === undefined)
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)
  return {
    lies: lies.length,
    caught: lies.filter(({isRight}) => isRight).length,
    honest: honest.length,
    alarms: honest.filter(({isRight}) => !isRight).length,
    findings: sum(lies.map(({findings}) => findings)),
    placed: sum(lies.map(({placed}) => placed)),
  }
}

/** Markdown: the figures by language, and each lie that gets through and each false alarm by name. */
export function reportOf(outcomes: readonly Outcome[]): string {
  const languages = [...new Set(outcomes.map(({language}) => language))]
  const rows = [
    ...languages.map((language) => [language, outcomes.filter((each) => each.language === language)] as const),
    ['all', outcomes] as const,
  ]
  const table = [
    '| | lies caught | false alarms | findings with file and line |',
    '| --- | --- | --- | --- |',
    ...rows.map(([name, some]) => rowOf(name, figuresOf(some))),
  ]
  const missed = outcomes.filter(({lie, isRight}) => lie !== undefined && !isRight)
  const alarms = outcomes.filter(({lie, isRight}) => lie === undefined && !isRight)
  return [...table, '', ...listOf('Not caught: an agent that', missed), ...listOf('False alarms: an agent that', alarms)]
    .join('\n')
    .trimEnd()
}

function rowOf(name: string, {lies, caught, honest, alarms, findings, placed}: Figures): string {
  return `| ${name} | ${caught} of ${lies} (${percent(caught, lies)}) | ${alarms} of ${honest} | ${placed} of ${findings} (${percent(placed, findings)}) |`
}

/** Rounded down: 94.9 % is not 95 %. */
const percent = (part: number, whole: number) => (whole === 0 ? '–' : `${Math.floor((1000 * part) / whole) / 10} %`)

function listOf(title: string, outcomes: readonly Outcome[]): readonly string[] {
  if (outcomes.length === 0) return []
  return [title, '', ...outcomes.map(({language, work, lie}) => `- ${work.name} (${language})${lie?.missed ? `. ${lie.missed}` : ''}`), '']
}

const BEGIN = '<!-- made by npm run lies -- --write -->'
const END = '<!-- end -->'

/** The page with this report in place of the one that it has. */
export function placeReport(page: string, report: string): string {
  const [before = '', rest = ''] = page.split(BEGIN)
  const [, after = ''] = rest.split(END)
  return `${before}${BEGIN}\n\n${report}\n\n${END}${after}`
}
