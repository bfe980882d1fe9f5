import assert from 'node:assert/strict'
import {validatorContract} from '../../../test/validators/validator-contract.ts'
import {testIntegrityValidator} from '../src/test-integrity-validator.ts'
import {inputOf} from './two-trees.ts'

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
