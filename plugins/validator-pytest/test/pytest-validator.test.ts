import assert from 'node:assert/strict'
import {createCheckout, createPhase, ENV, validateCheckout} from '../../../test/validators/support.ts'
import {needs} from '../../../test/validators/tools.ts'
import {validatorContract} from '../../../test/validators/validator-contract.ts'
import {pytestValidator} from '../src/pytest-validator.ts'

const passing = 'def test_ok():\n    assert True\n'
const failing = 'def test_ok():\n    pass\n\ndef test_sum():\n    assert 1 + 1 == 3\n'
const needsPytest = function (this: Mocha.Context) {
  this.timeout(60_000)
  needs(this, 'python3', '-m', 'pytest', '--version')
}

validatorContract({
  validator: pytestValidator,
  nothing: {'a.py': 'x = 1\n', 'pyproject.toml': '[project]\nname = "a"\n'},
  good: {'test_a.py': passing},
  bad: {'tests/test_a.py': failing},
  before: needsPytest,
})

describe('pytest', () => {
  const validators = [{validator: pytestValidator, options: undefined}]
  before(needsPytest)

  it('says which test failed, in which file and line', async () => {
    const checkout = await createCheckout({'tests/test_a.py': failing})
    const [verdict] = (await validateCheckout(checkout, {validators})).verdicts
    const [finding] = verdict?.findings ?? []
    assert.deepEqual([verdict?.executed, finding?.file, finding?.line, finding?.test], [2, 'tests/test_a.py', 5, 'tests.test_a::test_sum'])
  })

  it('fails when pytest collects nothing', async () => {
    const checkout = await createCheckout({'test_a.py': 'x = 1\n'})
    const [verdict] = (await validateCheckout(checkout, {validators})).verdicts
    assert.deepEqual([verdict?.status, verdict?.executed], ['fail', 0])
    assert.match(verdict?.findings[0]?.message ?? '', /ran no test/)
  })

  it('runs in each folder that is configured, and counts them all', async () => {
    const checkout = await createCheckout({
      "it's/pytest.ini": '[pytest]\n',
      "it's/test_a.py": passing,
      'backend/pyproject.toml': '[tool.pytest.ini_options]\n',
      'backend/test_b.py': passing,
    })
    const [verdict] = (await validateCheckout(checkout, {validators})).verdicts
    assert.deepEqual([verdict?.status, verdict?.executed], ['pass', 2])
  })

  it('says how to install what is missing', async () => {
    const checkout = await createCheckout({'test_a.py': passing})
    const [verdict] = (await validateCheckout(checkout, {validators, env: {...ENV, PATH: checkout.cwd}})).verdicts
    assert.equal(verdict?.status, 'fail')
    assert.match(verdict?.findings[0]?.message ?? '', /Install Python/)
  })

  it('does not run again what the phase runs already', async () => {
    const checkout = await createCheckout({'test_a.py': passing})
    const {verdicts} = await validateCheckout(checkout, {validators, phase: createPhase({testCommand: 'python3 -m pytest'})})
    assert.deepEqual([verdicts[0]?.executed, verdicts[1]?.status], [1, 'skip'])
  })
})
