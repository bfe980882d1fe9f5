import type {SourceFunction, SourceTree} from '@conduct-cli/source'
import {readBody, type ReadCall} from './body.ts'
import type {Change, FileSide} from './comparison.ts'
import {readSkip as readGoSkip} from './go-tests.ts'
import {readSkip as readJavaScriptSkip} from './javascript-tests.ts'
import type {Pair} from './match-tests.ts'
import {readSkip as readPythonSkip} from './python-tests.ts'
import {isWithin} from './ranges.ts'
import type {TestCase} from './test-case.ts'

/** Functions beside the tests, which assert for them: before, and now. New ones have no pair. */
export interface Helpers {
  readonly pairs: readonly Pair[]
  readonly added: readonly TestCase[]
}

/** Finds each helper of the base again by its name, in its file first. One that is gone is missed by the tests that called it. */
export function matchHelpers(changes: readonly Change[]): Helpers {
  const [before, now] = [changes.flatMap(({base}) => helpersIn(base)), changes.flatMap(({head}) => helpersIn(head))]
  const [open, free] = [new Set(before), new Set(now)]
  const pairs: Pair[] = []
  for (const keyOf of [inFile, inName]) {
    const byKey = Map.groupBy(free, keyOf)
    for (const base of open) {
      const head = byKey.get(keyOf(base))?.find((each) => free.has(each))
      if (head === undefined) continue
      pairs.push({base, head, isNamed: true})
      open.delete(base)
      free.delete(head)
    }
  }
  return {pairs, added: [...free]}
}

const inName = ({path}: TestCase) => path.join('\0')
const inFile = (helper: TestCase) => `${helper.file}\0${inName(helper)}`

const BESIDE_TESTS = /(?:^|\/)(?:tests?|__tests__|specs?|e2e|testing|test[-_]?(?:utils?|helpers?|support))\/|(?:^|\/)conftest\.py$/

const SKIPS: Readonly<Record<string, ReadCall>> = {
  python: readPythonSkip,
  go: readGoSkip,
  javascript: readJavaScriptSkip,
  typescript: readJavaScriptSkip,
}

function helpersIn(side: FileSide | undefined): readonly TestCase[] {
  const source = side && (side.isTest || BESIDE_TESTS.test(side.file)) ? side.source : undefined
  const readCall = source && SKIPS[source.language]
  if (!side || !readCall || source.tree === undefined) return []
  return source.functions.filter((each) => isHelper(each, side)).map((each) => toHelper(each, source, readCall))
}

/** What is said of these is said of each test of their class. */
const SETUP = /^(?:setUp|setUpClass|setup_method|setup_class|setup)$/

function isHelper({name, body, isArgument, from, to, isAbstract}: SourceFunction, {tests}: FileSide): boolean {
  if (name === '' || body === undefined || isArgument || isAbstract || SETUP.test(name)) return false
  return !tests.some((test) => isWithin({from, to}, test))
}

function toHelper({name, owner, body, node, statements, from, to, line}: SourceFunction, source: SourceTree, readCall: ReadCall): TestCase {
  const parts = readBody({source, range: body ?? node, statements, readCall})
  return {...parts, isHelper: true, file: source.file, from, to, line, path: owner ? [owner.name, name] : [name]}
}
