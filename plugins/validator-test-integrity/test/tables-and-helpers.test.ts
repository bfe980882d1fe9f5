import {describeCases, type Case, type Lie} from './two-trees.ts'

const JS = 'test/cart.test.js'
const PY = 'tests/test_money.py'
const GO = 'queue_test.go'

const TREE = {
  'src/cart.js': 'export const off = (amount, percent) => amount - (amount * percent) / 100\nexport const twice = (amount) => 2 * amount\n',
  [JS]: `import {hasRest} from './support/check.js'

test.each([
  [200, 25, 150],
  [100, 0, 100],
])('takes %i, %i', (amount, percent, rest) => {
  expect(off(amount, percent)).toBe(rest)
})

const rows = [[80, 50, 40], [60, 50, 30], [twice, 70, 35]]
for (const [amount, percent, rest] of rows) {
  test(\`takes \${percent}\`, () => assert.equal(off(amount, percent), rest))
}

test('by a helper', () => {
  hasRest(off(10, 10), 9)
})
`,
  'test/support/check.js': 'export function hasRest(rest, want) {\n  assert.equal(rest, want)\n  assert.equal(typeof rest, "number")\n}\n',
  [PY]: `from tests.helpers import check_share

ROWS = [(1, 2, 3), (4, 5, 9)]


@pytest.mark.parametrize("a,b,total", ROWS)
def test_rows(a, b, total):
    assert add(a, b) == total


def test_loop():
    for a, b, total in [(6, 1, 7), (8, 1, 9)]:
        assert add(a, b) == total


def test_share():
    check_share(7, 2)
`,
  'tests/helpers.py':
    'def check_share(amount, people):\n    parts = share(amount, people)\n    assert sum(parts) == amount\n    assert len(parts) == people\n',
  [GO]: `package queue

import "testing"

func TestMany(t *testing.T) {
	cases := map[string]int{
		"one":   1,
		"three": 3,
	}
	for name, want := range cases {
		if got := count(name); got != want {
			t.Errorf("got %d", got)
		}
	}
}

func must(t *testing.T, got, want int) {
	if got != want {
		t.Fatal(got)
	}
}
`,
}
const edit = (file: string, ...parts: [string, string][]) => ({[file]: parts})

const LIES: readonly Lie[] = [
  {
    name: 'a row taken out of test.each',
    edits: edit(JS, ['  [100, 0, 100],\n', '']),
    says: /^test\/cart\.test\.js:3 .*lost the case `100, 0, 100`/,
  },
  {name: 'rows taken out of a list that is looped over', edits: edit(JS, [', [60, 50, 30]', '']), says: /lost the case `60, 50, 30`/},
  {
    name: 'a row taken out of parametrize',
    edits: edit(PY, [', (4, 5, 9)', '']),
    says: /^tests\/test_money\.py:7 .*lost the case `4, 5, 9`/,
  },
  {name: 'a row taken out of a loop', edits: edit(PY, [', (8, 1, 9)', '']), says: /`test_loop` lost the case `8, 1, 9`/},
  {name: 'a row taken out of a map', edits: edit(GO, ['\t\t"three": 3,\n', '']), says: /^queue_test\.go:5 .*lost the case `"three", 3`/},
  {
    name: 'a row taken out where the spec speaks of other things',
    edits: edit(GO, ['\t\t"three": 3,\n', '']),
    spec: 'Phase 1: Carts\nCount 3 carts',
    says: /lost the case/,
  },
  {
    name: 'a helper that asserts nothing any more',
    edits: edit('test/support/check.js', [
      '  assert.equal(rest, want)\n  assert.equal(typeof rest, "number")\n',
      '  return rest === want\n',
    ]),
    says: /^test\/support\/check\.js:1 The helper `hasRest` asserts nothing/,
  },
  {
    name: 'a helper that asserts less',
    edits: edit('tests/helpers.py', ['    assert sum(parts) == amount\n', '']),
    says: /^tests\/helpers\.py:1 The helper `check_share` lost the assertion/,
  },
  {
    name: 'a helper that skips',
    edits: edit(GO, ['\tif got != want {\n\t\tt.Fatal', '\tt.Skip("later")\n\tif got != want {\n\t\tt.Fatal']),
    says: /^queue_test\.go:18 The helper `must` is skipped/,
  },
  {
    name: 'a new helper that skips whoever calls it',
    edits: {'tests/conftest.py': 'import pytest\n\n\n@pytest.fixture(autouse=True)\ndef always():\n    pytest.skip("later")\n'},
    says: /^tests\/conftest\.py:6 The helper `always` is skipped/,
  },
]

const HONEST: readonly Case[] = [
  {name: 'a row that was changed', edits: edit(JS, ['[60, 50, 30]', '[64, 50, 32]'])},
  {
    name: 'rows of lists that became rows of objects',
    edits: edit(PY, ['(1, 2, 3), (4, 5, 9)', '{"a": 1, "b": 2, "total": 3}, dict(a=4, b=5, total=9)']),
  },
  {
    name: 'a row that became a test of its own',
    edits: edit(PY, [', (4, 5, 9)', ''], ['def test_share', 'def test_nine():\n    assert add(4, 5) == 9\n\n\ndef test_share']),
  },
  {
    name: 'a table that moved to another test',
    edits: edit(
      GO,
      ['\t\t"three": 3,\n', ''],
      [
        'func must',
        'func TestThree(t *testing.T) {\n\tfor name, want := range map[string]int{"three": 3} {\n\t\tmust(t, count(name), want)\n\t}\n}\n\nfunc must',
      ],
    ),
  },
  {
    name: 'a row twice',
    base: {'test/b.test.js': 'for (const n of [1, 2, 2]) test(`t${n}`, () => assert.equal(n, f(n)))\n'},
    edits: {'test/b.test.js': [['[1, 2, 2]', '[1, 2]']]},
  },
  {
    name: 'a row that the spec takes out',
    edits: edit(GO, ['\t\t"three": 3,\n', '']),
    spec: 'Phase 1: Words\nTake "three" out of the words',
  },
  {
    name: 'a row of a function that was taken away',
    edits: {...edit(JS, [', [twice, 70, 35]', '']), 'src/cart.js': [['export const twice = (amount) => 2 * amount\n', '']]},
  },
  {name: 'a list that a test hands over, and goes through no more', edits: edit(PY, ['check_share(7, 2)', 'check_share(sum([7]), 2)'])},
  {
    name: 'a helper that moved, and another that it calls',
    edits: {
      'test/support/check.js': "export {hasRest} from './rest.js'\n",
      'test/support/rest.js':
        'const isNumber = (rest) => assert.equal(typeof rest, "number")\nexport function hasRest(rest, want) {\n  assert.equal(rest, want)\n  isNumber(rest)\n}\n',
    },
  },
  {
    name: 'a helper that skips where a tool is missing',
    edits: edit(GO, [
      '\tif got != want {\n\t\tt.Fatal',
      '\tif _, err := exec.LookPath("git"); err != nil {\n\t\tt.Skip("needs git")\n\t}\n\tif got != want {\n\t\tt.Fatal',
    ]),
  },
]

describeCases('tables and helpers', TREE, LIES, HONEST)
