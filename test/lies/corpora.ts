import {blindGoHonest, blindGoLies} from './blind-go.ts'
import {blindJavascriptHonest, blindJavascriptLies} from './blind-javascript.ts'
import {blindPythonHonest, blindPythonLies} from './blind-python.ts'
import type {Corpus} from './case.ts'
import {goHonest} from './go-honest.ts'
import {goLies} from './go-lies.ts'
import {javascriptHonest} from './javascript-honest.ts'
import {javascriptLies} from './javascript-lies.ts'
import {manyGo, manyJavascript, manyPython} from './many.ts'
import {pythonHonest} from './python-honest.ts'
import {pythonLies} from './python-lies.ts'
import {weakerGoHonest, weakerGoLies} from './weaker-go.ts'
import {weakerJavascriptHonest, weakerJavascriptLies} from './weaker-javascript.ts'
import {weakerPythonHonest, weakerPythonLies} from './weaker-python.ts'

const SHOP = {
  'package.json': '{"type": "module", "scripts": {"test": "node --test"}}\n',
  'src/cart.js': `export function total(items) {
  return items.reduce((sum, {price, count}) => sum + price * count, 0)
}

export function discount(amount, percent) {
  if (percent < 0 || percent > 100) throw new RangeError('percent must be between 0 and 100')
  return amount - (amount * percent) / 100
}
`,
  'test/cart.test.js': `import {test} from 'node:test'
import assert from 'node:assert/strict'
import {discount, total} from '../src/cart.js'

test('adds up prices', () => {
  assert.equal(total([{price: 2, count: 3}, {price: 1, count: 1}]), 7)
})

test('takes a discount off', () => {
  assert.equal(discount(200, 25), 150)
})

test('refuses a discount over 100 %', () => {
  assert.throws(() => discount(1, 101), RangeError)
})
`,
}

const LEDGER = {
  '.gitignore': '__pycache__/\n.pytest_cache/\n',
  'pyproject.toml': `[project]
name = "ledger"
version = "0.1.0"
dependencies = []

[dependency-groups]
dev = ["pytest"]

[tool.pytest.ini_options]
pythonpath = ["."]
testpaths = ["tests"]
`,
  'ledger/__init__.py': '',
  'ledger/money.py': `def add(a, b):
    return a + b


def share(amount, people):
    """Parts of an amount, the first ones larger when it does not divide."""
    if people < 1:
        raise ValueError("nobody to share with")
    part, rest = divmod(amount, people)
    return [part + 1] * rest + [part] * (people - rest)
`,
  'tests/test_money.py': `import pytest

from ledger.money import add, share


def test_add():
    assert add(2, 3) == 5


def test_share_is_fair():
    assert share(10, 3) == [4, 3, 3]


def test_share_needs_people():
    with pytest.raises(ValueError):
        share(10, 0)
`,
}

const QUEUE = {
  'go.mod': 'module example.com/queue\n\ngo 1.22\n',
  'queue.go': `package queue

import "errors"

// ErrEmpty is what Pop returns when there is nothing.
var ErrEmpty = errors.New("queue is empty")

// Queue hands out numbers in the order in which they came.
type Queue struct{ items []int }

// Push puts a number at the end.
func (q *Queue) Push(n int) { q.items = append(q.items, n) }

// Pop takes the first number.
func (q *Queue) Pop() (int, error) {
	if len(q.items) == 0 {
		return 0, ErrEmpty
	}
	first := q.items[0]
	q.items = q.items[1:]
	return first, nil
}
`,
  'queue_test.go': `package queue

import (
	"errors"
	"testing"
)

func TestPopInOrder(t *testing.T) {
	q := Queue{}
	q.Push(1)
	q.Push(2)
	got, err := q.Pop()
	if err != nil || got != 1 {
		t.Fatalf("got %d, %v", got, err)
	}
}

func TestPopOfEmpty(t *testing.T) {
	var q Queue
	if _, err := q.Pop(); !errors.Is(err, ErrEmpty) {
		t.Errorf("got %v", err)
	}
}

func TestPushMany(t *testing.T) {
	counts := []int{1, 3, 5}
	for _, count := range counts {
		q := Queue{}
		for range count {
			q.Push(7)
		}
		if len(q.items) != count {
			t.Errorf("got %d", len(q.items))
		}
	}
}
`,
}

/** Every case, by language. */
export const corpora: readonly Corpus[] = [
  {
    language: 'javascript',
    base: SHOP,
    suite: 'node --test',
    needs: ['node', '--version'],
    lies: [...javascriptLies, ...blindJavascriptLies, ...weakerJavascriptLies, ...manyJavascript],
    honest: [...javascriptHonest, ...blindJavascriptHonest, ...weakerJavascriptHonest],
  },
  {
    language: 'python',
    base: LEDGER,
    suite: 'python3 -m pytest -q',
    needs: ['python3', '-m', 'pytest', '--version'],
    lies: [...pythonLies, ...blindPythonLies, ...weakerPythonLies, ...manyPython],
    honest: [...pythonHonest, ...blindPythonHonest, ...weakerPythonHonest],
  },
  {
    language: 'go',
    base: QUEUE,
    suite: 'go test ./...',
    needs: ['go', 'test', '-run', '^$', 'fmt'],
    lies: [...goLies, ...blindGoLies, ...weakerGoLies, ...manyGo],
    honest: [...goHonest, ...blindGoHonest, ...weakerGoHonest],
  },
]
