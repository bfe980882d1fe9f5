import assert from 'node:assert/strict'
import {createCheckout, createPhase, validateCheckout} from '../../../test/validators/support.ts'
import {validatorContract} from '../../../test/validators/validator-contract.ts'
import {filesValidator} from '../src/files-validator.ts'
import {isStub} from '../src/stub.ts'

validatorContract({
  validator: {...filesValidator, applies: (input) => input.files[0] !== 'README.md' && filesValidator.applies(input)},
  phase: {files: ['src/*.js', 'docs/']},
  nothing: {'README.md': '# A\n'},
  good: {'src/a.js': 'export const a = 1\n', 'docs/index.md': '# Docs\n'},
  bad: {'src/a.js': '// later\n', 'other.md': 'x'},
})

describe('files', () => {
  async function check(files: Readonly<Record<string, string>>, patterns: readonly string[]) {
    const checkout = await createCheckout(files)
    const request = {validators: [{validator: filesValidator, options: undefined}], phase: createPhase({files: patterns})}
    return (await validateCheckout(checkout, request)).verdicts[1]
  }

  it('is skipped when the phase names no files', async () => {
    assert.equal((await check({'a.js': '1'}, []))?.status, 'skip')
  })

  it('names each pattern that matches nothing', async () => {
    const verdict = await check({'a.js': '1'}, ['a.js', 'proto/*.proto', 'b.js'])
    assert.deepEqual(
      verdict?.findings.map(({message}) => /`(.+?)`/.exec(message)?.[1]),
      ['proto/*.proto', 'b.js'],
    )
  })

  it('finds a file that is nothing but comments', async () => {
    const verdict = await check({'a.js': '/* later */\n// soon\n'}, ['a.js'])
    assert.deepEqual([verdict?.status, verdict?.findings[0]?.file], ['fail', 'a.js'])
  })

  it('accepts a glob when one of its files has content', async () => {
    assert.equal((await check({'src/__init__.py': '', 'src/a.py': '# x\n', 'src/b.py': 'b = 1\n'}, ['src/*.py']))?.status, 'pass')
  })
})

describe('isStub', () => {
  it('does not take a heading for a comment', () => assert.equal(isStub('README.md', '# Title\n'), false))
  it('does not take #include for a comment', () => assert.equal(isStub('a.c', '#include <stdio.h>\n'), false))
  it('lets files be empty that mean something by being there', () => assert.equal(isStub('pkg/__init__.py', ''), false))
  it('sees an empty file of any kind', () => assert.equal(isStub('data.bin', ' \n'), true))
})
