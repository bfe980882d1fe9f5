import assert from 'node:assert/strict'
import {readFile, stat} from 'node:fs/promises'
import {runTestCommand, type TestCommandRequest} from '../../src/validators/test-command.ts'
import {createCheckout, ENV} from './support.ts'
import {needs} from './tools.ts'

type Files = Readonly<Record<string, string>>

/** Runs `script` in a checkout of `files`, and keeps the checkout for what is looked at afterwards. */
async function run(files: Files, script: string, request: Partial<TestCommandRequest> = {}) {
  const checkout = await createCheckout(files)
  const {cwd, logDir, tree} = checkout
  const common = {cwd, script, env: ENV, logDir, files: tree.files, limits: {validationMs: 60_000}, forgivePreExisting: false}
  const report = await runTestCommand({...common, marker: `tests/${crypto.randomUUID()}`, signal: new AbortController().signal, ...request})
  return {...report, log: await readFile(report.logFile, 'utf8'), logSize: (await stat(report.logFile)).size, cwd}
}

const passing = "import test from 'node:test'\ntest('adds', () => {})\ntest('subtracts', () => {})\n"
const failing = `import test from 'node:test'
import assert from 'node:assert/strict'
test('adds', () => {
  assert.equal(1 + 1, 3)
})
`
/** Fails when it is run for the first time. */
const flaky = `import test from 'node:test'
import {existsSync, writeFileSync} from 'node:fs'
test('sometimes', () => {
  const isFirst = !existsSync('state')
  writeFileSync('state', '')
  if (isFirst) throw new Error('not yet')
})
`
const manifest = (test: string) => JSON.stringify({name: 'a', type: 'module', scripts: {test}})

describe('a test command', function () {
  this.timeout(60_000)

  describe('with node --test', () => {
    it('passes with the number of tests', async () => {
      const {status, executed, findings, evidence} = await run({'a.test.mjs': passing}, 'node --test')
      assert.deepEqual([status, executed, findings], ['pass', 2, []])
      assert.match(evidence ?? '', /`node --test`: The command exited with 0\. 2 tests ran, 0 failed\./)
    })

    it('names the failing test with file and line', async () => {
      const {status, findings} = await run({'test/a.test.mjs': failing, 'test/b.test.mjs': passing}, 'node --test')
      assert.equal(status, 'fail')
      assert.deepEqual(
        findings.map(({test, file, line}) => [test, file, line]),
        [['test/a.test.mjs > adds', 'test/a.test.mjs', 4]],
      )
    })

    it('fails when no test ran, though every file "passed"', async () => {
      const {status, executed, exitCode, findings} = await run({'a.test.mjs': 'export {}\n'}, 'node --test')
      assert.deepEqual([status, executed, exitCode], ['fail', 0, 0])
      assert.match(findings[0]?.message ?? '', /ran no test/)
    })

    it('fails when every test was skipped', async () => {
      const {status, executed} = await run({'a.test.mjs': "import test from 'node:test'\ntest.skip('a', () => {})\n"}, 'node --test')
      assert.deepEqual([status, executed], ['fail', 0])
    })

    it('adds up several processes', async () => {
      const {executed} = await run({'a.test.mjs': passing, 'b.test.mjs': passing}, 'node --test a.test.mjs\nnode b.test.mjs')
      assert.equal(executed, 4)
    })

    it('counts through npm test', async () => {
      const {executed} = await run({'package.json': manifest('node --test'), 'a.test.js': passing}, 'npm test')
      assert.equal(executed, 2)
    })

    it("leaves a reporter of the project's own alone", async () => {
      const {status, executed, log} = await run({'a.test.mjs': passing}, 'node --test --test-reporter=tap')
      assert.deepEqual([status, executed], ['pass', 2])
      assert.match(log, /^TAP version 13/)
    })

    it("leaves a reporter alone that only the project's own script knows of", async () => {
      const script = '#!/bin/sh\nexec node --test --test-reporter=tap\n'
      const {status, executed} = await run({'run.sh': script, 'a.test.mjs': passing}, 'sh run.sh')
      assert.deepEqual([status, executed], ['pass', 2])
    })

    it('tells a syntax error', async () => {
      const {status, findings} = await run({'a.test.mjs': 'syntax error here(\n'}, 'node --test')
      assert.deepEqual([status, findings.map(({test}) => test)], ['fail', ['a.test.mjs']])
    })

    it('believes the report, not an exit code that was thrown away', async () => {
      const {status, exitCode, findings} = await run({'a.test.mjs': failing, 'b.test.mjs': passing}, 'node --test || true')
      assert.deepEqual([status, exitCode, findings.map(({test}) => test)], ['fail', 0, ['a.test.mjs > adds']])
    })

    it('passes what failed once, and marks it flaky', async () => {
      const {status, findings, evidence} = await run({'a.test.mjs': flaky}, 'node --test')
      assert.deepEqual([status, findings.map(({test, flaky}) => [test, flaky])], ['pass', [['a.test.mjs > sometimes', true]]])
      assert.match(evidence ?? '', /failed once and passed when repeated/)
    })

    it('fails for a real failure beside a flaky one, and tells them apart', async () => {
      const {status, findings} = await run({'a.test.mjs': flaky, 'b.test.mjs': failing}, 'node --test')
      assert.equal(status, 'fail')
      assert.deepEqual(
        findings.map(({test, flaky = false}) => [test, flaky]),
        [
          ['b.test.mjs > adds', false],
          ['a.test.mjs > sometimes', true],
        ],
      )
    })
  })

  describe('with the baseline', () => {
    const baseline = async () => ({failing: ['a.test.mjs > adds'], exitCode: 1})

    it('labels an old failure, and fails all the same: the spec asks for green', async () => {
      const {status, findings} = await run({'a.test.mjs': failing}, 'node --test', {baseline})
      assert.deepEqual([status, findings.map(({preExisting}) => preExisting)], ['fail', [true]])
    })

    it('forgives an old failure where nobody asked for the suite by name', async () => {
      const {status} = await run({'a.test.mjs': failing}, 'node --test', {baseline, forgivePreExisting: true})
      assert.equal(status, 'pass')
    })

    it('forgives no new failure', async () => {
      const {status} = await run({'b.test.mjs': failing}, 'node --test', {baseline, forgivePreExisting: true})
      assert.equal(status, 'fail')
    })
  })

  it('reads mocha', async () => {
    const files = {
      'test/a.cjs': "const assert = require('node:assert')\nit('adds', () => {\n  assert.equal(1, 2)\n})\nit('is', () => {})\n",
    }
    const {status, executed, findings} = await run(files, 'mocha test/*.cjs')
    assert.deepEqual([status, executed], ['fail', 2])
    assert.deepEqual([findings[0]?.test, findings[0]?.file, findings[0]?.line], ['adds', 'test/a.cjs', 3])
  })

  it('reads pytest, in a folder of its own', async function () {
    needs(this, 'python3', '-m', 'pytest', '--version')
    const files = {'backend/tests/test_a.py': 'def test_a():\n    assert 1 == 2\n\ndef test_b():\n    pass\n'}
    const {status, executed, findings} = await run(files, 'cd backend && python3 -m pytest')
    assert.deepEqual([status, executed], ['fail', 2])
    assert.deepEqual([findings[0]?.file, findings[0]?.line], ['backend/tests/test_a.py', 2])
  })

  it('sees that pytest collected nothing', async function () {
    needs(this, 'python3', '-m', 'pytest', '--version')
    const {status, executed, findings} = await run({'a.py': 'x = 1\n'}, 'python3 -m pytest || true')
    assert.deepEqual([status, executed], ['fail', 0])
    assert.match(findings[0]?.message ?? '', /ran no test/)
  })

  it('reads go test', async function () {
    needs(this, 'go', 'version')
    const test = 'package x\nimport "testing"\nfunc TestA(t *testing.T) {}\nfunc TestB(t *testing.T) {\n\tt.Error("want 3")\n}\n'
    const files = {'grpc/go.mod': 'module x\n\ngo 1.20\n', 'grpc/a_test.go': test, 'grpc/a.go': 'package x\n'}
    const {executed, findings} = await run(files, 'cd grpc && go test ./...')
    assert.equal(executed, 2)
    assert.deepEqual([findings[0]?.test, findings[0]?.file, findings[0]?.line], ['TestB', 'grpc/a_test.go', 5])
  })

  it('judges what is no test runner by its exit code', async () => {
    const good = await run({'a.txt': 'a'}, 'test -f a.txt')
    const bad = await run({}, 'echo looking >&2\ntest -f a.txt')
    assert.deepEqual([good.status, good.executed], ['pass', null])
    assert.deepEqual([bad.status, bad.executed, bad.findings.length], ['fail', null, 1])
    assert.match(bad.findings[0]?.message ?? '', /exited with 1\.\nlooking/)
  })

  it('ends at the first line that fails', async () => {
    const {status, log} = await run({}, 'echo one\nfalse\necho two')
    assert.equal(status, 'fail')
    assert.doesNotMatch(log, /two/)
  })

  it('fails in the middle of a pipe', async function () {
    needs(this, 'bash', '--version')
    assert.equal((await run({}, 'false | cat')).status, 'fail')
  })

  it('does not believe a command that runs nothing', async () => {
    for (const script of ['true', 'echo ok', 'exit 0']) {
      const {status, executed, findings} = await run({}, script)
      assert.deepEqual([script, status, executed], [script, 'fail', 0])
      assert.match(findings[0]?.message ?? '', /ran no test/)
    }
  })

  it('does not believe a test runner whose tests cannot be seen', async () => {
    const {status, findings} = await run({'a.test.mjs': passing}, 'node --test > /dev/null', {
      env: {...ENV, NODE_OPTIONS: '--test-reporter=spec'},
    })
    assert.equal(status, 'fail')
    assert.match(findings[0]?.message ?? '', /could be counted/)
  })

  it('stops a command that hangs, once, and says so', async () => {
    const {status, timedOut, findings} = await run({}, 'echo begun; sleep 600', {limits: {validationMs: 1000}})
    assert.deepEqual([status, timedOut], ['fail', true])
    assert.match(findings[0]?.message ?? '', /time limit/)
  })

  it('keeps 50 MB of output in the log, and little of it in the report', async () => {
    const script = `node -e "const line = 'x'.repeat(1023) + '\\n'; for (let i = 0; i < 50 * 1024; i++) process.stdout.write(line); process.exitCode = 3"`
    const {status, findings, logSize} = await run({}, script)
    assert.equal(status, 'fail')
    assert.ok(logSize >= 50 * 1024 * 1024, String(logSize))
    assert.ok(JSON.stringify(findings).length < 10_000)
  })
})
