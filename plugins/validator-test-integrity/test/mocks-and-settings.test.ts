import {describeCases, type Case, type Lie} from './two-trees.ts'

const JS = 'test/cart.test.js'
const PY = 'tests/test_money.py'
const TREE = {
  'src/cart.js': 'export const off = (amount, percent) => amount\nexport const rate = () => 2\n',
  'src/rates.js': 'export const rate = () => 2\n',
  [JS]: `import {off} from '../src/cart.js'

test('takes it off', () => {
  const rest = off(200, 25)
  expect(rest).toBe(150)
})
`,
  'ledger/money.py': 'def add(a, b):\n    return a + b\n\n\ndef rate(unit):\n    return fetch(unit)\n',
  [PY]: `from ledger.money import add, rate


def test_add():
    assert add(2, 3) == 5
`,
  'jest.config.js': 'export default {\n  bail: 0,\n  coverageThreshold: {global: {lines: 90}},\n}\n',
  'vitest.config.ts': 'export default {test: {coverage: {thresholds: {branches: 80}}}}\n',
  'pyproject.toml': '[tool.pytest.ini_options]\naddopts = "-q"\nfilterwarnings = ["error"]\n\n[tool.coverage.report]\nfail_under = 90\n',
}
const js = (...parts: [string, string][]) => ({[JS]: parts})
const py = (...parts: [string, string][]) => ({[PY]: parts})
const options = (line: string) => ({'pyproject.toml': [['addopts = "-q"', line]] as const})
const above = (text: string) => js(["test('takes", `${text}\n\ntest('takes`])

const LIES: Lie[] = [
  {
    name: 'a mock of the module under test',
    edits: above("vi.mock('../src/cart.js', () => ({off: () => 150}))"),
    says: /:3 .*`\.\.\/src\/cart\.js` is what the tests test/,
  },
  {
    name: 'a spy in place of the function under test',
    edits: above("vi.spyOn(cart, 'off').mockReturnValue(150)"),
    says: /:3 .*`off` is what/,
  },
  {
    name: 'a function of its own under the same name',
    edits: js(["import {off} from '../src/cart.js'", 'const off = vi.fn(() => 150)']),
    says: /:1 .*`off` is what/,
  },
  {
    name: 'a patch of the function under test',
    edits: py(['def test_add():', '@patch("ledger.money.add", return_value=5)\ndef test_add(add):']),
    says: /:4 .*`add` is what/,
  },
  {
    name: 'a monkeypatch of the name under test',
    edits: py(['def test_add():\n', 'def test_add(monkeypatch):\n    monkeypatch.setattr("tests.test_money.add", lambda a, b: 5)\n']),
    says: /:5 .*`add` is what/,
  },
  {
    name: 'a mock under the name under test',
    edits: py(['    assert', '    add = Mock(return_value=5)\n    assert']),
    says: /:5 .*`add` is what/,
  },
  {
    name: 'a module of the project that is no module',
    edits: {'tests/conftest.py': 'import sys\nsys.modules["ledger.money"] = MagicMock()\n'},
    says: /^tests\/conftest\.py:2 .*`ledger\.money` is what/,
  },
  {
    name: 'every method of assert',
    edits: {'test/setup.js': 'for (const key of Object.keys(assert)) assert[key] = () => {}\n'},
    says: /^test\/setup\.js:1 .*replaced/,
  },
  {
    name: 'a matcher that always passes',
    edits: {'test/setup.js': 'expect.extend({toBe: () => ({pass: true})})\n'},
    says: /^test\/setup\.js:1 .*replaced/,
  },
  {
    name: 'errors that nobody hears',
    edits: {'test/setup.js': "process.on('uncaughtException', () => {})\n"},
    says: /^test\/setup\.js:1 .*replaced/,
  },
  {
    name: 'roots without the tests',
    edits: {'jest.config.js': [['bail: 0', "roots: ['<rootDir>/src']"]]},
    says: /^jest\.config\.js:2 `roots` finds 1 test files less, test\/cart\.test\.js/,
  },
  {
    name: 'a pattern where there was none',
    edits: {'jest.config.js': [['bail: 0', "testRegex: 'smoke'"]]},
    says: /^jest\.config\.js:2 `testRegex` finds/,
  },
  {
    name: 'a bound of coverage that is gone',
    edits: {'jest.config.js': [['\n  coverageThreshold: {global: {lines: 90}},', '']]},
    says: /^jest\.config\.js:1 .*`lines`.*Put 90 back/,
  },
  {name: 'fail_under that is gone', edits: {'pyproject.toml': [['fail_under = 90', '']]}, says: /^pyproject\.toml:1 .*`fail_under`/},
  {name: 'tests of one mark', edits: options('addopts = "-q -m fast"'), says: /^pyproject\.toml:2 .*some marks/},
  {name: 'assertions without reasons', edits: options('addopts = "-q --assert=plain"'), says: /^pyproject\.toml:2 .*switches a part/},
  {
    name: 'warnings that are none',
    edits: {'pyproject.toml': [['["error"]', '["ignore"]']]},
    says: /^pyproject\.toml:3 .*Warnings are no errors/,
  },
  {name: 'functions of another name', edits: options('python_functions = "check_*"'), says: /^pyproject\.toml:2 `python_functions`/},
  {
    name: 'a pytest.ini that comes first',
    edits: {'pytest.ini': '[pytest]\ntestpaths = smoke\n'},
    says: /^pytest\.ini:2 `testpaths` finds 1 test files less/,
  },
]

const BILL = "test('bills', () => {\n  expect(off(1, 2)).toMatchSnapshot()\n})\n"
const SNAPS = '// Jest Snapshot v1\n\nexports[`bills 1`] = `3`;\n\nexports[`old 1`] = `4`;\n'
const SNAP = 'test/__snapshots__/bill.test.js.snap'

LIES.push(
  {
    name: 'a snapshot that is thrown away while its test is there',
    base: {'test/bill.test.js': BILL, [SNAP]: SNAPS},
    edits: {[SNAP]: [['exports[`bills 1`] = `3`;', '']]},
    says: /bill\.test\.js\.snap:1 .*`bills 1` was thrown away/,
  },
  {
    name: 'expected data that changed alone',
    base: {'test/fixtures/expected.json': '{"total": 7}\n'},
    edits: {'test/fixtures/expected.json': '{"total": 8}\n'},
    says: /^test\/fixtures\/expected\.json:1 .*written anew/,
  },
  {
    name: 'tests that moved out of testpaths',
    base: {'pytest.ini': '[pytest]\ntestpaths = tests\n'},
    edits: {[PY]: null, 'misc/test_money.py': TREE[PY]},
    says: /^misc\/test_money\.py:1 .*`testpaths` is tests/,
  },
  {
    name: 'tests that moved into a hidden folder',
    edits: {[PY]: null, 'tests/.later/test_money.py': TREE[PY]},
    says: /renamed to tests\/\.later/,
  },
)

const HONEST: readonly Case[] = [
  {
    name: 'a snapshot that no test asks for any more',
    base: {'test/bill.test.js': BILL, [SNAP]: SNAPS},
    edits: {[SNAP]: [['exports[`old 1`] = `4`;', '']]},
  },
  {
    name: 'a snapshot whose test asserts the value now',
    base: {'test/bill.test.js': BILL, [SNAP]: SNAPS},
    edits: {[SNAP]: null, 'test/bill.test.js': BILL.replace('toMatchSnapshot()', 'toBe(3)')},
  },
  {
    name: 'expected data that changed with the code',
    base: {'test/fixtures/expected.json': '{"total": 7}\n'},
    edits: {'test/fixtures/expected.json': '{"total": 8}\n', 'src/cart.js': [['() => 2', '() => 3']]},
  },
  {
    name: 'tests that moved within testpaths',
    base: {'pytest.ini': '[pytest]\ntestpaths = tests\n'},
    edits: {[PY]: null, 'tests/unit/test_money.py': TREE[PY]},
  },
  {name: 'a mock of what the code uses', edits: above("vi.mock('../src/rates.js', () => ({rate: () => 2}))")},
  {
    name: 'a mock of a part',
    edits: above("vi.mock('../src/cart.js', async () => ({...(await vi.importActual('../src/cart.js')), rate: () => 2}))"),
  },
  {name: 'a spy that only looks', edits: above("vi.spyOn(cart, 'off')")},
  {
    name: 'a mock that was there',
    base: {
      [JS]: "import {off} from '../src/cart.js'\n\nvi.mock('../src/cart.js')\n\ntest('takes', () => {\n  expect(off(1, 2)).toBe(3)\n})\n",
    },
    edits: js(["'takes'", "'takes it'"]),
  },
  {
    name: 'a patch of what the code uses',
    edits: py([
      'def test_add',
      'def test_rate():\n    with patch("ledger.money.fetch", return_value=2):\n        assert rate("x") == 2\n\n\ndef test_add',
    ]),
  },
  {name: 'a module that only other machines have', edits: {'tests/conftest.py': 'import sys\nsys.modules["RPi.GPIO"] = MagicMock()\n'}},
  {name: 'a matcher of its own', edits: {'test/setup.js': 'expect.extend({toBeFair: (parts) => ({pass: isFair(parts)})})\n'}},
  {name: 'errors that are told', edits: {'test/setup.js': "process.on('unhandledRejection', (error) => { throw error })\n"}},
  {name: 'roots with the tests', edits: {'jest.config.js': [['bail: 0', "roots: ['<rootDir>/src', '<rootDir>/test']"]]}},
  {
    name: 'coverage that moved to another file',
    edits: {
      'jest.config.js': [['\n  coverageThreshold: {global: {lines: 90}},', '']],
      'jest.unit.js': 'export default {coverageThreshold: {global: {lines: 90}}}\n',
    },
  },
  {
    name: 'a second runner for its own files',
    edits: {'playwright.config.ts': "export default {testDir: 'e2e'}\n", 'e2e/a.spec.ts': "test('a', () => expect(a()).toBe(1))\n"},
  },
  {name: 'names of functions beside the usual ones', edits: options('python_functions = ["test_*", "check_*"]')},
  {name: 'a warning that a library has', edits: {'pyproject.toml': [['["error"]', '["error", "ignore::DeprecationWarning:lib"]']]}},
]

describeCases('mocks and settings', TREE, LIES, HONEST)
