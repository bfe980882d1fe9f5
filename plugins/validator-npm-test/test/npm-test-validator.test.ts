import assert from 'node:assert/strict'
import {createCheckout, createPhase, validateCheckout} from '../../../test/validators/support.ts'
import {validatorContract} from '../../../test/validators/validator-contract.ts'
import {npmTestValidator} from '../src/npm-test-validator.ts'

const manifest = (test: string) => JSON.stringify({name: 'a', type: 'module', scripts: {test}})
const passing = "import test from 'node:test'\ntest('adds', () => {})\n"
const failing = "import test from 'node:test'\nimport assert from 'node:assert'\ntest('adds', () => {\n  assert.equal(1, 2)\n})\n"

validatorContract({
  validator: npmTestValidator,
  nothing: {'package.json': manifest('echo "Error: no test specified" && exit 1')},
  good: {'package.json': manifest('node --test'), 'a.test.js': passing},
  bad: {'package.json': manifest('node --test'), 'a.test.js': failing},
})

describe('npm-test', () => {
  const validators = [{validator: npmTestValidator, options: undefined}]

  it('says which test failed, and on which line', async () => {
    const checkout = await createCheckout({'package.json': manifest('node --test'), 'test/a.test.js': failing})
    const [verdict] = (await validateCheckout(checkout, {validators})).verdicts
    const [finding] = verdict?.findings ?? []
    assert.deepEqual([verdict?.executed, finding?.test, finding?.file, finding?.line], [1, 'test/a.test.js > adds', 'test/a.test.js', 4])
  })

  it('does not run again what the phase runs already', async () => {
    const checkout = await createCheckout({'package.json': manifest('node --test'), 'a.test.js': passing})
    const {verdicts} = await validateCheckout(checkout, {validators, phase: createPhase({testCommand: 'npm test'})})
    assert.deepEqual([verdicts[0]?.executed, verdicts[1]?.status], [1, 'skip'])
  })

  it('does not believe a script that runs nothing', async () => {
    const checkout = await createCheckout({'package.json': manifest('echo all green')})
    const [verdict] = (await validateCheckout(checkout, {validators})).verdicts
    assert.deepEqual([verdict?.status, verdict?.executed], ['fail', 0])
    assert.match(verdict?.findings[0]?.message ?? '', /ran no test/)
  })

  it('does not fail for what failed before, and says so', async () => {
    const checkout = await createCheckout({'package.json': manifest('node --test'), 'a.test.js': failing, 'b.test.js': passing})
    const suiteBaseline = async () => ({failing: ['a.test.js > adds'], exitCode: 1})
    const [verdict] = (await validateCheckout(checkout, {validators, suiteBaseline})).verdicts
    assert.deepEqual([verdict?.status, verdict?.findings.map(({preExisting}) => preExisting)], ['pass', [true]])
  })

  it('leaves a package.json that is no JSON to others', async () => {
    const checkout = await createCheckout({'package.json': '{'})
    assert.equal((await validateCheckout(checkout, {validators})).verdicts[0]?.status, 'skip')
  })
})
