import assert from 'node:assert/strict'
import {countTests} from '../../src/validators/runner-formats.ts'

const count = (text: string) => countTests({text, nodeReports: []})

describe('countTests', () => {
  const formats: readonly (readonly [runner: string, text: string, executed: number, failing: readonly string[]])[] = [
    ['node:test', 'ℹ tests 5\nℹ pass 3\nℹ fail 1\nℹ skipped 1\n', 4, []],
    ['tap', 'TAP version 13\nnot ok 1 - adds\nok 2 - subtracts\n1..2\n# tests 2\n# pass 1\n# fail 1\n', 2, ['adds']],
    ['tap', 'TAP version 13\nok 1 - a\nok 2 - b # SKIP\n1..2\n', 1, []],
    ['pytest', 'FAILED t/test_a.py::test_x - assert 1 == 2\n=== 1 failed, 2 passed, 1 skipped in 0.12s ===\n', 3, ['t/test_a.py::test_x']],
    ['pytest', '3 passed in 0.01s\n...\n4 passed in 0.02s\n', 7, []],
    ['pytest', '=== no tests ran in 0.01s ===\n', 0, []],
    [
      'unittest',
      `${'='.repeat(70)}\nFAIL: test_x (test_a.A.test_x)\n${'-'.repeat(70)}\nTraceback\n\nRan 3 tests in 0.001s\n\nFAILED (failures=1, skipped=1)\n`,
      2,
      ['test_x (test_a.A.test_x)'],
    ],
    ['unittest', 'Ran 0 tests in 0.000s\n\nNO TESTS RAN\n', 0, []],
    ['go', 'ok  \tx\t0.005s\n?   \ty\t[no test files]\n', 1, []],
    ['go', 'ok  \tx\t0.005s [no tests to run]\n', 0, []],
    ['go', '?   \tx\t[no test files]\n', 0, []],
    ['mocha', '\n  2 passing (5ms)\n  1 pending\n', 2, []],
    ['mocha', '\n  0 passing (1ms)\n', 0, []],
    ['jest', 'Tests:       1 failed, 1 skipped, 2 passed, 4 total\n', 3, []],
    ['jest', 'No tests found, exiting with code 1\n', 0, []],
    ['vitest', ' Test Files  1 passed (1)\n      Tests  1 failed | 2 passed (3)\n', 3, []],
    ['vitest', 'No test files found, exiting with code 1\n', 0, []],
    ['ava', '  3 tests passed\n', 3, []],
    ['cargo', 'test a::b ... FAILED\n\ntest result: FAILED. 1 passed; 1 failed; 0 ignored;\n', 2, ['a::b']],
    ['deno', 'ok | 3 passed | 0 failed (5ms)\n', 3, []],
    ['bun', ' 2 pass\n 1 fail\n', 3, []],
    ['rspec', '4 examples, 1 failure\n', 4, []],
    ['mix', '5 tests, 0 failures\n', 5, []],
    ['phpunit', 'OK (3 tests, 4 assertions)\n', 3, []],
    [
      'surefire',
      'Tests run: 2, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 1 s\nTests run: 2, Failures: 0, Errors: 0, Skipped: 1\n',
      1,
      [],
    ],
    ['dotnet', 'Passed!  - Failed:     0, Passed:     3, Skipped:     0\n', 3, []],
    ['other', '12 passed, 1 failed\n', 13, []],
  ]
  for (const [runner, text, executed, failing] of formats) {
    it(`reads ${runner}: ${text.trim().split('\n').at(-1)}`, () => {
      const found = count(text)
      assert.deepEqual([found.runners, found.executed, found.failures.map(({name}) => name)], [[runner], executed, failing])
    })
  }

  it('recognises no runner in other output', () => {
    assert.deepEqual(count('Proto files generated\nserver on port 3000\n3 files linted, 0 failed\n'), {
      runners: [],
      executed: null,
      failures: [],
    })
  })

  it('reads through colours', () => {
    assert.equal(count('\u001b[32m  3 passing\u001b[0m\n').executed, 3)
  })

  it('adds up different runners of one command', () => {
    assert.equal(count('  3 passing (1ms)\n=== 4 passed in 0.1s ===\n').executed, 7)
  })

  it('does not count the text of tests again that a machine format told of', () => {
    const line = {passed: true, name: 'a', file: '/t/a.js', line: 1, suite: false, fileLevel: false, skipped: false, ofSubtests: false}
    const nodeReports = [`${JSON.stringify({...line, message: '', stack: ''})}\n{"cut`]
    assert.equal(countTests({text: 'ℹ pass 1\nℹ fail 0\n', nodeReports}).executed, 1)
  })

  it('says where a test of unittest failed, in the file of the test, and what could not be loaded', () => {
    const [rule, line] = ['='.repeat(70), '-'.repeat(70)]
    const traceback =
      'Traceback (most recent call last):\n  File "/p/test_u.py", line 5, in test_a\n    f()\n  File "/p/lib.py", line 2, in f\n'
    const load =
      'ImportError: Failed to import test module: test_b\nTraceback\n  File "/usr/lib/unittest/loader.py", line 162, in x\n  File "/p/test_b.py", line 1, in <module>\n'
    const text = [
      `${rule}\nERROR: test_a (test_u.T.test_a)\n${line}\n${traceback}    raise KeyError("no")\nKeyError: 'no'\n`,
      `${rule}\nERROR: test_b (unittest.loader._FailedTest.test_b)\n${line}\n${load}ModuleNotFoundError: No module named 'x'\n\n`,
      `${line}\nRan 2 tests in 0.001s\n\nFAILED (errors=2)\n`,
    ].join('\n')
    assert.deepEqual(count(text).failures, [
      {name: 'test_a (test_u.T.test_a)', message: "KeyError: 'no'", file: '/p/test_u.py', line: 5},
      {
        name: 'test_b (unittest.loader._FailedTest.test_b)',
        message: "ModuleNotFoundError: No module named 'x'",
        file: '/p/test_b.py',
        line: 1,
        isBuild: true,
      },
    ])
  })

  it('says where a Go test failed', () => {
    const text =
      '=== RUN   TestB\n=== RUN   TestB/sub\n    a_test.go:4: want 3\n--- FAIL: TestB (0.00s)\n    --- FAIL: TestB/sub (0.00s)\nFAIL\tx\t0.007s\n'
    assert.deepEqual(count(text).failures, [{name: 'TestB/sub', message: 'want 3', file: 'a_test.go', line: 4}])
  })

  it('says where a mocha test failed', () => {
    const text = [
      '  1 passing (5ms)',
      '  1 failing',
      '',
      '  1) math',
      '       adds:',
      '',
      '      AssertionError [ERR_ASSERTION]: 1 == 2',
      '      + expected - actual',
      '',
      '      at Context.<anonymous> (test/a.js:5:10)',
      '      at process.processImmediate (node:internal/timers:485:21)',
    ].join('\n')
    const [failure] = count(text).failures
    assert.deepEqual([failure?.name, failure?.file, failure?.line], ['math > adds', 'test/a.js', 5])
    assert.match(failure?.message ?? '', /1 == 2/)
  })

  it('says where a jest test failed', () => {
    const text =
      '  ● math › adds\n\n    expect(received).toBe(expected)\n\n      at Object.toBe (a.test.js:3:15)\n\nTests:       1 failed, 1 total\n'
    const [failure] = count(text).failures
    assert.deepEqual([failure?.name, failure?.file, failure?.line], ['math › adds', 'a.test.js', 3])
  })

  it('says where a vitest test failed', () => {
    const text = ' FAIL  a.test.ts > math > adds\nAssertionError: expected 1 to be 2\n ❯ a.test.ts:4:13\n\n      Tests  1 failed (1)\n'
    const [failure] = count(text).failures
    assert.deepEqual([failure?.name, failure?.file, failure?.line], ['a.test.ts > math > adds', 'a.test.ts', 4])
  })
})
