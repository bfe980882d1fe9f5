import {describeCases, type Case, type Lie} from './two-trees.ts'

const JS = 'test/cart.test.js'
const SHOP = {
  'package.json': '{"type": "module"}\n',
  'src/cart.js': 'export const off = (amount, percent) => amount\nexport const load = async (id) => ({id, lines: [1, 2]})\n',
  [JS]: `import {off, load} from '../src/cart.js'

test('takes it off', () => {
  assert.equal(off(200, 25), 150)
})

test('loads', async () => {
  const order = await load('a')
  expect(order).toEqual({id: 'a', lines: [1, 2]})
})

test('refuses', async () => {
  await expect(load('')).rejects.toThrow('no id')
  assert.throws(() => off(1, 101), RangeError)
})

test('is near', () => {
  expect(off(10, 33)).toBeCloseTo(6.7, 5)
})
`,
}
const js = (...parts: [string, string][]) => ({[JS]: parts})
const takes = (line: string) => js(['  assert.equal(off(200, 25), 150)', line])
const loads = (matcher: string) => js(["toEqual({id: 'a', lines: [1, 2]})", matcher])

const SHOP_LIES: readonly Lie[] = [
  {
    name: 'a type in place of a value',
    edits: takes("  assert.equal(typeof off(200, 25), 'number')"),
    says: /:4 .*asserts less than before/,
  },
  {name: 'a bound in place of a value', edits: takes('  assert.ok(off(200, 25) > 0)'), says: /:4 .*asserts less/},
  {name: 'another value that it is not', edits: takes('  assert.notEqual(off(200, 25), undefined)'), says: /:4 .*asserts less/},
  {name: 'a part in place of the whole', edits: loads("toMatchObject({id: 'a'})"), says: /:9 .*asserts less/},
  {name: 'anything', edits: loads('toEqual(expect.anything())'), says: /:9 .*asserts less/},
  {name: 'what is not null', edits: loads('not.toBeNull()'), says: /:9 .*asserts less/},
  {name: 'any error', edits: js([', RangeError', '']), says: /:14 .*asserts less/},
  {name: 'digits that do not matter', edits: js(['6.7, 5', '6.7, -2']), says: /:18 .*asserts less/},
  {name: 'a promise that nobody waits for', edits: js(['await expect(load', 'expect(load']), says: /:13 .*does not wait/},
  {name: 'a function that nobody calls', edits: takes('  const check = () => assert.equal(off(200, 25), 150)'), says: /:4 .*never called/},
  {name: 'a timer', edits: takes('  setTimeout(() => assert.equal(off(200, 25), 150), 9)'), says: /:4 .*nobody waits/},
  {
    name: 'an answer that is known',
    edits: takes('  const rest = off(200, 25)\n  if (rest === 150) assert.equal(rest, 150)'),
    says: /:5 .*always true/,
  },
  {
    name: 'a variable that is set nowhere',
    edits: takes('  if (process.env.FULL) assert.equal(off(200, 25), 150)'),
    says: /:4 .*process\.env\.FULL/,
  },
  {
    name: 'a return without a variable',
    edits: takes('  if (!process.env.FULL) return\n  assert.equal(off(200, 25), 150)'),
    says: /:4 .*FULL/,
  },
  {name: 'a skip without a variable', edits: js(["'is near', ()", "'is near', {skip: !process.env.FULL}, ()"]), says: /:17 .*FULL/},
  {
    name: 'a name for skip of a name for test',
    edits: js(
      ['import {off, load}', "import {test as base} from 'vitest'\nconst later = base.skip\nimport {off, load}"],
      ["test('is near'", "later('is near'"],
    ),
    says: /:19 .*skipped/,
  },
  {
    name: 'a name that is given later',
    edits: js(["test('is near'", "let later = test\nlater = test.skip\nlater('is near'"]),
    says: /:19 .*skipped/,
  },
  {
    name: 'a hook that skips the file',
    edits: js(["test('takes", "beforeEach(function () { this.skip() })\ntest('takes"]),
    says: /:3 .*and 3 more/,
  },
]

const SHOP_HONEST: readonly Case[] = [
  {name: 'a part with all the values', edits: loads("toMatchObject({id: 'a', lines: [1, 2]})")},
  {
    name: 'a part that is asserted beside the rest',
    edits: js([
      "expect(order).toEqual({id: 'a', lines: [1, 2]})",
      "expect(order).toMatchObject({id: 'a'})\n  expect(order.lines).toEqual([1, 2])",
    ]),
  },
  {name: 'a bound of the same value', edits: takes('  assert.ok(off(200, 25) <= 150)')},
  {name: 'a comparison in ok', edits: takes('  assert.ok(off(200, 25) === 150)')},
  {
    name: 'a check of the type before the value',
    edits: takes("  assert.equal(typeof off(200, 25), 'number')\n  assert.equal(off(200, 25), 150)"),
  },
  {name: 'a callback that is called', edits: takes('  const check = (rest) => assert.equal(rest, 150)\n  check(off(200, 25))')},
  {
    name: 'a promise that is returned',
    edits: js([
      "await expect(load('')).rejects.toThrow('no id')\n  assert.throws(() => off(1, 101), RangeError)",
      "assert.throws(() => off(1, 101), RangeError)\n  return expect(load('')).rejects.toThrow('no id')",
    ]),
  },
  {
    name: 'a timer that is waited for',
    edits: takes('  await new Promise((resolve) => setTimeout(() => { assert.equal(off(200, 25), 150); resolve() }, 1))'),
  },
  {
    name: 'a new test for those who set a variable',
    edits: {'test/new.test.js': "test('stores', {skip: !process.env.REDIS_URL}, () => {\n  assert.equal(store(), 1)\n})\n"},
  },
  {
    name: 'a variable that the spec names',
    edits: js(["'is near', ()", "'is near', {skip: !process.env.FULL_CART}, ()"]),
    spec: 'Phase 1: Run slow tests with FULL_CART=1 only',
  },
  {
    name: 'a test of playwright’s own',
    edits: js(['import {off', "import {test as base} from '@playwright/test'\nconst test = base.extend({})\nimport {off"]),
  },
]

const PY = 'tests/test_money.py'
const LEDGER = {
  'pyproject.toml': '[project]\nname = "ledger"\ndependencies = ["numpy"]\n',
  'ledger/money.py': 'def add(a, b):\n    return a + b\n',
  [PY]: `import pytest

from ledger.money import add, share


def test_add():
    assert add(2, 3) == 5


@pytest.mark.parametrize("a,b,total", [(1, 2, 3), (4, 5, 9)])
def test_table(a, b, total):
    assert add(a, b) == total


def test_needs_people():
    with pytest.raises(ValueError, match="nobody"):
        share(10, 0)


class MoneyCase(unittest.TestCase):
    def test_near(self):
        self.assertAlmostEqual(add(0.1, 0.2), 0.3, places=7)
`,
}
const py = (...parts: [string, string][]) => ({[PY]: parts})
const adds = (line: string) => py(['    assert add(2, 3) == 5', line])

const LEDGER_LIES: readonly Lie[] = [
  {name: 'not None', edits: adds('    assert add(2, 3) is not None'), says: /:7 .*asserts less/},
  {name: 'a kind', edits: adds('    assert isinstance(add(2, 3), int)'), says: /:7 .*asserts less/},
  {name: 'a range', edits: adds('    assert add(2, 3) in range(100)'), says: /:7 .*asserts less/},
  {name: 'a message that does not matter', edits: py([', match="nobody"', '']), says: /:16 .*asserts less/},
  {name: 'places that do not matter', edits: py(['places=7', 'places=0']), says: /:22 .*asserts less/},
  {name: 'a generator', edits: adds('    yield\n    assert add(2, 3) == 5'), says: /:7 .*generator/},
  {name: 'a function within', edits: adds('    def check():\n        assert add(2, 3) == 5'), says: /:8 .*never called/},
  {
    name: 'a variable that is set nowhere',
    edits: py(['def test_add', '@pytest.mark.skipif("FULL" not in os.environ, reason="x")\ndef test_add']),
    says: /:6 .*skipif/,
  },
  {
    name: 'a module that nobody has',
    edits: py(['import pytest\n', 'import pytest\npytest.importorskip("ledger_native")\n']),
    says: /:2 .*and 3 more.*ledger_native/,
  },
  {
    name: 'a case with a mark',
    edits: py(['(4, 5, 9)', 'pytest.param(4, 5, 9, marks=pytest.mark.skip)']),
    says: /:10 .*has a case that is skipped/,
  },
  {
    name: 'a name for a mark',
    edits: py(['def test_add', 'later = pytest.mark.skip(reason="x")\n\n\n@later\ndef test_add']),
    says: /:9 .*skipped/,
  },
  {
    name: 'a test for programs',
    edits: py(['def test_add():\n    assert', 'if __name__ == "__main__":\n    def test_add():\n        assert']),
    says: /never reached/,
  },
]

const LEDGER_HONEST: readonly Case[] = [
  {name: 'a module that is declared', edits: py(['import pytest\n', 'import pytest\npytest.importorskip("numpy")\n'])},
  {name: 'a module that is used', edits: py(['import pytest\n', 'import pytest\nfast = pytest.importorskip("ledger_fast")\n'])},
  {
    name: 'assertTrue of a comparison',
    edits: py(['self.assertAlmostEqual(add(0.1, 0.2), 0.3, places=7)', 'self.assertTrue(add(0.1, 0.2) == 0.3)']),
  },
  {name: 'one of some values', edits: adds('    assert add(2, 3) in (5, 5.0)')},
  {name: 'a helper within', edits: adds('    def check(total):\n        assert total == 5\n    check(add(2, 3))')},
  {
    name: 'a mark with a name, of parameters',
    edits: py([
      '@pytest.mark.parametrize("a,b,total", [(1, 2, 3), (4, 5, 9)])',
      'sums = pytest.mark.parametrize("a,b,total", [(1, 2, 3), (4, 5, 9)])\n\n\n@sums',
    ]),
  },
]

const GO = 'queue_test.go'
const QUEUE = {
  'go.mod': 'module queue\n',
  [GO]: `package queue

import "testing"

func TestPop(t *testing.T) {
	got, err := q.Pop()
	if err != nil || got != 1 {
		t.Fatalf("got %d, %v", got, err)
	}
}

func TestEmpty(t *testing.T) {
	if _, err := q.Pop(); !errors.Is(err, ErrEmpty) {
		t.Errorf("got %v", err)
	}
}

func TestMust(t *testing.T) {
	mustPop(t, q, 4)
}
`,
}
const go = (...parts: [string, string][]) => ({[GO]: parts})
const tag = (tags: string) => go(['package queue\n', `//go:build ${tags}\n\npackage queue\n`])

const QUEUE_LIES: readonly Lie[] = [
  {name: 'one side of ||', edits: go([' || got != 1', '']), says: /:5 .*lost the assertion `got != 1`/},
  {name: 'a bound', edits: go(['got != 1', 'got < 0']), says: /asserts less/},
  {name: 'any error', edits: go(['!errors.Is(err, ErrEmpty)', 'err == nil']), says: /asserts less/},
  {name: 'a T of its own, handed on', edits: go(['mustPop(t,', 'mustPop(&testing.T{},']), says: /:19 .*`testing\.T` of its own/},
  {
    name: 'a variable that is set nowhere',
    edits: go(['\tmustPop', '\tif os.Getenv("FULL") == "" {\n\t\tt.Skip()\n\t}\n\tmustPop']),
    says: /:20 .*t\.Skip/,
  },
  {
    name: 'a condition of every machine',
    edits: go(['\tmustPop', '\tif runtime.NumCPU() > 0 {\n\t\tt.Skip()\n\t}\n\tmustPop']),
    says: /:20 .*t\.Skip/,
  },
  {name: 'a build for others', edits: tag('!linux'), says: /:1 .*go:build !linux/},
  {name: 'a build for here and a tag', edits: tag('linux && (never || !amd64)'), says: /:1 .*go:build linux/},
  {
    name: 'a file for another processor',
    edits: {[GO]: null, 'queue_mips_test.go': QUEUE[GO]},
    says: /^queue_mips_test\.go:1 .*compiled on mips alone/,
  },
  {
    name: 'a goroutine',
    edits: go([
      '\tif err != nil || got != 1 {\n\t\tt.Fatalf("got %d, %v", got, err)\n\t}',
      '\tgo func() {\n\t\tif err != nil || got != 1 {\n\t\t\tt.Errorf("got %d", got)\n\t\t}\n\t}()',
    ]),
    says: /nobody waits/,
  },
]

const QUEUE_HONEST: readonly Case[] = [
  {
    name: 'two conditions in place of one',
    edits: go(['\tif err != nil || got != 1 {', '\tif err != nil {\n\t\tt.Fatal(err)\n\t}\n\tif got != 1 {']),
  },
  {name: 'a build without Windows', edits: tag('!windows && (amd64 || arm64) && go1.20')},
  {
    name: 'a new test of a helper',
    edits: {
      'help_test.go':
        'package queue\n\nfunc TestHelp(t *testing.T) {\n\tfake := &testing.T{}\n\tmustPop(fake, q, 5)\n\tif !fake.Failed() {\n\t\tt.Error("passed")\n\t}\n}\n',
    },
  },
  {
    name: 'a goroutine that is waited for',
    edits: go(['\tmustPop(t, q, 4)', '\tdone := make(chan bool)\n\tgo func() {\n\t\tmustPop(t, q, 4)\n\t\tdone <- true\n\t}()\n\t<-done']),
  },
]

describeCases('weaker tests of JavaScript', SHOP, SHOP_LIES, SHOP_HONEST)
describeCases('weaker tests of Python', LEDGER, LEDGER_LIES, LEDGER_HONEST)
describeCases('weaker tests of Go', QUEUE, QUEUE_LIES, QUEUE_HONEST)
