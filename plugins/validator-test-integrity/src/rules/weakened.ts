import type {Finding} from 'conduct-cli/plugin'
import type {Comparison} from '../comparison.ts'
import type {Matching, Pair} from '../match-tests.ts'
import {isAskedFor} from '../spec-words.ts'
import {effectiveAssertions, titleOf, type Assertion, type TestCase} from '../test-case.ts'
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
  const everywhere = new Set([
    ...pairs.flatMap(({base, head}) => tellingSubjects(head, base)),
    ...added.flatMap((test) => tellingSubjects(test)),
  ])
  return pairs.flatMap((pair) => judge(pair, comparison, everywhere) ?? otherwise(pair))
}

/** `got` means something else in every test: it counts where it is new. */
function tellingSubjects({assertions}: TestCase, base?: TestCase): readonly string[] {
  const known = new Set(base?.assertions.map(({subject}) => subject))
  return assertions.map(({subject}) => subject).filter((subject) => subject.includes(' ') || !known.has(subject))
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

const RANKS = {helper: 3, exact: 3, partial: 2, weak: 1}

/** The same thing was compared with a value, and now only with a part or a bound of it, or it must only be there. */
function weakest(before: readonly Assertion[], now: readonly Assertion[]) {
  const known = new Set(before.map(printOf))
  const isNew = (each: Assertion) => !known.has(printOf(each))
  for (const one of before.filter(({strength}) => strength === 'exact' || strength === 'partial')) {
    const about = now.filter((each) => isAbout(each, one))
    const weak = about.find((each) => isNew(each) && isWeaker(each, one))
    const isKept = (each: Assertion) => RANKS[each.strength] >= RANKS[one.strength] && !isWeaker(each, one)
    if (weak && !about.some((each) => isKept(each) && (isNew(each) || each.subject === one.subject))) return {before: one, now: weak}
  }
  return undefined
}

const printOf = ({key, strength}: Assertion) => `${strength} ${key}`

/** About the same, or about something of it: `typeof total`, `total.length`. Less is said of a part: that `total` is there. */
function isAbout(one: Assertion, other: Assertion): boolean {
  const [now, before] = [` ${one.subject} `, ` ${other.subject} `]
  return now.includes(before) || (one.strength === 'weak' && before.includes(now))
}

function isWeaker(now: Assertion, before: Assertion): boolean {
  if (now.strength === 'helper') return false
  const [was, is] = [new Set(before.wanted), new Set(now.wanted)]
  if (RANKS[now.strength] < RANKS[before.strength]) return now.strength === 'weak' || !isPart(was, is)
  // Of what is thrown each word is a limit: fewer of them, and more may be.
  return now.isThrow && before.isThrow && is.size < was.size && isPart(is, was)
}

const isPart = (part: ReadonlySet<string>, whole: ReadonlySet<string>) => [...part].every((word) => whole.has(word))

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
