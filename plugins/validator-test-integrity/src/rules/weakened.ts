import type {Finding} from 'conduct-cli/plugin'
import type {Comparison} from '../comparison.ts'
import type {Matching, Pair} from '../match-tests.ts'
import {isAskedFor} from '../spec-words.ts'
import {effectiveAssertions, type Assertion, titleOf} from '../test-case.ts'
import {changedExpectation} from './expectations.ts'

/** Tests that are still there and check less, or expect something that was made to fit. */
export function findWeakened(comparison: Comparison, matching: Matching): readonly Finding[] {
  return judgeAll(comparison, matching, (pair) => changedExpectation(pair, comparison))
}

/** Tests that are still there and check less: no assertion left, fewer, or weaker ones. */
export function findLessened(comparison: Comparison, matching: Matching): readonly Finding[] {
  return judgeAll(comparison, matching, () => [])
}

type Otherwise = (pair: Pair) => readonly Finding[]

function judgeAll(comparison: Comparison, {pairs, added}: Matching, otherwise: Otherwise): readonly Finding[] {
  const everywhere = new Set([...pairs.map(({head}) => head), ...added].flatMap((test) => test.assertions.map(({subject}) => subject)))
  return pairs.flatMap((pair) => judge(pair, comparison, everywhere) ?? otherwise(pair))
}

function judge(pair: Pair, comparison: Comparison, everywhere: ReadonlySet<string>): readonly Finding[] | undefined {
  const {base, head} = pair
  const [before, now] = [effectiveAssertions(base), effectiveAssertions(head)]
  if (base.isUnclear || head.isUnclear) return []
  // Said already, with the reason why.
  if (before.length === 0 || head.marks.some(({kind}) => kind === 'early-return' || kind === 'swallow' || kind === 'dead')) return []
  if (now.length === 0) return [emptied(pair)]
  const {specText} = comparison
  const weaker = weakest(before, now)
  if (weaker)
    return [
      {
        message: `${titleOf(head)} asserts less than before: \`${weaker.now.text}\` instead of \`${weaker.before.text}\`. Assert the value.`,
        file: head.file,
        line: weaker.now.line,
      },
    ]
  const gone = missing(before, now, everywhere).filter(({key, expected}) => !isAskedFor(specText, key.split(' '), expected))
  if (gone.length > 0) {
    const what =
      gone.length === 1 ? `the assertion \`${gone[0]?.text}\`` : `${gone.length} assertions, the first of them \`${gone[0]?.text}\``
    return [{message: `${titleOf(head)} lost ${what}. Put back what it checked.`, file: head.file, line: head.line}]
  }
  return undefined
}

function emptied({head}: Pair): Finding {
  const tautology = head.assertions.find(({isTautology}) => isTautology)
  const what = tautology ? `only asserts what is always true: \`${tautology.text}\`` : 'asserts nothing any more'
  return {message: `${titleOf(head)} ${what}. Put its assertions back.`, file: head.file, line: tautology?.line ?? head.line}
}

/** The same thing was compared with a value, and now it must only be there. */
function weakest(before: readonly Assertion[], now: readonly Assertion[]) {
  for (const one of before.filter(({strength}) => strength === 'exact')) {
    if (now.some(({subject, strength}) => subject === one.subject && strength !== 'weak')) continue
    const weak = now.find(({subject, strength}) => strength === 'weak' && subject === one.subject)
    if (weak && !before.some(({key}) => key === weak.key)) return {before: one, now: weak}
  }
  return undefined
}

/** Assertions about things that no changed test speaks of any more; only where fewer are left, none was added, and no helper took over. */
function missing(before: readonly Assertion[], now: readonly Assertion[], everywhere: ReadonlySet<string>): readonly Assertion[] {
  const keys = new Set(before.map(({key}) => key))
  if (now.length >= before.length || now.some(({key}) => !keys.has(key))) return []
  const kept = new Map<string, number>()
  for (const {subject} of now) kept.set(subject, (kept.get(subject) ?? 0) + 1)
  return before.filter(({subject}) => {
    const left = kept.get(subject) ?? 0
    kept.set(subject, left - 1)
    return left <= 0 && !everywhere.has(subject)
  })
}
