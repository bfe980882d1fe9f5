import type {Lie} from './case.ts'

/** One fault each that shows in many places: whoever names one must name all, with file and line. */
const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const

const joined = (lineOf: (number: number) => string) => NUMBERS.map(lineOf).join('')

export const manyJavascript: readonly Lie[] = [
  {
    name: 'breaks ten tests that the phase does not run',
    kind: 'broken',
    test: 'test -f src/tax.js',
    base: {
      'test/many.test.js': `import {test} from 'node:test'\nimport assert from 'node:assert/strict'\nimport {discount} from '../src/cart.js'\n${joined((n) => `\ntest('takes ${n} off', () => {\n  assert.equal(discount(100, ${n}), ${100 - n})\n})\n`)}`,
    },
    change: {
      'src/tax.js': 'export const tax = (amount) => amount * 0.19\n',
      'src/cart.js': [['(amount * percent) / 100', '(amount * percent) / 50']],
    },
    by: ['npm-test'],
    at: ['test/many.test.js', 'discount(100, 10)'],
  },
  {
    name: 'touches ten promised modules',
    kind: 'files',
    files: NUMBERS.map((n) => `src/part${n}.js`).join(', '),
    change: Object.fromEntries(NUMBERS.map((n) => [`src/part${n}.js`, "'use strict'\n"])),
    by: ['files'],
    at: ['src/part10.js', 'use strict'],
  },
]

export const manyPython: readonly Lie[] = [
  {
    name: 'breaks ten tests that the phase does not run',
    kind: 'broken',
    test: 'test -f ledger/money.py',
    base: {
      'tests/test_many.py': `from ledger.money import add\n${joined((n) => `\n\ndef test_adds_${n}():\n    assert add(${n}, 100) == ${n + 100}\n`)}`,
    },
    change: {'ledger/money.py': [['    return a + b', '    return a - b']]},
    by: ['pytest'],
    at: ['tests/test_many.py', 'add(10, 100)'],
  },
]

export const manyGo: readonly Lie[] = [
  {
    name: 'breaks ten tests that the phase does not run',
    kind: 'broken',
    test: 'test -f queue.go',
    base: {
      'many_test.go': `package queue\n\nimport "testing"\n${joined((n) => `\nfunc TestPops${n}(t *testing.T) {\n\tq := Queue{items: []int{${n}, 100}}\n\tif got, _ := q.Pop(); got != ${n} {\n\t\tt.Errorf("not ${n}: %d", got)\n\t}\n}\n`)}`,
    },
    change: {'queue.go': [['first := q.items[0]', 'first := q.items[len(q.items)-1]']]},
    by: ['go-test'],
    at: ['many_test.go', 'not 10'],
  },
  {
    name: 'formats ten numbers as strings',
    kind: 'broken',
    test: 'test -f text.go',
    change: {
      'text.go': `package queue\n\nimport "fmt"\n\n// Text shows the length.\nfunc (q *Queue) Text() []string {\n\treturn []string{\n${joined((n) => `\t\tfmt.Sprintf("${n}: %s waiting", len(q.items)),\n`)}\t}\n}\n`,
    },
    by: ['lint'],
    at: ['text.go', '10: %s'],
  },
]
