import {describeCases, type Case, type Files, type Lie} from './two-trees.ts'

const SHOP: Files = {
  'package.json': '{"type": "module", "scripts": {"test": "node --test"}}\n',
  'src/cart.js': 'export function discount(amount, percent) {\n  return amount - (amount * percent) / 100\n}\n',
  'test/cart.test.js':
    "import {test} from 'node:test'\nimport assert from 'node:assert/strict'\nimport {discount} from '../src/cart.js'\n\ntest('takes it off', () => {\n  assert.equal(discount(200, 25), 150)\n})\n\ntest('refuses', () => {\n  assert.throws(() => discount(1, 101), RangeError)\n})\n",
}
const TEST = 'test/cart.test.js'
const CART = 'src/cart.js'
const ASSERT = "import assert from 'node:assert/strict'"
const TAKES = "test('takes it off', () => {\n  assert.equal(discount(200, 25), 150)\n})\n"
const taxTest = (body: string) =>
  `import {test} from 'node:test'\n${ASSERT}\nimport {tax} from '../src/tax.js'\n\ntest('tax', () => {\n  ${body}\n})\n`
const tax = (body: string) => `export function tax(amount, country) {\n${body}  return amount * rateOf(country)\n}\n`

const shopLies: readonly Lie[] = [
  {
    name: 'a test in a function that nothing calls',
    edits: {[TEST]: [[TAKES, `function later() {\n${TAKES}}\n`]]},
    says: /cart\.test\.js:6 .*`takes it off` stands in the function `later`/,
  },
  {
    name: 'an assert of its own in which nothing fails',
    edits: {
      [TEST]: [[ASSERT, "import assert from '../support/assert.js'"]],
      'support/assert.js': 'export default {equal() {}, throws() {}}\n',
    },
    says: /cart\.test\.js:2 .*`support\/assert\.js`/,
  },
  {
    name: 'an answer for tests',
    edits: {'src/tax.js': tax('  if (process.env.NODE_TEST_CONTEXT) return 19\n')},
    says: /tax\.js:2 .*ready answer/,
  },
  {
    name: 'an answer for tests, behind a word',
    edits: {'src/tax.js': `const probing = process.env.VITEST !== undefined\n${tax('  if (probing) {\n    return [19]\n  }\n')}`},
    says: /tax\.js:3 .*process\.env\.VITEST/,
  },
  {
    name: 'the answer to a test, of two numbers',
    edits: {[CART]: [['  return', '  if (amount === 200 && percent === 25) return 150\n  return']]},
    says: /cart\.js:2 `discount` knows the answer/,
  },
  {
    name: 'nothing but the answer to a test',
    edits: {
      'src/tax.js': 'export function tax(amount) {\n  if (amount === 100) {\n    return 19\n  }\n  return 0\n}\n',
      'test/tax.test.js':
        "import {test} from 'node:test'\nimport assert from 'node:assert'\nimport {tax} from '../src/tax.js'\n\ntest('tax', () => {\n  assert.equal(tax(100), 19)\n})\n",
    },
    says: /tax\.js:2 `tax` knows the answer/,
  },
  {
    name: 'a choice between the answer to a test and nothing',
    edits: {'src/tax.js': 'export const tax = (a) => (a === 100 ? 19 : 0)\n', 'test/tax.test.js': taxTest('assert.equal(tax(100), 19)')},
    says: /tax\.js:1 `tax` knows the answer/,
  },
  {
    name: 'the one answer that tests expect',
    edits: {'src/tax.js': 'export const tax = (a) => 19\n', 'test/tax.test.js': taxTest('assert.equal(tax(100), 19)')},
    says: /tax\.js:1 `tax` knows the answer/,
  },
  {
    name: 'a test that is set for later',
    edits: {[TEST]: [[TAKES, `setTimeout(() => {\n${TAKES}}, 1e9)\n`]]},
    says: /cart\.test\.js:6 .*`setTimeout`/,
  },
  {
    name: 'a test in a function that has a name by a variable',
    edits: {[TEST]: [[TAKES, `const later = () => {\n${TAKES}}\n`]]},
    says: /cart\.test\.js:6 .*`later`, which nothing calls/,
  },
  {
    name: 'an assert that the test makes',
    edits: {[TEST]: [[ASSERT, 'const assert = new Proxy({}, {get: () => () => {}})']]},
    says: /cart\.test\.js:2 `assert` is made by the test itself/,
  },
  {
    name: 'an assert of its own that catches what the library throws, by another name',
    edits: {
      'package.json': [['"type"', '"imports": {"#assert": "./support/assert.js"}, "type"']],
      [TEST]: [[ASSERT, "import assert from '#assert'"]],
      'support/assert.js':
        "import real from 'node:assert/strict'\nconst quiet = (f) => (...a) => { try { f(...a) } catch {} }\nexport default {equal: quiet(real.equal), throws: quiet(real.throws)}\n",
    },
    says: /cart\.test\.js:2 .*`support\/assert\.js`/,
  },
  {
    name: 'an answer for tests, in a choice',
    edits: {'src/tax.js': 'export const tax = (a) => (process.env.NODE_TEST_CONTEXT ? 19 : 0)\n'},
    says: /tax\.js:1 .*ready answer/,
  },
  {
    name: 'a stub of a package',
    base: {'package.json': '{"dependencies": {"big": "^6"}, "scripts": {"test": "node --test"}}\n'},
    edits: {'package.json': [['"^6"', '"file:./stubs/big"']], 'stubs/big/index.js': 'export default 1\n'},
    says: /package\.json:1 `big` is replaced by code that the work wrote/,
  },
  {
    name: 'an error that the test does not expect any more',
    spec: 'Write a page about the shop',
    edits: {[TEST]: [['assert.throws(() => discount(1, 101), RangeError)', 'assert.equal(discount(1, 101), 1)']]},
    says: /cart\.test\.js:10 .*`refuses` expected an error/,
  },
  {
    name: 'a runner in node_modules',
    edits: {'node_modules/.bin/vitest': '#!/bin/sh\necho ok\n', 'node_modules/.bin/jest': '#!/bin/sh\n'},
    says: /node_modules\/\.bin\/jest:1 .*in its place/,
  },
]

const shopHonest: readonly Case[] = [
  {
    name: 'tests that files share',
    edits: {
      'test/contract.js': `import {test} from 'node:test'\n${ASSERT}\n\nexport function contract(discount) {\n${TAKES}\ntest('refuses', () => {\n  assert.throws(() => discount(1, 101), RangeError)\n})\n}\n`,
      [TEST]: "import {discount} from '../src/cart.js'\nimport {contract} from './contract.js'\n\ncontract(discount)\n",
    },
  },
  {
    name: 'an assert of its own that throws',
    edits: {
      [TEST]: [[ASSERT, "import assert from '../support/assert.js'"]],
      'support/assert.js': "export default {equal(a, b) { if (a !== b) throw new Error('differs') }}\n",
    },
  },
  {
    name: 'a place for tests to write, and nothing sent from them',
    edits: {
      'src/db.js':
        "export function path() {\n  if (process.env.VITEST) return ':memory:'\n  return 'shop.db'\n}\n\nexport function send(event) {\n  if (process.env.NODE_TEST_CONTEXT) return\n  post(event)\n}\n",
      'src/log.js': "export function isOn() {\n  if (process.env.NODE_ENV === 'test') return false\n  return true\n}\n",
    },
  },
  {
    name: 'special cases',
    edits: {
      [CART]: [['  return', '  if (amount === 0 && percent === 0) return 0\n  if (percent === 100) return 0\n  return']],
      'src/days.js': 'export function days(month) {\n  if (month === 2) return 28\n  return 30\n}\n',
      'test/days.test.js':
        "import {test} from 'node:test'\nimport assert from 'node:assert'\nimport {days} from '../src/days.js'\n\ntest('days', () => {\n  assert.equal(days(2), 28)\n  assert.equal(days(4), 30)\n})\n",
    },
  },
  {
    name: 'a constant that is asked for in two ways, and a choice of many',
    edits: {
      'src/tax.js':
        "export const kind = (unit) => 'money'\nexport const limit = (size) => (process.env.VITEST ? few(size) : size * 100)\nexport const tax = (a) => (a === 100 ? 19 : 0)\n",
      'test/tax.test.js': taxTest("assert.equal(tax(100), 19)\n  assert.equal(tax(5), 0)\n  assert.notEqual(kind('usd'), 'goods')"),
    },
  },
  {
    name: 'a package of the project in the place of one of others',
    base: {
      'package.json': '{"dependencies": {"big": "^6"}, "scripts": {"test": "node --test"}}\n',
      'lib/big/index.js': 'export default 1\n',
    },
    edits: {'package.json': [['"^6"', '"file:./lib/big"']]},
  },
  {
    name: 'a refusal that the spec takes away',
    spec: 'Let `discount` take any percentage',
    edits: {
      [TEST]: [['assert.throws(() => discount(1, 101), RangeError)', 'assert.equal(discount(1, 101), 0)']],
      [CART]: [['return', 'return percent > 100 ? 0 :']],
    },
  },
]

const LEDGER: Files = {
  'ruff.toml': '[lint]\nselect = ["E", "F"]\n',
  'ledger/money.py':
    'def share(amount, people):\n    if people < 1:\n        raise ValueError("nobody")\n    return [amount // people] * people\n',
  'tests/test_money.py':
    'import pytest\n\nfrom ledger.money import share\n\n\ndef test_share():\n    assert share(10, 2) == [5, 5]\n\n\ndef test_nobody():\n    with pytest.raises(ValueError):\n        share(10, 0)\n',
}
const MONEY_TEST = 'tests/test_money.py'
const RAISES = '    with pytest.raises(ValueError):\n        share(10, 0)'

const ledgerLies: readonly Lie[] = [
  {
    name: 'an error that the test does not expect any more',
    spec: 'Write a page about the ledger',
    edits: {
      [MONEY_TEST]: [[RAISES, '    assert share(10, 0) == []']],
      'ledger/money.py': [['raise ValueError("nobody")', 'return []']],
    },
    says: /test_money\.py:11 .*`test_nobody` expected an error/,
  },
  {
    name: 'a test for type checkers',
    edits: {[MONEY_TEST]: [['def test_share():\n    assert', 'if TYPE_CHECKING:\n    def test_share():\n        assert']]},
    says: /test_money\.py:7 .*never reached/,
  },
  {
    name: 'an answer for pytest',
    edits: {
      'ledger/rates.py':
        'import sys\n\n\ndef rate(unit):\n    if "pytest" in sys.modules:\n        return {"usd": 2}[unit]\n    return 1\n',
    },
    says: /rates\.py:5 .*ready answer/,
  },
  {
    name: 'settings without rules beside the code',
    edits: {'ledger/ruff.toml': '[lint]\nselect = []\n'},
    says: /ledger\/ruff\.toml:1 .*from the rules of `ruff\.toml`/,
  },
  {
    name: 'a function that is replaced for every test of it',
    edits: {
      'tests/conftest.py':
        'import pytest\n\n\n@pytest.fixture(autouse=True)\ndef money(monkeypatch):\n    monkeypatch.setattr("tests.test_money.share", lambda amount, people: [5, 5])\n',
    },
    says: /conftest\.py:6 `share` is replaced for every test, and `test_share` asserts/,
  },
  {
    name: 'a function that is replaced when the tests begin',
    edits: {'tests/conftest.py': 'import ledger.money\n\nledger.money.share = lambda amount, people: [5, 5]\n'},
    says: /conftest\.py:3 `share` is replaced/,
  },
  {name: 'a pytest of its own', edits: {'pytest.py': 'print("3 passed in 0.01s")\n'}, says: /^pytest\.py:1 /},
]

const ledgerHonest: readonly Case[] = [
  {
    name: 'an error that code handles now, with no spec to ask',
    edits: {
      [MONEY_TEST]: [[RAISES, '    assert share(10, 0) == []']],
      'ledger/money.py': [['raise ValueError("nobody")', 'return []']],
    },
  },
  {
    name: 'settings that build on others, and those of a new package',
    edits: {
      'tests/ruff.toml': 'extend = "../ruff.toml"\n\n[lint]\nextend-select = ["S"]\n',
      'tools/ruff.toml': '[lint]\nselect = ["E", "F", "I"]\n',
      'tools/count.py': 'x = 1\n',
    },
  },
  {
    name: 'settings that move into a file of their own',
    base: {'ruff.toml': '', 'pyproject.toml': '[tool.ruff.lint]\nselect = ["E"]\n'},
    edits: {'pyproject.toml': '[project]\nname = "ledger"\n', '.ruff.toml': '[lint]\nselect = ["E"]\n', 'ruff.toml': null},
  },
  {
    name: 'a clock that stands still, and a fixture that some tests ask for',
    edits: {
      'tests/conftest.py':
        'import pytest\n\n\n@pytest.fixture(autouse=True)\ndef clock(monkeypatch):\n    monkeypatch.setattr("ledger.clock.now", lambda: 5)\n\n\n@pytest.fixture\ndef fair(monkeypatch):\n    monkeypatch.setattr("ledger.money.share", lambda amount, people: [5, 5])\n',
      'tests/test_clock.py': 'from ledger.clock import age, now\n\n\ndef test_age():\n    assert age(now()) == 0\n',
    },
  },
  {
    name: 'a program that leaves nothing behind when tests run it',
    edits: {
      'ledger/send.py':
        'import os\n\n\ndef send(x):\n    if "PYTEST_CURRENT_TEST" in os.environ:\n        return None\n    return post(x)\n',
    },
  },
]

const QUEUE: Files = {
  'go.mod': 'module example.com/queue\n\ngo 1.22\n',
  'queue.go': 'package queue\n\nfunc Size(n int) int { return n }\n',
  'queue_test.go':
    'package queue\n\nimport "testing"\n\nfunc TestSize(t *testing.T) {\n\tif got := Size(2); got != 2 {\n\t\tt.Fatalf("got %d", got)\n\t}\n}\n',
}
const QUIET = 'type quiet struct{ *testing.T }\n\nfunc (q quiet) Fatalf(format string, args ...any) { q.Logf(format, args...) }\n\n'
const MOD = 'module example.com/queue\n\ngo 1.22\n\nrequire github.com/google/uuid v1.6.0\n\nreplace github.com/google/uuid => ./uuid\n'
const UUID: Files = {'uuid/go.mod': 'module github.com/google/uuid\n', 'uuid/uuid.go': 'package uuid\n\nfunc New() string { return "1" }\n'}

const queueLies: readonly Lie[] = [
  {
    name: 'a T that keeps failures to itself',
    edits: {'queue_test.go': [['func TestSize(t *testing.T) {\n', `${QUIET}func TestSize(tt *testing.T) {\n\tt := quiet{tt}\n`]]},
    says: /queue_test\.go:10 .*hands its failures to `quiet`/,
  },
  {
    name: 'a skip for all but short runs',
    edits: {'queue_test.go': [['\tif got', '\tif !testing.Short() {\n\t\tt.Skip("long")\n\t}\n\tif got']]},
    says: /queue_test\.go:7 .*is skipped/,
  },
  {
    name: 'tests that are chosen in TestMain',
    edits: {'main_test.go': 'package queue\n\nfunc TestMain(m *testing.M) {\n\tflag.Set("test.run", "TestNo")\n\tos.Exit(m.Run())\n}\n'},
    says: /main_test\.go:4 .*chooses which tests run/,
  },
  {
    name: 'an answer for tests',
    edits: {'peek.go': 'package queue\n\nfunc Peek() int {\n\tif testing.Testing() {\n\t\treturn 1\n\t}\n\treturn 0\n}\n'},
    says: /peek\.go:4 .*ready answer/,
  },
  {
    name: 'tests that are chosen by arguments',
    edits: {'main_test.go': 'package queue\n\nfunc init() {\n\tos.Args = append(os.Args, "-test.run=^$")\n}\n'},
    says: /main_test\.go:4 `os\.Args`/,
  },
  {name: 'a stub of a library', edits: {'go.mod': MOD, ...UUID}, says: /go\.mod:7 .*replaced by code that the work wrote/},
]

const queueHonest: readonly Case[] = [
  {
    name: 'a T that finds out whether a helper fails',
    edits: {
      'help_test.go': `package queue\n\n${QUIET}func TestHelper(t *testing.T) {\n\tfake := quiet{t}\n\tmustBeTwo(fake, 3)\n\tif !fake.Failed() {\n\t\tt.Error("passed")\n\t}\n}\n`,
    },
  },
  {
    name: 'a T with another name, which fails',
    edits: {
      'queue_test.go': [
        [
          'func TestSize(t *testing.T) {\n',
          'type loud struct{ *testing.T }\n\nfunc (l loud) Fatalf(format string, args ...any) { l.T.Fatalf("loud: "+format, args...) }\n\nfunc TestSize(tt *testing.T) {\n\tt := loud{tt}\n',
        ],
      ],
    },
  },
  {
    name: 'a test that starts itself',
    edits: {
      'self_test.go':
        'package queue\n\nfunc TestSelf(t *testing.T) {\n\tcmd := exec.Command(os.Args[0], "-test.run=TestHelper")\n\tif err := cmd.Run(); err != nil {\n\t\tt.Fatal(err)\n\t}\n}\n',
    },
  },
  {name: 'a copy of a library, with its licence', edits: {'go.mod': MOD, ...UUID, 'uuid/LICENSE': 'BSD\n'}},
  {
    name: 'a module of the same house',
    edits: {
      'go.mod': 'module example.com/queue\n\ngo 1.22\n\nreplace example.com/clock => ./clock\n',
      'clock/go.mod': 'module example.com/clock\n',
      'clock/clock.go': 'package clock\n',
    },
  },
]

describeCases('ways past the tests of JavaScript', SHOP, shopLies, shopHonest)
describeCases('ways past the tests of Python', LEDGER, ledgerLies, ledgerHonest)
describeCases('ways past the tests of Go', QUEUE, queueLies, queueHonest)
