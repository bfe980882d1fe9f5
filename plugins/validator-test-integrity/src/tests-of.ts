import type {SourceTree} from '@conduct-cli/source'
import {goTests} from './go-tests.ts'
import {javascriptTests} from './javascript-tests.ts'
import {pythonTests} from './python-tests.ts'
import {isWithin, nodesIn} from './ranges.ts'
import {tablesIn} from './tables.ts'
import type {TestCase} from './test-case.ts'

/** The tests in a file, in order. */
export function testsOf(source: SourceTree): readonly TestCase[] {
  const tests = readTests(source).map((test) => ({...test, tables: tablesIn(source, test)}))
  return withUnclear(tests, source)
}

/** A syntax error may end a test too early: then the words up to the next one tell if it asserts. */
function withUnclear(tests: readonly TestCase[], source: SourceTree): readonly TestCase[] {
  const errors = nodesIn(source, {from: 0, to: source.text.length}, ['⚠'])
  if (errors.length === 0) return tests
  return tests.map((test, index) => {
    const region = {from: test.from, to: tests[index + 1]?.from ?? source.text.length}
    const isUnclear =
      errors.some((error) => isWithin(error, region)) && /\b(?:assert|expect|raises|Error|Fatal|require)/.test(source.textOf(region))
    return isUnclear ? {...test, isUnclear} : test
  })
}

function readTests(source: SourceTree): readonly TestCase[] {
  if (source.language === 'python') return pythonTests(source)
  if (source.language === 'go') return withoutNested(goTests(source), source)
  return /^(?:java|type)script$/.test(source.language) ? withoutNested(javascriptTests(source), source) : []
}

/** What stands in a test within a test is said of the inner one. */
function withoutNested(tests: readonly TestCase[], source: SourceTree): readonly TestCase[] {
  return tests.map((test, index) => {
    const inner: TestCase[] = []
    for (const other of tests.slice(index + 1)) {
      if (other.from >= test.to) break
      if (isWithin(other, test)) inner.push(other)
    }
    if (inner.length === 0) return test
    const isInner = (line: number) => inner.some((each) => each.line <= line && line <= source.lineOf(each.to) && each.line > test.line)
    return {
      ...test,
      assertions: test.assertions.filter((assertion) => !inner.some((each) => isWithin(assertion, each))),
      marks: test.marks.filter(({line}) => !isInner(line)),
    }
  })
}
