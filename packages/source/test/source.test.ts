import assert from 'node:assert/strict'
import {parseSource, type SourceTree} from '../src/source.ts'

function read(file: string, text: string): SourceTree {
  const tree = parseSource(file, text)
  assert.ok(tree)
  return tree
}

const names = (file: string, text: string) => read(file, text).functions.map(({name, kind}) => `${kind} ${name}`)
const callees = (file: string, text: string) => read(file, text).calls.map(({callee}) => callee)

describe('parseSource', () => {
  it('reads no prose and no data', () => {
    for (const file of ['README.md', 'a.json', 'a.txt', 'LICENSE', 'a.csv']) assert.equal(parseSource(file, '# x'), undefined)
  })

  it('goes by the name of the file, in any folder and case', () => {
    assert.deepEqual(
      ['a/b.TS', 'x.py', 'x.go', 'A.java', 'a.rs', 'a.hpp', 'a.php', 'Makefile', 'a.tf'].map((file) => read(file, '').language),
      ['typescript', 'python', 'go', 'java', 'rust', 'cpp', 'php', 'other', 'other'],
    )
  })

  it('reads on behind what cannot be parsed', () => {
    assert.deepEqual(names('a.py', 'def f(:\n  x = = 3\n\ndef g():\n  return 1\n').at(-1), 'function g')
    assert.deepEqual(names('a.ts', 'const = ;;) {\nfunction g() { return 1 }\n').at(-1), 'function g')
  })

  it('counts lines from one, whatever ends them', () => {
    const {comments} = read('a.js', '// a\r\n\r\n/* b\n */ // c\n')
    assert.deepEqual(
      comments.map(({line, text}) => [line, text.trim()]),
      [
        [1, '// a'],
        [3, '/* b\n */'],
        [4, '// c'],
      ],
    )
  })
})

describe('comments and strings', () => {
  const cases: readonly (readonly [rule: string, file: string, text: string, comments: readonly string[], strings: readonly string[]])[] = [
    ['a comment in a template', 'a.js', 'x = `a ${b /* c */} // d`', ['/* c */'], ['`a ${b /* c */} // d`']],
    ['a comment behind a pattern', 'a.js', 'x = y.replace(/["\'`]/g, "") // c', ['// c'], ['""']],
    ['a comment behind a division', 'a.js', 'x = a / b // c / d', ['// c / d'], []],
    ['a comment in JSX, and none in its text', 'a.tsx', 'x = <a>{/* c */} // text</a>', ['/* c */'], []],
    ['a JSX attribute', 'a.jsx', '<a b="TODO" />', [], ['"TODO"']],
    ['Python text over lines', 'a.py', 'x = """\n# a\n""" # b', ['# b'], ['"""\n# a\n"""']],
    ['a Go raw string', 'a.go', 'package a\nvar x = `// a` // b', ['// b'], ['`// a`']],
    ['a Rust lifetime', 'a.rs', "fn f<'a>(x: &'a str) {} // a", ['// a'], []],
    ['nested Rust comments', 'a.rs', '/* a /* b */ c */', ['/* a /* b */ c */'], []],
    ['a macro in C', 'a.c', '#define X 1 // a\nchar *s = "// b";', ['// a'], ['"// b"']],
    ['PHP', 'a.php', '<b>// a</b><?php # c\n$x = "# d";', ['# c'], ['"# d"']],
    ['a shell variable', 'a.sh', 'echo ${#A} "# b" # c', ['# c'], ['"# b"']],
    ['a text in a shell script', 'a.sh', "cat <<'EOF'\n# don't\nEOF\nls # a", ['# a'], ["# don't\n"]],
    ['a shift that begins no text', 'a.rb', 'x <<y # a', ['# a'], []],
    ['nested Swift comments', 'a.swift', '/* a /* b */ c */ "x"', ['/* a /* b */ c */'], ['"x"']],
    ['YAML', 'a.yml', 'a: "#b" # c\nd: e#f', ['# c'], ['"#b"']],
    ['SQL', 'a.sql', "select '-- a' -- b", ['-- b'], ["'-- a'"]],
    ['HTML with apostrophes', 'a.html', "<p>don't</p><!-- a -->", ['<!-- a -->'], []],
    ['a component with a script', 'a.vue', '<a href="https://a"></a>\n<script>\nx() // b\n</script>', ['// b'], []],
    ['a Makefile', 'Makefile', 'a: # b\n\techo $$#', ['# b'], []],
  ]
  for (const [rule, file, text, comments, strings] of cases) {
    it(`are told apart: ${rule}`, () => {
      const tree = read(file, text)
      assert.deepEqual([tree.comments.map((one) => one.text), tree.strings.map((one) => one.text)], [comments, strings])
    })
  }

  it('know a Python docstring from data', () => {
    const {strings} = read('a.py', '"""a"""\ndef f():\n  "b" "c"\n  x = "d"\n  g("e")\n')
    assert.deepEqual(
      strings.map(({text, isDocstring}) => [text, isDocstring]),
      [
        ['"""a"""', true],
        ['"b"', true],
        ['"c"', true],
        ['"d"', false],
        ['"e"', false],
      ],
    )
  })
})

describe('functions', () => {
  it('of TypeScript have the names they are known by', () => {
    const text = [
      'export default function () {}',
      'const a: F = () => 1, b = function () {}',
      'exports.c = async (x) => {}',
      'const o = {d() {}, get e() { return 1 }, f: () => {}, g: 1}',
      'class K { constructor(private readonly x: X) {} static h() {} #i() {} j = () => {} }',
      'list.map((x) => x)',
    ].join('\n')
    assert.deepEqual(names('a.ts', text), [
      'function ',
      'arrow a',
      'function b',
      'arrow exports.c',
      'method d',
      'accessor e',
      'arrow f',
      'constructor constructor',
      'method h',
      'method #i',
      'arrow j',
      'arrow ',
    ])
  })

  it('of Python know their class, decorators and what is asked of them', () => {
    const text = [
      'class A(Base, Generic[T], metaclass=ABCMeta):',
      '  @app.get("/x")',
      '  async def f(self, a=1): pass; return 1',
      '  @abc.abstractmethod',
      '  def g(self):',
      '    """Doc."""',
      '    ...',
      'class P(Protocol[T]):',
      '  def h(self): ...',
      'x = lambda y: None',
    ].join('\n')
    const [f, g, h, x] = read('a.py', text).functions
    assert.deepEqual(f?.decorators, ['app.get("/x")'])
    assert.deepEqual(f?.owner?.bases, ['Base', 'Generic', 'metaclass=ABCMeta'])
    assert.deepEqual([f?.statements.length, f?.parameters, f?.line, f?.endLine], [2, '(self, a=1)', 3, 3])
    assert.deepEqual([f?.isAbstract, g?.isAbstract, h?.isAbstract, x?.isAbstract], [false, true, true, false])
    assert.deepEqual(
      g?.statements.map(({name}) => name),
      ['ExpressionStatement'],
    )
  })

  it('of Go know their receiver', () => {
    const text = 'package a\nfunc F() {}\nfunc (s *Server[T]) G(a int) error { return nil }\nvar h = func() {}\nfunc asm(x int) int\n'
    assert.deepEqual(names('a.go', text), ['function F', 'method G', 'arrow h', 'function asm'])
    const {functions} = read('a.go', text)
    assert.deepEqual([functions[1]?.owner?.name, functions[1]?.parameters, functions[3]?.isAbstract], ['Server', '(a int)', true])
  })

  it('of Java, Rust, C++ and PHP are found, with those that have no body', () => {
    const cases = {
      'A.java': 'abstract class A extends B { A() {} @Override public abstract void f(); void g() {} } interface I { void h(); }',
      'a.rs': '#[test]\nfn f() {}\nimpl T for S { fn g(&self) -> i32 { 1 } }\ntrait T { fn h(&self); }',
      'a.cpp': 'int f(int a) { return 0; }\nclass A : public B { A() {} void g() {} };\nvoid A::h() {}',
      'a.php': '<?php abstract class A extends B { function __construct() {} abstract function f(); } function g() {}',
    }
    const describeAll = (file: keyof typeof cases) =>
      read(file, cases[file]).functions.map(({name, kind, isAbstract, owner}) =>
        `${owner?.name ?? ''} ${kind} ${name} ${isAbstract}`.trim(),
      )
    assert.deepEqual(describeAll('A.java'), ['A constructor A false', 'A method f true', 'A method g false', 'I method h true'])
    assert.deepEqual(describeAll('a.rs'), ['function f false', 'S method g false', 'T method h true'])
    assert.deepEqual(describeAll('a.cpp'), ['function f false', 'A constructor A false', 'A method g false', 'function A::h false'])
    assert.deepEqual(describeAll('a.php'), ['A constructor __construct false', 'A method f true', 'function g false'])
    assert.deepEqual(read('a.rs', cases['a.rs']).functions[0]?.decorators, ['test'])
    assert.deepEqual(read('a.rs', cases['a.rs']).functions[1]?.owner?.bases, ['T'])
  })
})

describe('calls', () => {
  it('are named by dots, whatever joins them', () => {
    assert.deepEqual(callees('a.ts', "describe.skip('a', () => { expect(a).not.toBe(1); it?.('b'); new Foo.Bar(); x[0].y() })"), [
      'describe.skip',
      'expect().not.toBe',
      'expect',
      'it',
      'Foo.Bar',
      'x[].y',
    ])
    assert.deepEqual(callees('a.py', 'a.b(c)[0].d(*e)\n'), ['a.b()[].d', 'a.b'])
    assert.deepEqual(callees('a.go', 'package a\nfunc f() { t.Run("a", g); panic("x") }'), ['t.Run', 'panic'])
    assert.deepEqual(callees('a.rs', 'fn f() { todo!(); a::b(1); c.d(2) }'), ['todo!', 'a.b', 'c.d'])
    assert.deepEqual(callees('A.java', 'class A { void f() { System.out.println(1); g(); new X(2); } }'), ['System.out.println', 'g', 'X'])
    assert.deepEqual(callees('a.cpp', 'void f() { std::abort(); a->b(); }'), ['std.abort', 'a.b'])
    assert.deepEqual(callees('a.php', '<?php $a->b(1); A::c(2); d();'), ['$a.b', 'A.c', 'd'])
  })

  it('have the ranges of their arguments', () => {
    const args = (file: string, text: string) => {
      const tree = read(file, text)
      return tree.calls[0]?.args.map((range) => tree.textOf(range))
    }
    assert.deepEqual(args('a.js', 'f(a, /* x */ [b, c], ...d, () => 1)'), ['a', '[b, c]', '...d', '() => 1'])
    assert.deepEqual(args('a.py', 'f(a, b=1, *c)\n'), ['a', 'b=1', '*c'])
    assert.deepEqual(args('a.go', 'package a\nfunc g() { f(a, "b") }'), ['a', '"b"'])
  })
})

describe('imports', () => {
  const imports = (file: string, text: string) =>
    read(file, text).imports.map(({specifier, names: list, kind, isTypeOnly, isGuarded, level}) =>
      [specifier, list.join('+'), kind, isTypeOnly ? 'type' : '', isGuarded ? 'try' : '', level || '']
        .join(' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )

  it('of JavaScript and TypeScript, static and dynamic', () => {
    const text = [
      "import type {A} from './a.ts'",
      'import b, {c as d, type E} from "b"',
      "import * as ns from 'ns'",
      "import './side.js'",
      "import fs = require('fs')",
      "export * from './x'",
      "export {y as z} from './y'",
      'export const n = 1',
      "const q = require('q').deep; require(name)",
      "const z = await import('./z.ts')",
      "import('./p').then(f); import(`./${p}`)",
      "type T = import('./t').T",
      "try { require('o') } catch { require('c') }",
    ].join('\n')
    assert.deepEqual(imports('a.ts', text), [
      './a.ts A static type',
      'b default+c+E static',
      'ns * static',
      './side.js static',
      'fs require',
      './x * reexport',
      './y y reexport',
      'q require',
      './z.ts dynamic',
      './p dynamic',
      './t static type',
      'o require try',
      'c require',
    ])
  })

  it('of TypeScript, with types among the names that it passes on', () => {
    const text =
      "export {b, type Tool, type Other as Z,\n  type $d} from './node.ts'\nexport {type as t} from './t'\nimport {x} from './x'\n"
    assert.deepEqual(imports('a.ts', text), ['./node.ts b+Tool+Other+$d reexport', './t type reexport', './x x static'])
  })

  it('of Python, with dots, guards and types', () => {
    const text = [
      'import a.b as c, d',
      'from . import x',
      'from ..y import (z as zz,',
      '  w)',
      'from ...  import q',
      'from m import *',
      'try:',
      '  import yaml',
      'except ImportError:',
      '  import ruamel',
      'if TYPE_CHECKING:',
      '  from t import T',
      "importlib.import_module('.p', 'a')",
    ].join('\n')
    assert.deepEqual(imports('a.py', text), [
      'a.b static',
      'd static',
      '. x static 1',
      '..y z+w static 2',
      '... q static 3',
      'm * static',
      'yaml static try',
      'ruamel static',
      't T static type',
      '.p dynamic 1',
    ])
  })

  it('of Go, alone and in a list', () => {
    assert.deepEqual(imports('a.go', 'package a\nimport "fmt"\nimport (\n  f "os"\n  . "x/y"\n)\n'), [
      'fmt static',
      'os static',
      'x/y * static',
    ])
  })
})
