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
  const findings = lies.flatMap((outcome) => outcome.findings)
  return {
    lies: lies.length,
    caught: lies.filter(({isRight}) => isRight).length,
    honest: honest.length,
    alarms: honest.filter(({isRight}) => !isRight).length,
    findings: findings.length,
    placed: findings.filter(({isPlaced}) => isPlaced).length,
  }
}

/** How many findings a validator must have made for its figure to say something. */
export const ENOUGH = 10

/** Of each validator, by name: its findings for which there is a line, and how many name it. */
export function placesOf(
  outcomes: readonly Outcome[],
): readonly {readonly validator: string; readonly findings: number; readonly placed: number}[] {
  const all = outcomes.flatMap(({findings}) => findings)
  return [...Map.groupBy(all, ({validator}) => validator)]
    .map(([validator, own]) => ({validator, findings: own.length, placed: own.filter(({isPlaced}) => isPlaced).length}))
    .sort((one, other) => (one.validator < other.validator ? -1 : 1))
}

/** Validators that leave out file or line in more than one of ten findings. */
export function vague(outcomes: readonly Outcome[]): readonly string[] {
  return placesOf(outcomes)
    .filter(({findings, placed}) => placed / findings < 0.9)
    .map(({validator, findings, placed}) => `${validator} names file and line in ${placed} of ${findings} findings`)
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
  const places = ['| | findings with file and line |', '| --- | --- |', ...placesOf(outcomes).map(placesRow)]
  return [...table, '', ...places, '', ...listOf('Not caught: an agent that', missed), ...listOf('False alarms: an agent that', alarms)]
    .join('\n')
    .trimEnd()
}

const placesRow = ({validator, findings, placed}: ReturnType<typeof placesOf>[number]) =>
  `| ${validator} | ${placed} of ${findings} (${percent(placed, findings)}) |`

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
