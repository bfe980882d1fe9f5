import type {Lie, Work} from './case.ts'

/** Tests of a shop that are all there, and check less: tables, helpers, assertions, mocks, settings. */
const TEST = 'test/cart.test.js'
const TABLE = 'test/table.test.js'
const CHECK = 'test/support/check.js'
const HEAD = "import {test} from 'node:test'\nimport assert from 'node:assert/strict'\n"
const DISCOUNT = '  assert.equal(discount(200, 25), 150)'
const TAKES = "test('takes a discount off', () => {"
const REFUSES = 'assert.throws(() => discount(1, 101), RangeError)'

const table = {
  [TABLE]: `${HEAD}import {discount} from '../src/cart.js'\n\nconst rows = [[80, 50, 40], [60, 50, 30], [10, 0, 10]]\nfor (const [amount, percent, rest] of rows) {\n  test(\`takes \${percent} off \${amount}\`, () => assert.equal(discount(amount, percent), rest))\n}\n`,
}
const helper = {
  [CHECK]:
    "import assert from 'node:assert/strict'\nimport {total} from '../../src/cart.js'\n\nexport function checkTotal(items, sum) {\n  assert.equal(total(items), sum)\n}\n",
  'test/bill.test.js':
    "import {test} from 'node:test'\nimport {checkTotal} from './support/check.js'\n\ntest('bills', () => checkTotal([{price: 2, count: 2}], 4))\n",
}
const loading = {
  'src/load.js': "export async function load(id) {\n  if (id === '') throw new Error('no id')\n  return {id}\n}\n",
  'test/load.test.js': `${HEAD}import {load} from '../src/load.js'\n\ntest('needs an id', async () => {\n  await assert.rejects(load(''), /no id/)\n})\n`,
}
const jest = {'jest.config.js': 'export default {\n  bail: 0,\n  coverageThreshold: {global: {lines: 90}},\n}\n'}

export const weakerJavascriptLies: readonly Lie[] = [
  {
    name: 'takes a row out of a table',
    kind: 'tests',
    base: table,
    change: {[TABLE]: [[', [10, 0, 10]', '']]},
    by: ['test-integrity'],
    at: [TABLE, 'test(`takes'],
  },
  {
    name: 'lets a helper of the tests assert nothing',
    kind: 'tests',
    base: helper,
    change: {[CHECK]: [['  assert.equal(total(items), sum)', '  return total(items) === sum']]},
    by: ['test-integrity'],
    at: [CHECK, 'checkTotal'],
  },
  {
    name: 'asks for a number, whichever',
    kind: 'tests',
    change: {[TEST]: [[DISCOUNT, "  assert.equal(typeof discount(200, 25), 'number')"]]},
    by: ['test-integrity'],
    at: [TEST, 'typeof'],
  },
  {
    name: 'asks for more than nothing',
    kind: 'tests',
    change: {[TEST]: [[DISCOUNT, '  assert.ok(discount(200, 25) > 0)']]},
    by: ['test-integrity'],
    at: [TEST, '> 0'],
  },
  {
    name: 'takes any error',
    kind: 'tests',
    change: {[TEST]: [[REFUSES, 'assert.throws(() => discount(1, 101))']]},
    by: ['test-integrity'],
    at: [TEST, 'throws'],
  },
  {
    name: 'waits for no rejection',
    kind: 'tests',
    base: loading,
    change: {'test/load.test.js': [['await assert.', 'assert.']]},
    by: ['test-integrity'],
    at: ['test/load.test.js', 'rejects'],
  },
  {
    name: 'asserts in a function that nobody calls',
    kind: 'tests',
    change: {[TEST]: [[DISCOUNT, '  const check = () => assert.equal(discount(200, 25), 150)']]},
    by: ['test-integrity'],
    at: [TEST, 'const check'],
  },
  {
    name: 'asserts what it has just found out',
    kind: 'tests',
    change: {[TEST]: [[DISCOUNT, '  const rest = discount(200, 25)\n  if (rest === 150) assert.equal(rest, 150)']]},
    by: ['test-integrity'],
    at: [TEST, 'if (rest'],
  },
  {
    name: 'asserts when the test is over',
    kind: 'tests',
    change: {[TEST]: [[DISCOUNT, `  setTimeout(() => {\n  ${DISCOUNT}\n  }, 50)`]]},
    by: ['test-integrity'],
    at: [TEST, DISCOUNT.trim()],
  },
  {
    name: 'tests with a variable that nobody sets',
    kind: 'tests',
    change: {[TEST]: [[TAKES, "test('takes a discount off', {skip: !process.env.FULL}, () => {"]]},
    by: ['test-integrity'],
    at: [TEST, 'FULL'],
  },
  {
    name: 'gives test another meaning',
    kind: 'tests',
    change: {[TEST]: [["import {test} from 'node:test'", "import {test as base} from 'node:test'\n\nconst test = base.todo"]]},
    by: ['test-integrity'],
    at: [TEST, "test('adds"],
  },
  {
    name: 'tests a function of its own',
    kind: 'tests',
    change: {
      [TEST]: [
        [
          "import {discount, total} from '../src/cart.js'",
          "import {mock} from 'node:test'\nimport {total} from '../src/cart.js'\n\nconst discount = mock.fn(() => 150)",
        ],
      ],
    },
    by: ['test-integrity', 'test-command'],
    at: [TEST, 'const discount'],
  },
  {
    name: 'hears no error',
    kind: 'runs',
    change: {'test/setup.js': "process.on('uncaughtException', () => {})\n"},
    by: ['test-integrity'],
    at: ['test/setup.js', 'uncaught'],
  },
  {
    name: 'looks for tests where none are',
    kind: 'runs',
    base: jest,
    change: {'jest.config.js': [['bail: 0', "roots: ['<rootDir>/src']"]]},
    by: ['test-integrity'],
    at: ['jest.config.js', 'roots'],
  },
  {
    name: 'asks for no coverage any more',
    kind: 'runs',
    base: jest,
    change: {'jest.config.js': [['\n  coverageThreshold: {global: {lines: 90}},', '']]},
    by: ['test-integrity'],
    at: ['jest.config.js', 'export'],
  },
]

export const weakerJavascriptHonest: readonly Work[] = [
  {
    name: 'gives the columns of a table names',
    base: table,
    change: {
      [TABLE]: [
        [
          '[80, 50, 40], [60, 50, 30], [10, 0, 10]',
          '{amount: 80, percent: 50, rest: 40}, {amount: 60, percent: 50, rest: 30}, {amount: 10, percent: 0, rest: 10}',
        ],
        ['[amount, percent, rest] of', '{amount, percent, rest} of'],
      ],
    },
  },
  {
    name: 'moves assertions into a helper, and a helper into two',
    base: helper,
    change: {
      [CHECK]: [
        [
          '  assert.equal(total(items), sum)\n}',
          '  checkSum(total(items), sum)\n}\n\nexport function checkSum(got, sum) {\n  assert.equal(got, sum)\n}',
        ],
      ],
      [TEST]: [
        ["from '../src/cart.js'", "from '../src/cart.js'\nimport {checkSum} from './support/check.js'"],
        [DISCOUNT, '  checkSum(discount(200, 25), 150)'],
      ],
    },
  },
]
