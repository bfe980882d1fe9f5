import type {SourceTree} from '@conduct-cli/source'
import {goTests} from './go-tests.ts'
import {javascriptTests} from './javascript-tests.ts'
import {pythonTests} from './python-tests.ts'
import type {TestCase} from './test-case.ts'

/** The tests in a file, in order. */
export function testsOf(source: SourceTree): readonly TestCase[] {
  if (source.language === 'python') return pythonTests(source)
  if (source.language === 'go') return goTests(source)
  return /^(?:java|type)script$/.test(source.language) ? javascriptTests(source) : []
}
