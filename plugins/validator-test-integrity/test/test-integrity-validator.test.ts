import assert from 'node:assert/strict'
import {validatorContract} from '../../../test/validators/validator-contract.ts'
import {testIntegrityValidator} from '../src/test-integrity-validator.ts'
import {complaints, inputOf, type Files} from './two-trees.ts'

const test = "import {test} from 'node:test'\nimport assert from 'node:assert/strict'\nimport {add} from '../add.js'\n"
const adds = "test('adds', () => {\n  assert.equal(add(1, 2), 3)\n})\n"

validatorContract({
  validator: {...testIntegrityValidator, applies: (input) => input.files[0] !== 'README.md'},
  base: {'add.js': 'export const add = (a, b) => a + b\n', 'test/add.test.js': `${test}${adds}`},
  nothing: {'README.md': '# Add\n'},
  good: {
    'add.js': 'export const add = (a, b) => b + a\n',
    'test/add.test.js': `${test}\n${adds}\ntest('adds zero', () => assert.equal(add(0, 2), 2))\n`,
  },
  bad: {'add.js': 'export const add = (a, b) => a - b\n', 'test/add.test.js': `${test}${adds.replace('test(', 'test.skip(')}`},
})

describe('test-integrity without a base', () => {
  it('says how to name one', async () => {
    const {baseFiles: _, ...input} = inputOf({}, {'a.js': 'export {}\n'})
    const {status, evidence} = await testIntegrityValidator.run(input)
    assert.equal(status, 'skip')
    assert.match(evidence ?? '', /--since main/)
  })
})

describe('test-integrity after repairs', () => {
  const base = {'add.js': 'export const add = (a, b) => a + b\n'}
  const work = {...base, 'sub.js': 'export const sub = (a, b) => a - b\n', 'test/add.test.js': `${test}${adds}`}
  /** The base saw none of the tests that the work wrote. */
  const mended = (head: Files) => {
    const {changedFiles, addedLines, baseText, baseFiles = []} = inputOf(work, head)
    return complaints(base, head, {beforeRepairs: {changedFiles, addedLines, baseText, baseFiles}})
  }
  const withTest = (text: string) => mended({...work, 'test/add.test.js': text})

  it('finds a test that the work wrote, and a repair deleted', async () => {
    const {'test/add.test.js': _, ...head} = work
    assert.match((await mended(head)).join(), /^test\/add\.test\.js This test file was deleted/)
  })

  it('finds a test that the work wrote, and a repair weakened', async () => {
    assert.match((await withTest(`${test}${adds.replace('equal(add(1, 2), 3)', 'ok(add(1, 2))')}`)).join(), /asserts less than before/)
  })

  it('says what both comparisons show only once', async () => {
    assert.equal((await withTest(`${test}${adds.replace('test(', 'test.skip(')}`)).length, 1)
  })

  it('lets a repair rename, move and correct the tests of the work', async () => {
    const {'test/add.test.js': _, ...rest} = work
    assert.deepEqual(await mended({...rest, 'test/sums/add.test.js': `${test}${adds.replace('adds', 'adds numbers')}`}), [])
    assert.deepEqual(await withTest(`${test}${adds.replace('(1, 2), 3', '(1, 2), 4')}`), [])
  })

  it('lets a repair throw away a test that never checked anything', async () => {
    const before = {...work, 'test/later.test.js': `${test}test('later', () => {\n  assert.ok(true)\n})\n`}
    const {changedFiles, addedLines, baseText, baseFiles = []} = inputOf(before, work)
    assert.deepEqual(await complaints(base, work, {beforeRepairs: {changedFiles, addedLines, baseText, baseFiles}}), [])
  })
})
