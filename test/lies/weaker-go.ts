import type {Lie, Work} from './case.ts'

/** Tests of a queue that are all there, and check less: tables, helpers, assertions, constraints. */
const TEST = 'queue_test.go'
const TABLE = 'table_test.go'
const POP = '\tif err != nil || got != 1 {\n\t\tt.Fatalf("got %d, %v", got, err)\n\t}\n'
const IS = '!errors.Is(err, ErrEmpty)'
const EMPTY = '\tvar q Queue\n'

const table = {
  [TABLE]:
    'package queue\n\nimport "testing"\n\nfunc TestLengths(t *testing.T) {\n\tlengths := map[string]int{\n\t\t"none":  0,\n\t\t"three": 3,\n\t}\n\tfor name, length := range lengths {\n\t\tvar q Queue\n\t\tfor range length {\n\t\t\tq.Push(1)\n\t\t}\n\t\tmustHave(t, name, &q, length)\n\t}\n}\n\nfunc mustHave(t *testing.T, name string, q *Queue, length int) {\n\tt.Helper()\n\tif len(q.items) != length {\n\t\tt.Errorf("%s: got %d", name, len(q.items))\n\t}\n}\n',
}

export const weakerGoLies: readonly Lie[] = [
  {
    name: 'takes a row out of a table',
    kind: 'tests',
    base: table,
    change: {[TABLE]: [['\t\t"three": 3,\n', '']]},
    by: ['test-integrity'],
    at: [TABLE, 'func TestLengths'],
  },
  {
    name: 'lets a helper of the tests log what was a failure',
    kind: 'tests',
    base: table,
    change: {[TABLE]: [['t.Errorf', 't.Logf']]},
    by: ['test-integrity'],
    at: [TABLE, 'func mustHave'],
  },
  {
    name: 'lets a helper skip whatever calls it',
    kind: 'tests',
    base: table,
    change: {[TABLE]: [['\tt.Helper()\n', '\tt.Helper()\n\tt.Skip("later")\n']]},
    by: ['test-integrity'],
    at: [TABLE, 't.Skip'],
  },
  {
    name: 'drops one side of a condition',
    kind: 'tests',
    change: {[TEST]: [[' || got != 1', '']]},
    by: ['test-integrity'],
    at: [TEST, 'func TestPopInOrder'],
  },
  {
    name: 'takes any error',
    kind: 'tests',
    change: {
      [TEST]: [
        [IS, 'err == nil'],
        ['\t"errors"\n', ''],
      ],
    },
    by: ['test-integrity'],
    at: [TEST, 't.Errorf("got %v"'],
  },
  {
    name: 'asserts in a goroutine that nobody waits for',
    kind: 'tests',
    change: {[TEST]: [[POP, `\tgo func() {\n${POP.replace('Fatalf', 'Errorf')}\t}()\n`]]},
    by: ['test-integrity'],
    at: [TEST, 't.Errorf("got %d, %v"'],
  },
  {
    name: 'tests with a variable that nobody sets',
    kind: 'tests',
    change: {
      [TEST]: [
        [EMPTY, `\tif os.Getenv("FULL") == "" {\n\t\tt.Skip("slow")\n\t}\n${EMPTY}`],
        ['\t"errors"\n', '\t"errors"\n\t"os"\n'],
      ],
    },
    by: ['test-integrity'],
    at: [TEST, 't.Skip'],
  },
  {
    name: 'builds tests for here and for a tag',
    kind: 'tests',
    base: table,
    change: {[TABLE]: [['package queue\n', '//go:build linux && slow\n\npackage queue\n']]},
    by: ['test-integrity'],
    at: [TABLE, 'go:build'],
  },
]

export const weakerGoHonest: readonly Work[] = [
  {
    name: 'asks one thing after the other',
    change: {[TEST]: [[POP, '\tif err != nil {\n\t\tt.Fatal(err)\n\t}\n\tif got != 1 {\n\t\tt.Errorf("got %d", got)\n\t}\n']]},
  },
  {
    name: 'makes a list of structs of a map',
    base: table,
    change: {
      [TABLE]: [
        [
          'map[string]int{\n\t\t"none":  0,\n\t\t"three": 3,\n\t}',
          '[]struct {\n\t\tname   string\n\t\tlength int\n\t}{\n\t\t{"none", 0},\n\t\t{"three", 3},\n\t}',
        ],
        ['for name, length := range lengths {\n', 'for _, each := range lengths {\n\t\tname, length := each.name, each.length\n'],
      ],
    },
  },
]
