import type {SourceRange} from '@conduct-cli/source'
import type {Row} from './tables.ts'
import type {Token} from './tokens.ts'

/**
 * `exact`: compared with a value; `partial`: only a part, a kind or a bound of it; `weak`: it is there, or true; `helper`: a
 * function does it.
 */
export type Strength = 'exact' | 'partial' | 'weak' | 'helper'

/** One statement of a test that something is so. */
export interface Assertion extends SourceRange {
  /** The part that says what must be so: without messages for people; of `if (…) fail()` the condition. */
  readonly core: SourceRange
  readonly line: number
  /** Its words with the expected values left out: what is asserted about, and how. */
  readonly key: string
  /** Values that stand in the source as what is expected. */
  readonly expected: readonly string[]
  /** What is asserted about. */
  readonly subject: string
  /** Names and values that it is compared with. */
  readonly wanted: readonly string[]
  readonly strength: Strength
  /** That something is thrown: what it is compared with is a limit on what may be. */
  readonly isThrow: boolean
  /** It holds whatever the code does. */
  readonly isTautology: boolean
  /** As written, shortened to a line. */
  readonly text: string
}

export type MarkKind = 'skip' | 'only' | 'dead' | 'early-return' | 'swallow' | 'expected-failure'

/** Begins the condition of a mark that holds where a module is not installed. */
export const NO_MODULE = 'no module '

/** Something that keeps a test from failing. */
export interface Mark {
  readonly kind: MarkKind
  readonly line: number
  /** For people: ``is skipped by `it.skip` ``. */
  readonly what: string
  /** Under which circumstances; absent when always. */
  readonly condition?: string
  /** Honest in a new test; in one that was there before it is not. */
  readonly isUsual?: true
}

/** A test as its runner sees it. */
export interface TestCase extends SourceRange {
  readonly file: string
  /** Names of the suites around it, then its own. */
  readonly path: readonly string[]
  readonly line: number
  /** Of the body. */
  readonly tokens: readonly Token[]
  /** Of what stands around the body: rows of `each` and `parametrize`. */
  readonly rows?: readonly Token[]
  /** That it goes through, row by row. */
  readonly tables?: readonly (readonly Row[])[]
  /** Those that are reached. */
  readonly assertions: readonly Assertion[]
  readonly marks: readonly Mark[]
  /** The grammar could not read all of it, and it does assert something: what is missing may only be unread. */
  readonly isUnclear?: boolean
  /** Does nothing at all. */
  readonly isEmpty: boolean
  /** It is no test, but a function that asserts for tests. */
  readonly isHelper?: boolean
  /** Calls something that is no assertion. */
  readonly doesSomething: boolean
}

/** The assertions that can fail. */
export function effectiveAssertions({assertions}: TestCase): readonly Assertion[] {
  return assertions.filter(({isTautology}) => !isTautology)
}

/** The test's name with its suites: `sums > adds`. */
export const nameOf = ({path}: Pick<TestCase, 'path'>): string => path.join(' > ')

/** As a message begins: ``The test `adds` ``. */
export const titleOf = (test: TestCase): string => `The ${test.isHelper ? 'helper' : 'test'} \`${nameOf(test)}\``
