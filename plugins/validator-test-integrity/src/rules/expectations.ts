import type {Finding} from 'conduct-cli/plugin'
import type {Comparison} from '../comparison.ts'
import type {Pair} from '../match-tests.ts'
import {isAskedFor} from '../spec-words.ts'
import {effectiveAssertions, nameOf, type Assertion, type TestCase} from '../test-case.ts'

/**
 * An expected value that is another one now, while the test and what it puts in stayed as they were. Whether the new
 * value is right cannot be read from the source, so it is a finding only where nobody can have asked for it:
 * - with a spec, when the work under validation has to do with neither the function nor the value;
 * - without one, when the test's own name still states the old value, or no code changed that could have changed it.
 */
export function changedExpectation(pair: Pair, comparison: Comparison): readonly Finding[] {
  const {base, head, isNamed} = pair
  if (!isNamed) return []
  const change = changes(base, head)[0]
  if (change === undefined || isHonest(change, head, comparison)) return []
  const [was, is] = [change.before.expected.join(', '), change.now.expected.join(', ')]
  const message = `The test \`${nameOf(head)}\` expects ${is} where it expected ${was}, and nothing asked for that. Mend the code, not the test.`
  return [{message, file: head.file, line: change.now.line}]
}

interface Changed {
  readonly before: Assertion
  readonly now: Assertion
}

/** Assertions that say the same of the same, and expect something else. */
function changes(base: TestCase, head: TestCase): readonly Changed[] {
  const isSame = masked(base) === masked(head)
  const [before, now] = [effectiveAssertions(base), effectiveAssertions(head)]
  const found: Changed[] = []
  for (const [key, ones] of Map.groupBy(before, (each) => each.key)) {
    const others = now.filter((each) => each.key === key)
    // The inputs stand in the assertion itself, or nothing around it changed.
    if (others.length !== ones.length || !(isSame || /\w "?[\w"]/.test(callWords(key)))) continue
    for (const [index, one] of ones.entries()) {
      const other = others[index]
      if (other && differs(one.expected, other.expected) && !ones.some(({expected}) => !differs(expected, other.expected)))
        found.push({before: one, now: other})
    }
  }
  return found
}

/** A key with inputs in it has literals that were not masked. */
const callWords = (key: string) => (/(?:^| )(?:-?[\d.]+|"[^"]*")(?: |$)/.test(key) ? key : '')

const differs = (one: readonly string[], other: readonly string[]) =>
  one.length !== other.length || one.some((value, index) => value !== other[index])

/** The test's words without the values that its assertions expect. */
function masked({tokens, assertions}: TestCase): string {
  const isInside = (from: number, to: number) => assertions.some(({core}) => core.from <= from && to <= core.to)
  const words = tokens.filter(({from, to, isLiteral}) => !(isLiteral && isInside(from, to)))
  return words.map(({text}) => text).join(' ')
}

function isHonest({before, now}: Changed, test: TestCase, {specText, changes: files}: Comparison): boolean {
  if (specText !== undefined) return isAskedFor(specText, now.key.split(' '), now.expected)
  const name = nameOf(test)
  const stated = before.expected.map((value) => value.replaceAll('"', '')).filter((value) => value !== '' && hasWord(name, value))
  const isStated = stated.length > 0 && !now.expected.some((value) => hasWord(name, value.replaceAll('"', '')))
  const hasCode = files.some(({file, base, head}) => !(head ?? base)?.isTest && !/\.(?:md|mdx|rst|txt|snap|ambr|golden)$/.test(file))
  return !isStated && hasCode
}

const hasWord = (text: string, word: string) =>
  new RegExp(`(?<![\\w.])${word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w])`).test(text)
