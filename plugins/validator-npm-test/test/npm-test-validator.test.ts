import assert from 'node:assert/strict'
import {installNodeTools, needsNodeTools} from '../../../test/validators/node-tools.ts'
import {createCheckout, createPhase, ENV, validateCheckout} from '../../../test/validators/support.ts'
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

  describe('with the runners of others', function () {
    this.timeout(60_000)
    before(async function () {
      await needsNodeTools(this)
    })

    const suite =
      "describe('sum', () => {\n  it('adds', () => {\n    throw new Error('oh')\n  })\n  it('works', () => {})\n  it.skip('later', () => {})\n})\n"
    const runners = [
      {name: 'jest', script: 'jest', file: 'lib/a.test.js', head: ''},
      {name: 'vitest', script: 'vitest run --no-cache', file: 'lib/a.test.mjs', head: "import {describe, it} from 'vitest'; "},
      {name: 'mocha', script: "mocha 'lib/*.js'", file: 'lib/a.js', head: ''},
    ] as const
    for (const {name, script, file, head} of runners) {
      it(`counts ${name}'s tests and places their failures by its report for machines`, async () => {
        const files = {'package.json': JSON.stringify({scripts: {test: script}}), [file]: `${head}${suite}`}
        const checkout = await createCheckout(files)
        await installNodeTools(checkout, {from: name === 'mocha' ? 'own' : 'tools'})
        const [verdict] = (await validateCheckout(checkout, {validators})).verdicts
        const found = verdict?.findings.map(({test, line}) => [test, line])
        assert.deepEqual([verdict?.executed, found], [2, [[`${file} > sum adds`, 3]]], JSON.stringify(verdict))
        assert.match(verdict?.evidence ?? '', /^`npm test`: The command exited with 1\./)
      })
    }

    for (const {name, script, file, head} of runners.slice(0, 2)) {
      it(`fails when ${name} runs no test, and names a file that it cannot load`, async () => {
        const manifest = {'package.json': JSON.stringify({scripts: {test: `${script} --passWithNoTests`}})}
        const verdictOf = async (files: Readonly<Record<string, string>>) => {
          const checkout = await createCheckout({...manifest, ...files})
          await installNodeTools(checkout)
          return (await validateCheckout(checkout, {validators})).verdicts[0]
        }
        const none = await verdictOf({})
        assert.deepEqual([none?.status, none?.executed], ['fail', 0])
        const broken = await verdictOf({[file]: `${head || "require('nope')"}\nimport 'nope'\n`})
        assert.deepEqual([broken?.status, broken?.findings[0]?.file, broken?.findings[0]?.test], ['fail', file, undefined])
      })
    }
  })

  it('tests every package where the root has no test script, and leaves fixtures alone', async () => {
    const checkout = await createCheckout({
      'package.json': '{"workspaces": ["packages/*"]}',
      'packages/a/package.json': manifest('node --test'),
      'packages/a/a.test.js': failing,
      "packages/it's/package.json": manifest('node --test').replace('"a"', '"b"'),
      "packages/it's/b.test.js": passing,
      'test/fixtures/c/package.json': manifest('exit 1'),
    })
    const [verdict] = (await validateCheckout(checkout, {validators})).verdicts
    assert.deepEqual([verdict?.executed, verdict?.findings.map(({file, line}) => `${file}:${line}`)], [2, ['packages/a/a.test.js:4']])
    assert.match(verdict?.evidence ?? '', /^`npm test in 2 packages`/)
  })

  it('says how to install a package manager that is missing, and packages that nobody installed', async () => {
    const files = {'package.json': manifest('tap-that-nobody-has'), 'yarn.lock': ''}
    const ask = async (tree: Readonly<Record<string, string>>, env = ENV) =>
      (await validateCheckout(await createCheckout(tree), {validators, env})).verdicts[0]?.missing
    assert.deepEqual(await ask(files, {...ENV, PATH: '/nowhere'}), [{tool: 'yarn', install: 'npm install --global yarn'}])
    const locked = {'package.json': manifest('tap-that-nobody-has'), 'package-lock.json': '{}'}
    assert.deepEqual(await ask(locked), [{tool: 'a package of package.json', install: 'npm ci'}])
  })

  it('leaves a package.json that is no JSON to others', async () => {
    const checkout = await createCheckout({'package.json': '{'})
    assert.equal((await validateCheckout(checkout, {validators})).verdicts[0]?.status, 'skip')
  })
})
