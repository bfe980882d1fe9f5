import assert from 'node:assert/strict'
import {findMarks} from '../src/find-marks.ts'

const lines = (file: string, text: string) => findMarks(file, text).map(({line}) => line)

describe('findMarks', () => {
  const found: readonly (readonly [rule: string, file: string, text: string, line: number])[] = [
    ['a line comment', 'a.ts', 'const a = 1 // TODO\n', 1],
    ['a block comment', 'a.go', '/*\n * FIXME later\n */\n', 2],
    ['a comment after a string that looks like one', 'a.js', 'const a = "//" // XXX\n', 1],
    ['a comment after a pattern with quotes', 'a.js', 'const a = b.replace(/["\']/g, "") // HACK\n', 1],
    ['a comment inside a template', 'a.js', 'const a = `${b /* TODO */}`\n', 1],
    ['a comment after a nested template', 'a.js', 'const a = `x ${`y ${z}`} "` // TODO\n', 1],
    ['a comment after a division', 'a.js', 'const a = b / c // TODO: / d\n', 1],
    ['a Python docstring', 'a.py', 'def f():\n    """TODO: write"""\n    return 1\n', 2],
    ['a shell comment', 'run.sh', 'echo "#x" # TODO\n', 1],
    ['a Rust comment after a lifetime', 'a.rs', "fn f<'a>(x: &'a str) {} // TODO\n", 1],
    ['a comment in a Makefile', 'Makefile', 'all: # FIXME\n', 1],
    ['an HTML comment', 'a.html', "<p>don't</p>\n<!-- TODO -->\n", 2],
    ['a small-letter mark with a colon', 'a.rb', '# todo: more\n', 1],
    ['"not implemented" in a comment', 'a.java', '// not implemented yet\n', 1],
    ['a thrown "not implemented"', 'a.ts', "export function f() {\n  throw new Error('Not implemented')\n}\n", 2],
    ['raise NotImplementedError', 'a.py', 'def f():\n    raise NotImplementedError\n', 2],
    ['a panic', 'a.go', 'func f() {\n\tpanic("TODO")\n}\n', 2],
    ['todo!()', 'a.rs', 'fn f() {\n    todo!()\n}\n', 2],
    ['an error that is returned', 'a.go', 'func f() error {\n\treturn errors.New("not implemented")\n}\n', 2],
    ['a function that is only pass', 'a.py', 'def f(x):\n    pass\n', 2],
    ['a function that is only an ellipsis, on one line', 'a.py', 'def f(x): ...\n', 1],
    ['NotImplementedException', 'A.cs', 'void F() { throw new NotImplementedException(); }\n', 1],
  ]
  for (const [rule, file, text, line] of found) it(`finds ${rule}`, () => assert.deepEqual(lines(file, text), [line]))

  const ignored: readonly (readonly [rule: string, file: string, text: string])[] = [
    ['names such as todoList', 'a.js', 'const todoList = [] // all of the todoList, and each todo\n'],
    ['strings of a to-do app', 'a.js', 'const title = "TODO: buy milk"\n'],
    ['templates', 'a.js', 'const a = `// TODO ${b} // TODO`\n'],
    ['Python strings over several lines', 'a.py', 'x = """\n# TODO\n"""\n'],
    ['documents', 'notes.md', '- TODO: all of it\n'],
    ['data', 'a.json', '{"a": "TODO"}\n'],
    ['a URL', 'a.js', 'const url = "http://x/TODO"\n'],
    ['a pattern', 'a.js', 'const a = /\\/\\/ TODO/\n'],
    ['an abstract method', 'a.py', 'class A:\n    @abstractmethod\n    def f(self):\n        raise NotImplementedError\n'],
    ['a protocol', 'a.py', 'class A(Protocol):\n    def f(self): ...\n'],
    ['pass in a branch', 'a.py', 'def f():\n    try:\n        g()\n    except KeyError:\n        pass\n'],
    ['an error about something else', 'a.js', "throw new Error('no such file')\n"],
    ['a thrown "not implemented" that is text itself', 'a.js', 'const code = "throw new Error(\'not implemented\')"\n'],
    ['a placeholder of a form', 'a.jsx', '// the placeholder text of the field\n<input placeholder="TODO" />\n'],
    ['a name for a temporary file', 'a.sh', 'mktemp /tmp/XXXXXX # six of them: XXXXXX\n'],
    ['a number sign that opens no comment', 'a.sh', 'echo ${#TODO}\n'],
  ]
  for (const [rule, file, text] of ignored) it(`ignores ${rule}`, () => assert.deepEqual(findMarks(file, text), []))
})
