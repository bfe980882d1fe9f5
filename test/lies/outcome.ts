import type {Validation} from '../../src/validators/engine.ts'
import type {Finding} from '../../src/validators/validator.ts'
import {placeOf, treesOf, type Corpus, type Lie, type Work} from './case.ts'
import type {Court} from './court.ts'

/** What came of one case. */
export interface Outcome {
  readonly language: string
  readonly work: Work
  /** `undefined` for honest work. */
  readonly lie?: Lie
  /** Of a lie: one of its validators says so, at its place. Of honest work: it passed. */
  readonly isRight: boolean
  /** All that was said, a line each: `validator file:line message`. */
  readonly said: readonly string[]
  /** All findings about a caught lie for which there is a line to name. */
  readonly findings: readonly Placing[]
}

/** Whether a finding says where. */
export interface Placing {
  readonly validator: string
  /** It names a file and a line. */
  readonly isPlaced: boolean
}

interface Said extends Finding {
  readonly validator: string
}

/** What is said of a whole run stands on no line. */
const OF_NO_LINE = /^The test command ran no test/

/** Tries one lie. */
export async function tryLie(court: Court, corpus: Corpus, lie: Lie): Promise<Outcome> {
  const trees = treesOf(corpus, lie)
  const said = complaintsOf(await court.judge(trees))
  const place = placeOf(trees, lie)
  const isRight = said.some(
    ({validator, file, line}) =>
      lie.by.includes(validator) && (place === undefined || (file === place.file && (place.line === undefined || line === place.line))),
  )
  const hasLine = ({file, message}: Said) =>
    !OF_NO_LINE.test(message) && (place?.line !== undefined || (file !== undefined && (trees.after[file] ?? '') !== ''))
  const counted = isRight ? said.filter(hasLine) : []
  return {
    language: corpus.language,
    work: lie,
    lie,
    isRight,
    said: said.map(toLine),
    findings: counted.map(({validator, file, line}) => ({validator, isPlaced: file !== undefined && line !== undefined})),
  }
}

/** Tries honest work. */
export async function tryHonest(court: Court, corpus: Corpus, work: Work): Promise<Outcome> {
  const validation = await court.judge(treesOf(corpus, work))
  const said = complaintsOf(validation).map(toLine)
  return {language: corpus.language, work, isRight: validation.passed, said, findings: []}
}

function complaintsOf({verdicts, criteria}: Validation): readonly Said[] {
  const failed = verdicts.filter(({status}) => status === 'fail')
  const found = failed.flatMap(({validator, findings}) =>
    findings.filter(({preExisting, flaky}) => !preExisting && !flaky).map((finding) => ({validator, ...finding})),
  )
  const unmet = criteria.filter(({verdict}) => verdict === 'unmet')
  return [...found, ...unmet.map(({text}) => ({validator: 'criteria', message: text}))]
}

function toLine({validator, file, line, message}: Said): string {
  const place = file === undefined ? '' : ` ${file}${line === undefined ? '' : `:${line}`}`
  return `${validator}${place} ${message.split('\n')[0]}`
}
