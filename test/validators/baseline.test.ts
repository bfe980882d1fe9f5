import assert from 'node:assert/strict'
import {moveScript, oldFailures, packBaseline} from '../../src/validators/baseline.ts'
import {createPause} from '../../src/validators/pause.ts'
import {runTestCommand} from '../../src/validators/test-command.ts'
import {createCheckout, ENV} from './support.ts'

const names = Array.from({length: 5_000}, (_item, index) => `test/shop.test.js > case number ${index}`)

describe('a baseline', () => {
  it('knows each of 5,000 old failures, and takes less than 100 kB of a log', () => {
    const packed = packBaseline({failing: names, exitCode: 1})
    const isOld = oldFailures(packed)
    assert.ok(JSON.stringify(packed).length < 100_000, `${JSON.stringify(packed).length} bytes`)
    assert.deepEqual([names.every((name) => isOld({name, message: ''})), isOld({name: 'a new one', message: ''})], [true, false])
  })

  it('never forgives what could not be built', () => {
    assert.equal(oldFailures({failing: ['a'], exitCode: 1})({name: 'a', message: '', isBuild: true}), false)
  })

  it('takes a test that fails in another way for a new failure where the base was not set up alike', () => {
    const isOld = oldFailures({failing: ['a'], exitCode: 1, messages: new Map([['a', 'no .env']])})
    assert.deepEqual([isOld({name: 'a', message: 'no .env\n'}), isOld({name: 'a', message: '1 !== 2'})], [true, false])
  })

  it('asks the programs of its own checkout, not those of the work', () => {
    assert.equal(moveScript("'/work/.venv/bin/python' -m pytest", '/work', '/base'), "'/base/.venv/bin/python' -m pytest")
  })
})

describe('a suite with 5,000 failing tests', function () {
  this.timeout(60_000)
  /** What pytest would report: 5,000 real tests take a runner half a minute. */
  const report = names.map(
    (name) => `<testcase classname="test_a" name="${name.replace('>', '&gt;')}"><failure>${'wrong '.repeat(200)}</failure></testcase>`,
  )

  it('is told in a few kB, the new failures first', async () => {
    const {cwd, logDir, tree} = await createCheckout({'report.xml': `<testsuite>${report.join('')}</testsuite>`})
    const failing = names.filter((_name, index) => index !== 4_321).map((name) => `test_a::${name}`)
    const {status, executed, findings, evidence} = await runTestCommand({
      cwd,
      script: 'cp report.xml "$CONDUCT_REPORTS/pytest.xml"\nexit 1',
      env: ENV,
      logDir,
      files: tree.files,
      limits: {validationMs: 60_000},
      forgivePreExisting: true,
      marker: `tests/${crypto.randomUUID()}`,
      signal: new AbortController().signal,
      baseline: async () => packBaseline({failing, exitCode: 1}),
    })
    assert.deepEqual([status, executed, findings.length], ['fail', 5_000, 51])
    assert.deepEqual(
      findings.slice(0, 2).map(({test, preExisting}) => [test, preExisting]),
      [
        [`test_a::${names[4_321]}`, undefined],
        [`test_a::${names[0]}`, true],
      ],
    )
    assert.match(findings.at(-1)?.message ?? '', /^4,950 more tests failed, as they do on the base commit; see .*output\.log\.$/)
    assert.match(evidence ?? '', / 4,999 of the failures are old: the base commit has them too\.$/)
    assert.ok(JSON.stringify(findings).length < 50_000, `${JSON.stringify(findings).length} bytes`)
  })
})

describe('a pause of a time limit', () => {
  it('is what was waited in all, once', () => {
    let now = 0
    const pause = createPause(() => now)
    const goOn = pause.begin()
    now = 30
    assert.equal(pause.takeMs(), 30)
    now = 50
    goOn()
    goOn()
    assert.deepEqual([pause.takeMs(), pause.takeMs()], [20, 0])
  })
})
