import type {Finding} from 'conduct-cli/plugin'
import type {Comparison} from '../comparison.ts'
import type {Matching, Pair} from '../match-tests.ts'
import {isAskedFor} from '../spec-words.ts'
import type {Row} from '../tables.ts'
import {nameOf, type TestCase} from '../test-case.ts'
import {containment} from '../tokens.ts'
import {vanishedNames} from '../vanished.ts'

/** Tests that go through fewer rows of their table than before. Rows that were changed are not rows that are gone. */
export function findLostRows(comparison: Comparison, {pairs, added}: Matching): readonly Finding[] {
  // A table without rows, or one that is never reached, is said with the reason why.
  const isSaid = ({marks}: TestCase) => marks.some(({kind, condition}) => kind !== 'only' && condition === undefined)
  const shrunk = pairs.filter(({base, head}) => isShrunk(base, head) && !isSaid(head))
  if (shrunk.length === 0) return []
  const {names} = vanishedNames(comparison)
  const others = [...pairs.map(({head}) => head), ...added]
  return shrunk.flatMap((pair) => {
    const gone = goneRows(pair, others, added).filter(
      ({words, values}) => !words.some((word) => names.has(word)) && !isAskedFor(comparison.specText, [], values.filter(isTelling)),
    )
    return gone.length === 0 ? [] : [toFinding(pair.head, gone)]
  })
}

const keyOf = ({words}: Row) => words.join(' ')

const rowsOf = ({tables = []}: TestCase) => tables.flat()

const countOf = (test: TestCase) => new Set(rowsOf(test).map(keyOf)).size

/** A table that stands elsewhere now, in another file or under a name, cannot be counted. */
const isShrunk = (base: TestCase, head: TestCase) =>
  countOf(base) > countOf(head) && (base.tables?.length ?? 0) <= (head.tables?.length ?? 0)

/** `3` stands in any spec. */
const isTelling = (value: string) => value.length > 2

/** Neither in the table any more nor in another one, nor made a test of its own. */
function goneRows({base, head}: Pair, others: readonly TestCase[], added: readonly TestCase[]): readonly Row[] {
  const kept = others.filter((test) => test === head || test.file !== head.file || added.includes(test)).flatMap(rowsOf)
  const isKept = (row: Row) => kept.some(({words}) => containment(partOf(row), words) === 1)
  const isTest = (row: Row) =>
    row.values.length > 0 &&
    added.some(
      ({tokens}) =>
        containment(
          row.values,
          tokens.map(({text}) => text),
        ) === 1,
    )
  const rows = [...new Map(rowsOf(base).map((row) => [keyOf(row), row])).values()]
  return rows.filter((row) => !isKept(row) && !isTest(row))
}

/** Rows of names become rows of keys and names, rows of lists those of objects: values stay. */
const partOf = ({words, values}: Row) => (values.length > 0 ? values : words)

function toFinding(test: TestCase, gone: readonly Row[]): Finding {
  const row = `\`${gone[0]?.words.join(', ').slice(0, 60)}\``
  const what = gone.length === 1 ? `lost the case ${row}` : `lost ${gone.length} cases, the first of them ${row}`
  return {message: `The test \`${nameOf(test)}\` ${what}. Put back what it checked.`, file: test.file, line: test.line}
}
