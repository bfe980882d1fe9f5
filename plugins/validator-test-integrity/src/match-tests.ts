import {containment, similarity} from './tokens.ts'
import {nameOf, type TestCase} from './test-case.ts'

/** A test of the base, and what became of it. */
export interface Pair {
  readonly base: TestCase
  readonly head: TestCase
  /** It has the name it had; otherwise it was recognised by what it does. */
  readonly isNamed: boolean
}

export interface Matching {
  readonly pairs: readonly Pair[]
  /** Tests of the base with nothing in their place. */
  readonly lost: readonly TestCase[]
  readonly added: readonly TestCase[]
}

/** Alike enough to be the same test under another name. */
const SAME = 0.6
/** Alike enough when the names are alike as well. */
const AKIN = 0.3
/** So much of a test must be found in others when it was split or made a row of a table. */
const ABSORBED = 0.8

/** Finds each test of the base again: by its name, by what it does, or as a part of others. */
export function matchTests(base: readonly TestCase[], head: readonly TestCase[]): Matching {
  const pairs: Pair[] = []
  const [open, free] = [new Set(base), new Set(head)]
  const pair = (one: TestCase, other: TestCase, isNamed: boolean) => {
    pairs.push({base: one, head: other, isNamed})
    open.delete(one)
    free.delete(other)
  }
  for (const keyOf of [inPlace, nameOf, leafOf]) {
    if (open.size === 0) break
    const byKey = Map.groupBy(free, keyOf)
    for (const test of base.filter((each) => open.has(each))) {
      const found = byKey.get(keyOf(test))?.find((each) => free.has(each))
      if (found && (keyOf !== leafOf || similarity(words(test), words(found)) > 0.3)) pair(test, found, true)
    }
  }
  const sameWords = Map.groupBy(free, textOf)
  for (const test of base.filter((each) => open.has(each) && each.tokens.length > 0)) {
    const found = sameWords.get(textOf(test))?.find((each) => free.has(each))
    if (found) pair(test, found, false)
  }
  for (const {one, other} of alike([...open], [...free])) if (open.has(one) && free.has(other)) pair(one, other, false)
  const added = [...free]
  return {pairs, lost: [...open].filter((test) => !isAbsorbed(test, base, head, pairs)), added}
}

const inPlace = (test: TestCase) => `${test.file}\0${nameOf(test)}`
const leafOf = ({path}: TestCase) => path.at(-1) ?? ''

const known = new WeakMap<TestCase, readonly string[]>()

function words(test: TestCase): readonly string[] {
  const found = known.get(test) ?? test.tokens.map(({text}) => text).filter((text) => !/^[{}[\].:=]|=>$/.test(text))
  known.set(test, found)
  return found
}

const nameWords = (test: TestCase): readonly string[] =>
  leafOf(test)
    .toLowerCase()
    .match(/[a-z]+|\d+/g) ?? []

const textOf = (test: TestCase) => words(test).join(' ')

/** Most alike first. */
function alike(base: readonly TestCase[], head: readonly TestCase[]) {
  const candidatesOf = candidateFinder(head)
  const found: {readonly one: TestCase; readonly other: TestCase; readonly score: number}[] = []
  for (const one of base) {
    for (const other of candidatesOf(one)) {
      const score = similarity(words(one), words(other))
      const isAlike = score >= SAME || (score >= AKIN && similarity(nameWords(one), nameWords(other)) >= SAME)
      if (isAlike) found.push({one, other, score})
    }
  }
  return found.sort((first, second) => second.score - first.score)
}

/** Words that more tests have than this say little of any of them. */
const COMMON = 40
const CANDIDATES = 25

/** Tests are many, and comparing each with each takes too long: those with unusual words in common come first. */
function candidateFinder(head: readonly TestCase[]): (test: TestCase) => readonly TestCase[] {
  if (head.length <= COMMON) return () => head
  const index = new Map<string, TestCase[]>()
  for (const test of head) {
    for (const word of new Set([...words(test), ...nameWords(test)])) {
      const tests = index.get(word)
      if (tests) tests.push(test)
      else index.set(word, [test])
    }
  }
  return (test) => {
    const counts = new Map<TestCase, number>()
    for (const word of new Set([...words(test), ...nameWords(test)])) {
      const tests = index.get(word) ?? []
      if (tests.length <= COMMON) for (const other of tests) counts.set(other, (counts.get(other) ?? 0) + 1)
    }
    const near = [...counts].sort((one, other) => other[1] - one[1]).slice(0, CANDIDATES)
    return near.length > 0 ? near.map(([other]) => other) : head.slice(0, CANDIDATES)
  }
}

/** Split into several, made a row of a table, or a copy of one that is still there. */
function isAbsorbed(test: TestCase, base: readonly TestCase[], head: readonly TestCase[], pairs: readonly Pair[]): boolean {
  const own = words(test)
  if (own.length === 0) return true
  const isCopy = pairs.some(
    (pair) => pair.base !== test && pair.isNamed && pair.base.file === test.file && words(pair.base).join(' ') === own.join(' '),
  )
  if (isCopy && base.length > head.length) return true
  return isSplit(test, head, pairs) || isRow(test, head, pairs)
}

/** What its assertions claim is claimed by others now, which did not claim it before. */
function isSplit({assertions}: TestCase, head: readonly TestCase[], pairs: readonly Pair[]): boolean {
  if (assertions.length === 0) return false
  const claims = (tests: readonly TestCase[]) =>
    tests.flatMap((each) => each.assertions.map(({key, expected}) => `${key}\0${expected.join('\0')}`))
  const before = claims(pairs.map((pair) => pair.base))
  const now = claims(head)
  const fresh = now.filter((claim) => !before.includes(claim))
  const own = assertions.map(({key, expected}) => `${key}\0${expected.join('\0')}`)
  return containment(own, fresh) >= ABSORBED
}

/** All its values stand in one test that has grown, with most of its other words. */
function isRow(test: TestCase, head: readonly TestCase[], pairs: readonly Pair[]): boolean {
  const literals = test.tokens.filter(({isLiteral}) => isLiteral).map(({text}) => text)
  if (literals.length === 0) return false
  const names = new Set(test.tokens.filter(({text, isLiteral}) => !isLiteral && /^\w{2,}$/.test(text)).map(({text}) => text))
  return head.some((each) => {
    const before = pairs.find((pair) => pair.head === each)?.base
    if (before && sizeOf(before) >= sizeOf(each)) return false
    const whole = [...each.tokens, ...(each.rows ?? [])].map(({text}) => text)
    return containment(literals, whole) === 1 && containment([...names], whole) >= 0.6
  })
}

const sizeOf = ({tokens, rows = []}: TestCase) => tokens.length + rows.length
