import assert from 'node:assert/strict'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {createCheckout, createPhase, ENV, validateCheckout, type Checkout} from '../../../test/validators/support.ts'
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

/** A virtual environment as it is before anybody installs something into it. */
async function placePythonWithoutPytest({cwd}: Checkout): Promise<void> {
  await mkdir(join(cwd, '.venv/bin'), {recursive: true})
  const script = '#!/bin/sh\ncase "$*" in *"-m pytest"*) exit 1;; esac\nexec python3 "$@"\n'
  await writeFile(join(cwd, '.venv/bin/python'), script, {mode: 0o755})
}

describe('pytest', function () {
  this.timeout(60_000)
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
    assert.deepEqual([verdict?.status, verdict?.missing?.map(({tool}) => tool)], ['fail', ['Python 3']])
  })

  it('names file and line of what cannot be collected, and never takes it for an old failure', async () => {
    const files = {'tests/test_a.py': 'import os\nimport nothing_there\n', 'tests/test_b.py': 'def test_b(:\n', 'test_c.py': passing}
    const suiteBaseline = async () => ({failing: ['tests.test_a', 'tests.test_b'], exitCode: 2})
    const [verdict] = (await validateCheckout(await createCheckout(files), {validators, suiteBaseline})).verdicts
    const found = verdict?.findings.map(({message, file, line, test}) => [message, file, line, test])
    assert.equal(verdict?.status, 'fail')
    assert.deepEqual(found, [
      ["ModuleNotFoundError: No module named 'nothing_there'", 'tests/test_a.py', 2, undefined],
      [found?.[1]?.[0], 'tests/test_b.py', 1, undefined],
    ])
    assert.match(String(found?.[1]?.[0]), /^SyntaxError: /)
  })

  it('gives each case of a parametrised test its own name', async () => {
    const text = 'import pytest\n\n@pytest.mark.parametrize("x", ["a b", "<"])\ndef test_p(x):\n    assert x == 1\n'
    const [verdict] = (await validateCheckout(await createCheckout({'test_p.py': text}), {validators})).verdicts
    const found = verdict?.findings.map(({test, line}) => [test, line])
    assert.deepEqual(found, [
      ['test_p::test_p[a b]', 5],
      ['test_p::test_p[<]', 5],
    ])
  })

  it('reports the failures of every folder, and tests what lies in none', async () => {
    const files = {
      'a/pytest.ini': '[pytest]\n',
      'a/test_a.py': failing,
      'b/pytest.ini': '[pytest]\n',
      'b/test_b.py': failing,
      'test_c.py': passing,
    }
    const [verdict] = (await validateCheckout(await createCheckout(files), {validators})).verdicts
    const places = verdict?.findings.map(({file, line}) => `${file}:${line}`)
    assert.deepEqual([verdict?.executed, places], [5, ['a/test_a.py:5', 'b/test_b.py:5']])
  })

  it("takes the project's own environment, and says what fills it", async () => {
    const checkout = await createCheckout({'test_a.py': passing, 'uv.lock': '', 'pyproject.toml': '[tool.pytest.ini_options]\n'})
    await placePythonWithoutPytest(checkout)
    const [verdict] = (await validateCheckout(checkout, {validators})).verdicts
    assert.deepEqual(verdict?.missing, [{tool: 'pytest', install: 'uv sync'}])
  })

  it('runs unittest where nothing asks for pytest and it is not there', async () => {
    const suite =
      'import unittest\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(1, 2)\n    def test_b(self):\n        pass\n'
    const checkout = await createCheckout({'tests/test_a.py': suite, 'lib/__init__.py': '', 'lib/b_test.py': suite})
    await placePythonWithoutPytest(checkout)
    const [verdict] = (await validateCheckout(checkout, {validators})).verdicts
    const found = verdict?.findings.map(({file, line, message}) => [file, line, message.split(': ').slice(1).join(': ')])
    const said = 'AssertionError: 1 != 2'
    assert.deepEqual(
      [verdict?.executed, found],
      [
        4,
        [
          ['lib/b_test.py', 5, said],
          ['tests/test_a.py', 5, said],
        ],
      ],
    )
  })

  it('does not run again what the phase runs already', async () => {
    const checkout = await createCheckout({'test_a.py': passing})
    const {verdicts} = await validateCheckout(checkout, {validators, phase: createPhase({testCommand: 'python3 -m pytest'})})
    assert.deepEqual([verdicts[0]?.executed, verdicts[1]?.status], [1, 'skip'])
  })
})
