import type {Finding} from 'conduct-cli/plugin'
import {holdsHere, worthHere} from '../here.ts'
import type {Comparison} from '../comparison.ts'
import type {Matching} from '../match-tests.ts'
import {effectiveAssertions, nameOf, NO_MODULE, type Mark, type TestCase, titleOf} from '../test-case.ts'

/** Tests that cannot fail any more, and new ones that never could: skipped, never reached, swallowed, or empty. */
export async function findMarks(comparison: Comparison, {pairs, added}: Matching): Promise<readonly Finding[]> {
  const marked = pairs.flatMap(({base, head}) => newMarks(base, head).map((mark) => ({mark, test: head})))
  const old = await withoutKnown(marked, comparison)
  const fresh = added.flatMap((test) => freshMarks(test).map((mark) => ({mark, test})))
  return [...grouped([...old, ...fresh]), ...added.flatMap(vacuous)]
}

interface Marked {
  readonly mark: Mark
  readonly test: TestCase
}

/** One `describe.skip` is said once, however many tests it covers. */
function grouped(marked: readonly Marked[]): readonly Finding[] {
  const groups = Map.groupBy(marked, ({mark, test}) => `${test.file}\0${mark.line}\0${mark.what}`)
  return [...groups.values()].flatMap(([first, ...others]) => (first ? [toFinding(first, others.length)] : []))
}

/** What the base's test had already is not blamed; a condition may be honest, unless it holds right here. */
function newMarks(base: TestCase, head: TestCase): readonly Mark[] {
  const had = new Set(base.marks.filter(({condition}) => condition === undefined).map(({kind}) => kind))
  const conditions = new Set(base.marks.map(({kind, condition}) => `${kind} ${condition}`))
  return head.marks.filter(({kind, condition}) => {
    if (had.has(kind) || conditions.has(`${kind} ${condition}`)) return false
    return condition === undefined || condition.startsWith(NO_MODULE) || holdsHere(condition)
  })
}

const freshMarks = ({marks}: TestCase) => marks.filter(({condition, isUsual}) => condition === undefined && !isUsual)

/** A module that the project declares is there, and a variable that the spec names will be set. */
async function withoutKnown(marked: readonly Marked[], {files, specText = '', readText}: Comparison): Promise<readonly Marked[]> {
  const conditions = marked.map(({mark}) => mark.condition ?? '')
  if (conditions.every((condition) => condition === '')) return marked
  const declaring = conditions.some((condition) => condition.startsWith(NO_MODULE)) ? files.filter((file) => DECLARING.test(file)) : []
  const declared = (await Promise.all(declaring.map((file) => readText(file)))).join('\n').toLowerCase()
  return marked.filter(({mark: {condition = ''}}) => {
    if (condition.startsWith(NO_MODULE)) return !declared.includes((condition.slice(NO_MODULE.length).split('.')[0] ?? '').toLowerCase())
    const variables = worthHere(condition.replace(/^not /, '')) === undefined ? [] : (condition.match(/\b[A-Z][A-Z0-9_]{2,}\b/g) ?? [])
    return !variables.some((name) => specText.includes(name))
  })
}

const DECLARING =
  /(?:^|\/)(?:pyproject\.toml|setup\.(?:py|cfg)|tox\.ini|Pipfile|[\w.-]*requirements[\w.-]*\.(?:txt|in)|environment\.ya?ml)$/

function toFinding({mark: {line, what, kind}, test}: Marked, others: number): Finding {
  const more = others > 0 ? ` (and ${others} more with it)` : ''
  const remedy = kind === 'only' ? 'Let all tests run.' : kind === 'swallow' ? 'Let them fail the test.' : 'Let it run.'
  return {message: `${titleOf(test)}${more} ${what}. ${remedy}`, file: test.file, line}
}

/** A new test without anything in it, or with nothing but `assert true`. */
function vacuous(test: TestCase): readonly Finding[] {
  if (test.marks.length > 0 || test.isUnclear) return []
  const hasOnlyTautologies = test.assertions.length > 0 && effectiveAssertions(test).length === 0 && !test.doesSomething
  if (!test.isEmpty && !hasOnlyTautologies) return []
  const [first] = test.assertions
  const what = first ? `only asserts what is always true: \`${first.text}\`` : 'is empty'
  return [
    {message: `The new test \`${nameOf(test)}\` ${what}. Assert what the code must do.`, file: test.file, line: first?.line ?? test.line},
  ]
}
