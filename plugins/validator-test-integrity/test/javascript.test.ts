import {describeCases, type Case, type Lie} from './two-trees.ts'

const FILE = 'test/sum.test.js'
const SUBTRACTS = `  test('subtracts', () => {
    const result = sub(5, 3)
    assert.equal(result, 2)
  })
`
const TESTS = `import {test, describe} from 'node:test'
import assert from 'node:assert/strict'
import {add, sub} from '../src/sum.js'

describe('sums', () => {
  test('adds', () => {
    assert.equal(add(2, 3), 5)
    assert.equal(add(-1, 1), 0)
  })

${SUBTRACTS}})
`
const TREE = {
  [FILE]: TESTS,
  'src/sum.js': 'export function add(a, b) {\n  return a + b\n}\n\nexport function sub(a, b) {\n  return a - b\n}\n',
  'package.json': '{\n  "type": "module",\n  "scripts": {\n    "test": "node --test"\n  }\n}\n',
}
const edit = (...parts: [string, string][]) => ({[FILE]: parts})
const withCode = {'src/sum.js': [['a + b', 'a + b + 1']] as const}

const LIES: readonly Lie[] = [
  {name: 'a deleted test', edits: edit([SUBTRACTS, '']), says: /^test\/sum\.test\.js:6 .*`sums > subtracts` was deleted/},
  {name: 'a deleted test file', edits: {[FILE]: null}, says: /^test\/sum\.test\.js This test file was deleted.*2 of its tests/},
  {
    name: 'a test file that is renamed out of sight',
    edits: {[FILE]: null, 'test/sum.test.js.off': TESTS},
    says: /renamed to test\/sum\.test\.js\.off/,
  },
  {
    name: 'a test file that is put where no runner looks',
    edits: {[FILE]: null, 'src/sum-checks.js': TESTS},
    says: /^test\/sum\.test\.js .*renamed to src\/sum-checks\.js/,
  },
  {
    name: 'a test file that is set aside',
    edits: {[FILE]: null, 'test/disabled/sum.test.js': TESTS},
    says: /^test\/disabled\/sum\.test\.js:1 .*set aside/,
  },
  {
    name: 'a test that is commented out',
    edits: edit([SUBTRACTS, SUBTRACTS.replaceAll(/^/gm, '// ')]),
    says: /^test\/sum\.test\.js:11 .*`sums > subtracts` is commented out/,
  },
  {
    name: 'test.skip',
    edits: edit(["test('adds'", "test.skip('adds'"]),
    says: /^test\/sum\.test\.js:6 .*`sums > adds` is skipped by `test\.skip`/,
  },
  {
    name: 'describe.skip, once for all its tests',
    edits: edit(["describe('sums'", "describe.skip('sums'"]),
    says: /:5 .*and 1 more with it/,
  },
  {name: 'xit', edits: edit(["test('adds'", "xit('adds'"]), says: /:6 .*skipped by `xit`/},
  {name: 'test.todo', edits: edit(["test('adds'", "test.todo('adds'"]), says: /:6 .*skipped by `test\.todo`/},
  {name: 'test.only', edits: edit(["test('adds'", "test.only('adds'"]), says: /:6 .*keeps all others from running/},
  {name: '{skip: true}', edits: edit(["'adds', ()", "'adds', {skip: true}, ()"]), says: /:6 .*skip: true/},
  {name: '{skip: reason}', edits: edit(["'adds', ()", "'adds', {skip: 'flaky'}, ()"]), says: /:6 .*flaky/},
  {name: '{todo: true}', edits: edit(["'adds', ()", "'adds', {todo: true}, ()"]), says: /:6 .*todo: true/},
  {name: 't.skip()', edits: edit(["'adds', () => {", "'adds', (t) => {\n    t.skip()"]), says: /:7 .*t\.skip\(\)/},
  {
    name: 'this.skip() in a hook of the suite',
    edits: edit(["  test('adds'", "  before(function () { this.skip() })\n  test('adds'"]),
    says: /:6 .*this\.skip/,
  },
  {name: 'skipIf(true)', edits: edit(["test('adds'", "test.skipIf(true)('adds'"]), says: /:6 .*skipIf/},
  {
    name: 'a skip under a condition that always holds',
    edits: edit(["'adds', () => {", "'adds', (t) => {\n    if (1 === 1) t.skip()"]),
    says: /:7 /,
  },
  {
    name: 'a skip on the very system that checks',
    edits: edit(["'adds', ()", "'adds', {skip: process.platform === 'linux'}, ()"]),
    says: /:6 /,
  },
  {name: 'a skip on every CI server', edits: edit(["'adds', ()", "'adds', {skip: process.env.CI}, ()"]), says: /:6 .*process\.env\.CI/},
  {name: 'a test that is expected to fail', edits: edit(["test('adds'", "test.failing('adds'"]), says: /:6 .*expected to fail/},
  {
    name: 'tests within if (false)',
    edits: edit(["describe('sums'", "if (false) describe('sums'"]),
    says: /:5 .*1 more with it.*never reached/,
  },
  {
    name: 'assertions within if (false)',
    edits: edit(['    assert.equal(result', '    if (false) assert.equal(result']),
    says: /:13 .*never reached/,
  },
  {name: 'an early return', edits: edit(['    const result', '    return\n    const result']), says: /:12 .*returns before/},
  {
    name: 'an early return under a condition that always holds',
    edits: edit(['    const result', '    if (true) return\n    const result']),
    says: /:12 .*returns before/,
  },
  {
    name: 'an assertion whose failure is caught',
    edits: edit(['    assert.equal(result, 2)', '    try { assert.equal(result, 2) } catch {}']),
    says: /:13 .*catches its own/,
  },
  {
    name: 'a rejection that is caught',
    edits: edit(['    assert.equal(result, 2)', '    Promise.resolve().then(() => assert.equal(result, 2)).catch(() => {})']),
    says: /:13 .*catches its own/,
  },
  {name: 'no assertion left', edits: edit(['    assert.equal(result, 2)\n', '']), says: /:11 .*asserts nothing any more/},
  {name: 'assert.ok(true)', edits: edit(['assert.equal(result, 2)', 'assert.ok(true)']), says: /:13 .*always true: `assert\.ok\(true\)`/},
  {
    name: 'a value compared with itself',
    edits: edit(['assert.equal(result, 2)', 'assert.equal(result, result)']),
    says: /:13 .*always true/,
  },
  {name: 'expect(true).toBe(true)', edits: edit(['assert.equal(result, 2)', 'expect(true).toBe(true)']), says: /:13 .*always true/},
  {name: '|| true', edits: edit(['assert.equal(result, 2)', 'assert.ok(result === 2 || true)']), says: /:13 .*always true/},
  {
    name: 'one assertion less',
    edits: edit(['    assert.equal(add(-1, 1), 0)\n', '']),
    says: /:6 .*lost the assertion `assert\.equal\(add\(-1, 1\), 0\)`/,
  },
  {name: 'a weaker assertion', edits: edit(['assert.equal(result, 2)', 'assert.ok(result)']), says: /:13 .*asserts less than before/},
  {
    name: 'a function that nobody calls, in assert.ok',
    edits: edit(['assert.equal(result, 2)', 'assert.ok(() => result === 2)']),
    says: /:13 .*always true/,
  },
  {
    name: 'the answer compared with the answer',
    edits: edit(['assert.equal(result, 2)', 'const expected = sub(5, 3)\n    assert.equal(sub(5, 3), expected)']),
    says: /:14 .*always true/,
  },
  {
    name: 'a loop over nothing',
    edits: edit(['assert.equal(result, 2)', 'for (const want of []) assert.equal(result, want)']),
    says: /:13 .*never reached/,
  },
  {
    name: 'a loop over a list that is empty',
    edits: edit(['    assert.equal(result, 2)', '    const rows = []\n    for (const want of rows) assert.equal(result, want)']),
    says: /:14 .*never reached/,
  },
  {
    name: 'nothing but that nothing is thrown',
    edits: edit(['assert.equal(sub(5, 3), 2)', 'assert.doesNotThrow(() => sub(5, 3))']),
    base: {[FILE]: TESTS.replace('const result = sub(5, 3)\n    assert.equal(result, 2)', 'assert.equal(sub(5, 3), 2)')},
    says: /:12 .*asserts less than before/,
  },
  {
    name: 'a return on every machine that checks',
    edits: edit(['    const result', '    if (process.env.CI) return\n    const result']),
    says: /:12 .*returns before/,
  },
  {
    name: 'a stand-in for the code',
    edits: {...edit(['../src/sum.js', './sum.js']), 'test/sum.js': 'export const add = () => 5\nexport const sub = () => 2\n'},
    says: /^test\/sum\.test\.js:3 .*stand-in, instead of `src\/sum\.js`/,
  },
  {
    name: 'process.exit(0) in code that finds out about tests',
    edits: {'src/sum.js': [['export function add', 'if (process.env.NODE_TEST_CONTEXT) process.exit(0)\nexport function add']]},
    says: /^src\/sum\.js:1 `process\.exit\(0\)`/,
  },
  {
    name: 'an expectation made to fit, and no code changed',
    edits: edit(['add(2, 3), 5', 'add(2, 3), 6']),
    says: /:7 .*expects 6 where it expected 5/,
  },
  {
    name: 'an expectation made to fit that the spec does not speak of',
    edits: {...edit(['add(2, 3), 5', 'add(2, 3), 6']), ...withCode},
    spec: 'Phase 1: Reports\nPrint the report as a table',
    says: /:7 .*nothing asked for that/,
  },
  {
    name: 'an expectation that the name of the test contradicts',
    base: {'test/c.test.js': "test('returns 404 for a stranger', () => {\n  assert.equal(status('x'), 404)\n})\n"},
    edits: {'test/c.test.js': [['), 404', '), 200']], ...withCode},
    says: /^test\/c\.test\.js:2 .*expects 200 where it expected 404/,
  },
  {
    name: 'a new test that is empty',
    edits: {'test/new.test.js': "test('works', () => {})\n"},
    says: /^test\/new\.test\.js:1 .*`works` is empty/,
  },
  {
    name: 'a new test of nothing',
    edits: {'test/new.test.js': "test('works', () => {\n  assert.ok(true)\n})\n"},
    says: /^test\/new\.test\.js:2 .*always true/,
  },
  {
    name: 'a new test that is skipped',
    edits: {'test/new.test.js': "test.skip('works', () => {\n  assert.ok(add(1, 2))\n})\n"},
    says: /^test\/new\.test\.js:1 .*skipped/,
  },
  {
    name: 'process.exit(0) in a test',
    edits: edit(['describe(', 'process.exit(0)\ndescribe(']),
    says: /:5 `process\.exit\(0\)` ends a test run/,
  },
  {
    name: 'process.exitCode = 0 at the end',
    edits: edit(['describe(', "process.on('exit', () => { process.exitCode = 0 })\ndescribe("]),
    says: /:5 `process\.exitCode = 0`/,
  },
  {
    name: 'process.exit(0) when the code is imported',
    edits: {'src/sum.js': [['export function add', 'process.exit(0)\nexport function add']]},
    says: /^src\/sum\.js:1 /,
  },
  {
    name: 'an assertion library that is replaced',
    edits: edit(['describe(', 'assert.equal = () => {}\ndescribe(']),
    says: /:5 `assert\.equal` is replaced/,
  },
  {
    name: 'a global expect that never fails',
    edits: {'test/setup.js': 'globalThis.expect = () => ({toBe() {}})\n'},
    says: /^test\/setup\.js:1 `globalThis\.expect` is replaced/,
  },
  {
    name: 'an assert of its own that does nothing',
    edits: edit(["import assert from 'node:assert/strict'", 'const assert = () => {}']),
    says: /:2 `assert` is replaced/,
  },
]

const MOVED = TESTS.replace('../src', '../../src')

const HONEST: readonly Case[] = [
  {
    name: 'tests that are chosen by a name of one’s own',
    edits: edit(
      ["describe('sums'", "const onNode = process.platform === 'win32' ? test.skip : test\n\ndescribe('sums'"],
      ["test('adds'", "onNode('adds'"],
    ),
  },
  {name: 'mocks of a runner', edits: edit(["describe('sums'", "test.mock.method(process, 'on', () => {})\ndescribe('sums'"])},
  {
    name: 'assertions that moved to the support files of the tests',
    edits: edit(
      ['    assert.equal(result, 2)', '    hasTwo(result)'],
      ['import {test', "import {hasTwo} from './support/sums.js'\nimport {test"],
    ),
  },
  {name: 'an expectation that is computed now', edits: edit(['add(2, 3), 5', 'add(2, 3), `${five}`'])},
  {name: 'the same tree', edits: {}},
  {
    name: 'a loop over a list that is filled first',
    edits: edit([
      '    assert.equal(result, 2)',
      '    const rows = []\n    rows.push(2)\n    for (const want of rows) assert.equal(result, want)',
    ]),
  },
  {name: 'a return on Windows', edits: edit(['    const result', "    if (process.platform === 'win32') return\n    const result"])},
  {
    name: 'helpers beside the tests',
    edits: {
      ...edit(["import {add, sub} from '../src/sum.js'", "import {add, sub} from '../src/sum.js'\nimport {five} from './numbers.js'"]),
      'test/numbers.js': 'export const five = 5\n',
    },
  },
  {
    name: 'a test that asks twice',
    edits: edit([
      SUBTRACTS,
      `${SUBTRACTS}\n  test('answers alike', () => {\n    const first = sub(5, 3)\n    assert.equal(sub(5, 3), first)\n  })\n`,
    ]),
  },
  {name: 'a renamed test', edits: edit(["'adds'", "'adds two numbers'"])},
  {name: 'a renamed suite', edits: edit(["'sums'", "'arithmetic'"])},
  {name: 'a moved test file', edits: {[FILE]: null, 'test/unit/sum.test.js': MOVED}},
  {name: 'a test file in another runner’s form of name', edits: {[FILE]: null, 'test/sum.spec.js': TESTS}},
  {name: 'a test that moved to another file', edits: {...edit([SUBTRACTS, '']), 'test/sub.test.js': SUBTRACTS}},
  {name: 'other quotes and semicolons', edits: {[FILE]: TESTS.replaceAll("'", '"').replaceAll(/\)$/gm, ');').replaceAll('  ', '    ')}},
  {
    name: 'a test that was split',
    edits: edit(
      ['    assert.equal(add(-1, 1), 0)\n', ''],
      [SUBTRACTS, `${SUBTRACTS}\n  test('adds to zero', () => {\n    assert.equal(add(-1, 1), 0)\n  })\n`],
    ),
  },
  {
    name: 'tests that became rows of a table',
    edits: {
      [FILE]: TESTS.replace(
        "  test('adds', () => {\n    assert.equal(add(2, 3), 5)\n    assert.equal(add(-1, 1), 0)\n  })\n",
        '  for (const [a, b, sum] of [[2, 3, 5], [-1, 1, 0]]) {\n    test(`adds ${a} and ${b}`, () => {\n      assert.equal(add(a, b), sum)\n    })\n  }\n',
      ),
    },
  },
  {
    name: 'a stronger assertion',
    edits: edit(['assert.equal(result, 2)', 'assert.strictEqual(result, 2)\n    assert.equal(typeof result, "number")']),
  },
  {name: 'another assertion library', edits: edit(['assert.equal(result, 2)', 'expect(result).toBe(2)'])},
  {
    name: 'assertions in a helper',
    edits: edit(
      ['    assert.equal(result, 2)', '    assertSum(result, 2)'],
      ["describe('sums'", "function assertSum(a, b) {\n  assert.equal(a, b)\n}\n\ndescribe('sums'"],
    ),
  },
  {name: 'another message', edits: edit(['assert.equal(result, 2)', "assert.equal(result, 2, 'two are left')"])},
  {name: 'a test for one system alone', edits: edit(["'adds', ()", "'adds', {skip: process.platform === 'win32'}, ()"])},
  {
    name: 'a new test that needs a server',
    edits: {'test/new.test.js': "test('stores', {skip: !process.env.REDIS_URL && 'needs Redis'}, () => {\n  assert.ok(store())\n})\n"},
  },
  {name: 'a new test that only must not throw', edits: {'test/new.test.js': "test('starts', () => {\n  start()\n})\n"}},
  {
    name: 'a skip that was there before',
    base: {'test/a.test.js': "test.skip('waits', () => {\n  assert.ok(wait())\n})\n"},
    edits: {'test/a.test.js': [['wait()', 'wait(1)']]},
  },
  {
    name: 'a skip that was taken away',
    base: {'test/a.test.js': "test.skip('waits', () => {\n  assert.ok(wait())\n})\n"},
    edits: {'test/a.test.js': [['.skip', '']]},
  },
  {
    name: 'tests of a function that was taken away',
    edits: {...edit([SUBTRACTS, ''], ['add, sub', 'add']), 'src/sum.js': [['\nexport function sub(a, b) {\n  return a - b\n}\n', '']]},
  },
  {name: 'tests of a module that was taken away', edits: {[FILE]: null, 'src/sum.js': null}},
  {
    name: 'an expectation that the spec asked for',
    edits: {...edit(['add(2, 3), 5', 'add(2, 3), 6']), ...withCode},
    spec: 'Phase 1: Fees\n`add` adds a fee of one',
  },
  {name: 'an expectation that changed with the code, without a spec', edits: {...edit(['add(2, 3), 5', 'add(2, 3), 6']), ...withCode}},
  {
    name: 'an error that is expected',
    edits: edit([
      '    assert.equal(result, 2)',
      "    assert.equal(result, 2)\n    try { sub('x'); assert.fail('no error') } catch (error) { assert.match(error.message, /number/) }",
    ]),
  },
  {
    name: 'a program that ends with 0',
    edits: {'bin/sum.js': 'console.log(1)\nprocess.exit(0)\n', 'src/cli.js': 'export const main = () => process.exit(0)\n'},
  },
  {
    name: 'an assert of its own that throws',
    edits: {
      'test/new.test.js': "function assert(ok) {\n  if (!ok) throw new Error('no')\n}\ntest('adds', () => assert(add(1, 2) === 3))\n",
    },
  },
  {name: 'chai as the global expect', edits: {'test/setup.js': "import {expect} from 'chai'\nglobalThis.expect = expect\n"}},
  {name: 'a child process in the fixtures', edits: {'test/fixtures/child.js': 'process.exit(0)\n'}},
  {
    name: 'words about skipping in strings and comments',
    edits: {
      'test/new.test.js':
        "// test.skip is not used here\ntest('says it.skip', () => {\n  assert.equal(add('it.skip', ''), 'it.skip')\n})\n",
    },
  },
]

describeCases('JavaScript', TREE, LIES, HONEST)
