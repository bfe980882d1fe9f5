import type {SourceTree} from '@conduct-cli/source'
import type {Mark} from './mark.ts'

const MODULES =
  /^(?:unittest\.mock|mock|pytest_mock|sinon|jest-mock|jest-mock-extended|ts-mockito|testdouble|nock|proxyquire|@jest\/globals|github\.com\/stretchr\/testify(?:\/\w+)?|(?:go\.uber\.org\/mock|github\.com\/golang\/mock)\/gomock)$/
const CALLS = /^(?:jest|vi|sinon)\.(?:fn|mock|spyOn|stub|fake|doMock)$/

/** Tools that pretend, in code that is no test. */
export function marksOfMocks(tree: SourceTree): readonly Mark[] {
  const modules = tree.imports
    .filter(
      ({specifier, names, isTypeOnly}) => !isTypeOnly && (MODULES.test(specifier) || (specifier === 'unittest' && names.includes('mock'))),
    )
    .map(({specifier, line}) => ({line, what: `\`${specifier}\` is imported`}))
  // In-source tests of vitest import nothing.
  const mayCall = /\b(?:jest|vi|sinon)\b/.test(tree.text) && !/\bimport\.meta\.vitest\b/.test(tree.text)
  const calls = mayCall ? tree.calls.filter(({callee}) => CALLS.test(callee)) : []
  return [...modules, ...calls.map(({callee, line}) => ({line, what: `\`${callee}\` is called`}))].map(({line, what}) => ({
    line,
    lines: [line],
    message: `A mock where code should be: ${what} outside tests. Use the real thing.`,
  }))
}
