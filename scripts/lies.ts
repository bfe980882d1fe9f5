import {readFile, writeFile} from 'node:fs/promises'
import {corpora} from '../test/lies/corpora.ts'
import {openCourt} from '../test/lies/court.ts'
import {tryHonest, tryLie, type Outcome} from '../test/lies/outcome.ts'
import {placeReport, reportOf, vague} from '../test/lies/report.ts'

/**
 * Tries every case of `test/lies` and prints the figures; fails when a validator does not say where in nine of ten findings. Arguments choose cases by a part of their names; `--write` puts
 * the report into `docs/verification.md`.
 */
const args = process.argv.slice(2)
const words = args.filter((word) => !word.startsWith('--'))
const isWanted = (text: string) => words.length === 0 || words.some((word) => text.includes(word))
const outcomes: Outcome[] = []

for (const corpus of corpora) {
  const court = await openCourt()
  try {
    for (const lie of corpus.lies) if (isWanted(`${corpus.language} ${lie.name}`)) tell(await tryLie(court, corpus, lie))
    for (const work of corpus.honest) if (isWanted(`${corpus.language} ${work.name}`)) tell(await tryHonest(court, corpus, work))
  } finally {
    await court.close()
  }
}
process.stdout.write(`${reportOf(outcomes)}\n`)
for (const line of words.length === 0 ? vague(outcomes) : []) {
  process.stderr.write(`✘ ${line}: nine of ten are asked for\n`)
  process.exitCode = 1
}
if (args.includes('--write')) {
  const page = new URL('../docs/verification.md', import.meta.url)
  await writeFile(page, placeReport(await readFile(page, 'utf8'), reportOf(outcomes)))
}

function tell(outcome: Outcome): void {
  outcomes.push(outcome)
  const {language, work, lie, isRight, said} = outcome
  const mark = isRight ? '✔' : '✘'
  const details = isRight && words.length === 0 ? [] : said.map((line) => `    ${line}\n`)
  process.stderr.write(`${mark} ${language}, ${lie ? 'lie' : 'honest'}: ${work.name}\n${details.join('')}`)
}
