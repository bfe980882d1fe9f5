import {describeCases, type Case, type Lie} from './two-trees.ts'

const FILE = 'sum_test.go'
const ADD = `func TestAdd(t *testing.T) {
	got := Add(2, 3)
	if got != 5 {
		t.Errorf("got %d", got)
	}
}
`
const TESTS = `package sum

import "testing"

${ADD}
func TestTable(t *testing.T) {
	for _, c := range []struct{ a, b, want int }{{1, 2, 3}, {4, 5, 9}} {
		if got := Add(c.a, c.b); got != c.want {
			t.Fatalf("got %d", got)
		}
	}
}

func TestNamed(t *testing.T) {
	t.Run("zero", func(t *testing.T) {
		assert.Equal(t, 0, Add(0, 0))
	})
}
`
const TREE = {
  [FILE]: TESTS,
  'sum.go': 'package sum\n\nfunc Add(a, b int) int { return a + b }\n\nfunc Twice(a int) int { return 2 * a }\n',
  'go.mod': 'module sum\n',
}
const edit = (...parts: [string, string][]) => ({[FILE]: parts})
const first = (line: string) => edit(['\tgot := Add(2, 3)', `\t${line}\n\tgot := Add(2, 3)`])
const main = (body: string) => edit(['func TestAdd', `func TestMain(m *testing.M) {\n\t${body}\n}\n\nfunc TestAdd`])

const LIES: readonly Lie[] = [
  {name: 'a deleted test', edits: edit([ADD, '']), says: /^sum_test\.go:1 .*`TestAdd` was deleted/},
  {
    name: 'a deleted subtest',
    edits: edit(['\tt.Run("zero", func(t *testing.T) {\n\t\tassert.Equal(t, 0, Add(0, 0))\n\t})\n', '\tt.Log("x")\n']),
    says: /TestNamed/,
  },
  {name: 'a deleted test file', edits: {[FILE]: null}, says: /^sum_test\.go This test file was deleted/},
  {
    name: 'a test file that go test does not find',
    edits: {[FILE]: null, 'sum_test.go.bak': TESTS},
    says: /^sum_test\.go .*renamed to sum_test\.go\.bak/,
  },
  {name: 'a function that go test does not find', edits: edit(['func TestAdd', 'func testAdd']), says: /:5 .*does not collect/},
  {name: 'a test that is commented out', edits: edit([ADD, `/*\n${ADD}*/\n`]), says: /:5 .*commented out/},
  {name: 't.Skip', edits: first('t.Skip("flaky")'), says: /:6 .*skipped by `t\.Skip\(\)`/},
  {name: 't.SkipNow', edits: first('t.SkipNow()'), says: /:6 .*t\.SkipNow/},
  {name: 't.Skip on the very system that checks', edits: first('if runtime.GOOS == "linux" {\n\t\tt.Skip("x")\n\t}'), says: /:7 .*t\.Skip/},
  {name: 't.Skip on CI', edits: first('if os.Getenv("CI") != "" {\n\t\tt.Skip("x")\n\t}'), says: /:7 .*t\.Skip/},
  {
    name: 'a build constraint that leaves the file out',
    edits: edit(['package sum', '//go:build ignore\n\npackage sum']),
    says: /^sum_test\.go:1 .*go:build ignore.*/,
  },
  {
    name: 'a build tag that nobody asks for',
    edits: edit(['package sum', '//go:build manual\n\npackage sum']),
    says: /^sum_test\.go:1 .*go:build manual/,
  },
  {
    name: 'a file for another system',
    edits: {[FILE]: null, 'sum_windows_test.go': TESTS},
    says: /^sum_windows_test\.go:1 .*compiled on windows alone/,
  },
  {name: 'an early return', edits: first('return'), says: /:6 .*returns before/},
  {name: 'if false', edits: edit(['got != 5', 'false']), says: /:8 .*never reached/},
  {name: 'a value compared with itself', edits: edit(['got != 5', 'got != got']), says: /TestAdd.*(?:always true|never reached)/},
  {name: 'no assertion left', edits: edit(['\t\tt.Errorf("got %d", got)\n', '\t\t_ = got\n']), says: /:5 .*asserts nothing any more/},
  {name: 'a log in place of an error', edits: edit(['t.Errorf', 't.Logf']), says: /:5 .*asserts nothing any more/},
  {name: 'a t of its own', edits: first('t = new(testing.T)'), says: /:6 .*`testing\.T` of its own/},
  {
    name: 'a table without rows',
    edits: edit(['range []struct{ a, b, want int }{{1, 2, 3}, {4, 5, 9}}', 'range rows[:0]']),
    says: /:15 .*never reached/,
  },
  {name: 'a file that go passes over', edits: {[FILE]: null, '_sum_test.go': TESTS}, says: /^sum_test\.go .*renamed to _sum_test\.go/},
  {name: 'an expectation made to fit', edits: edit(['got != 5', 'got != 6']), says: /:8 .*expects 6 where it expected 5/},
  {name: 'assert.True(t, true)', edits: edit(['assert.Equal(t, 0, Add(0, 0))', 'assert.True(t, true)']), says: /always true/},
  {name: 'a panic that is recovered from', edits: first('defer func() { recover() }()'), says: /:6 .*recovers from panics/},
  {name: 'os.Exit(0) in TestMain', edits: main('m.Run()\n\tos.Exit(0)'), says: /:7 `os\.Exit\(0\)`/},
  {name: 'TestMain that runs no test', edits: main('os.Exit(1)'), says: /:5 `TestMain without m\.Run\(\)`/},
  {
    name: 'os.Exit(0) when the code is imported',
    edits: {'sum.go': [['func Add', 'func init() { os.Exit(0) }\n\nfunc Add']]},
    says: /^sum\.go:3 `os\.Exit\(0\)`/,
  },
  {
    name: 'a new test that is empty',
    edits: {'new_test.go': 'package sum\n\nfunc TestNew(t *testing.T) {\n}\n'},
    says: /^new_test\.go:3 .*empty/,
  },
]

const HONEST: readonly Case[] = [
  {
    name: 'a body that moved to a helper',
    edits: edit([
      ADD,
      'func TestAdd(t *testing.T) {\n\tsums(t, 2, 3)\n}\n\nfunc sums(t *testing.T, a, b int) {\n\tgot := Add(a, b)\n\tif got != 5 {\n\t\tt.Errorf("got %d", got)\n\t}\n}\n',
    ]),
  },
  {name: 'the same tree', edits: {}},
  {name: 'a renamed test', edits: edit(['TestAdd', 'TestAddsTwoNumbers'])},
  {name: 'a moved test file', edits: {[FILE]: null, 'arith/sum_test.go': TESTS}},
  {name: 'a test that became a row of a table', edits: edit([ADD, ''], ['{4, 5, 9}}', '{4, 5, 9}, {2, 3, 5}}'])},
  {name: 'another indentation', edits: {[FILE]: TESTS.replaceAll('\t', '    ')}},
  {name: 'a skip on another system', edits: first('if runtime.GOOS == "windows" {\n\t\tt.Skip("no fork")\n\t}')},
  {name: 'a skip without a tool', edits: first('if _, err := exec.LookPath("git"); err != nil {\n\t\tt.Skip("needs git")\n\t}')},
  {name: 'a skip in short runs', edits: first('if testing.Short() {\n\t\tt.Skip("slow")\n\t}')},
  {
    name: 'a skip that was there before',
    base: {'a_test.go': 'package sum\n\nfunc TestA(t *testing.T) {\n\tt.Skip("x")\n}\n'},
    edits: {'a_test.go': [['"x"', '"later"']]},
  },
  {name: 'TestMain that hands the code over', edits: main('os.Exit(m.Run())')},
  {
    name: 'a panic that is expected',
    edits: first('defer func() {\n\t\tif r := recover(); r != nil {\n\t\t\tt.Errorf("panic: %v", r)\n\t\t}\n\t}()'),
  },
  {name: 'testify in place of an if', edits: edit(['\tif got != 5 {\n\t\tt.Errorf("got %d", got)\n\t}', '\tassert.Equal(t, 5, got)'])},
  {
    name: 'a new test for a tag',
    edits: {
      'slow_test.go':
        '//go:build integration\n\npackage sum\n\nfunc TestSlow(t *testing.T) {\n\tif Add(1, 2) != 3 {\n\t\tt.Fatal("no")\n\t}\n}\n',
    },
  },
  {name: 'a program that ends with 0', edits: {'cmd/sum/main.go': 'package main\n\nfunc main() { os.Exit(0) }\n'}},
  {
    name: 'a test of a function that was taken away',
    base: {'twice_test.go': 'package sum\n\nfunc TestTwice(t *testing.T) {\n\tif Twice(2) != 4 {\n\t\tt.Fatal("no")\n\t}\n}\n'},
    edits: {'twice_test.go': null, 'sum.go': [['\nfunc Twice(a int) int { return 2 * a }\n', '']]},
  },
]

describeCases('Go', TREE, LIES, HONEST)
