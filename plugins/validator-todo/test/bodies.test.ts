import assert from 'node:assert/strict'
import {findMarks} from '../src/find-marks.ts'

/** Lines with a mark, those with a doubt included. */
const lines = (file: string, text: string) => findMarks(file, text).map(({line}) => line)
const sure = (file: string, text: string) =>
  findMarks(file, text)
    .filter(({doubt}) => doubt === undefined || doubt.bases.length === 0)
    .map(({line}) => line)

type Case = readonly [rule: string, file: string, text: string]

describe('unfinished code', () => {
  const lies: readonly (readonly [...Case, line: number])[] = [
    ['a docstring and nothing else', 'a.py', 'def f(x):\n    """Adds."""\n', 1],
    ['a docstring and pass', 'a.py', 'def f(x):\n    """Adds."""\n    pass\n', 3],
    ['NotImplemented, returned', 'a.py', 'def f(x):\n    return NotImplemented\n', 2],
    [
      'raise in a try that tries nothing else',
      'a.py',
      'def f(x):\n    try:\n        raise NotImplementedError\n    except NotImplementedError:\n        return []\n',
      3,
    ],
    ['an async method', 'a.py', 'class A:\n    async def save(self, x):\n        ...\n', 3],
    ['a route that is only pass', 'a.py', '@app.get("/x")\ndef x():\n    pass\n', 3],
    ['raise behind a docstring', 'a.py', 'def f(x):\n    """Adds."""\n    raise NotImplementedError("later")\n', 3],
    ['raise behind a log line', 'a.py', 'def f(x):\n    log.info("f")\n    raise NotImplementedError\n', 3],
    ['raise Exception("not implemented")', 'a.py', 'def f(x):\n    if x:\n        raise Exception("Not implemented")\n    return 1\n', 3],
    ['print and nothing else', 'a.py', 'def f(x):\n    print("TODO: implement")\n', 2],
    ['a returned text', 'a.py', 'def f(x):\n    return "not implemented"\n', 2],
    ['an empty function', 'a.js', 'export function save(user) {}\n', 1],
    ['an empty function over lines', 'a.ts', 'export async function save(user: User): Promise<void> {\n}\n', 1],
    ['an empty arrow function', 'a.ts', 'export const save = async (user: User) => {}\n', 1],
    ['an empty method', 'a.ts', 'class Store {\n  save(user: User) {}\n}\n', 2],
    ['a comment that says what is not there', 'a.js', 'export function save(user) {\n  // Save the user to the database\n}\n', 1],
    ['a throw in a branch', 'a.ts', "function f(x: string) {\n  if (x) throw new Error('Not implemented yet')\n  return 1\n}\n", 2],
    ['a rejected promise', 'a.ts', "const f = () => Promise.reject(new Error('not implemented'))\n", 1],
    ['a console message', 'a.js', "function f() {\n  console.log('Not implemented')\n}\n", 2],
    ['a thrown TODO', 'a.ts', "function f(): never {\n  throw new Error('TODO: write')\n}\n", 2],
    ['a panic in a method', 'a.go', 'package a\nfunc (s *S) F() int {\n\tpanic("not implemented")\n}\n', 3],
    ['an implement me of an editor', 'a.go', 'package a\nfunc (s *S) F() int {\n\t//nolint\n\tpanic("implement me")\n}\n', 4],
    ['a returned error', 'a.go', 'package a\nfunc F() (int, error) {\n\treturn 0, fmt.Errorf("F: not implemented")\n}\n', 3],
    ['an empty Go function', 'a.go', 'package a\nfunc Save(u User) {\n}\n', 2],
    ['return nil // TODO', 'a.go', 'package a\nfunc F() error {\n\treturn nil // TODO\n}\n', 3],
    ['unimplemented!', 'a.rs', 'fn f() -> i32 {\n    unimplemented!("later")\n}\n', 2],
    ['a Rust panic', 'a.rs', 'fn f() -> i32 {\n    panic!("not implemented")\n}\n', 2],
    ['an empty Rust function', 'a.rs', 'pub fn save(u: User) {}\n', 1],
    [
      'a Java method not supported yet',
      'A.java',
      'class A {\n  int f() {\n    throw new UnsupportedOperationException("Not supported yet.");\n  }\n}\n',
      3,
    ],
    ['a Java exception without a word', 'A.java', 'class A {\n  int f() {\n    throw new UnsupportedOperationException();\n  }\n}\n', 3],
    ['an empty Java method', 'A.java', 'class A {\n  void save(User u) {}\n}\n', 2],
    ['a C++ throw', 'a.cpp', 'int f() {\n  throw std::logic_error("not implemented");\n}\n', 2],
    ['a PHP throw', 'a.php', "<?php\nfunction f() {\n  throw new \\Exception('Not implemented');\n}\n", 3],
    ['a Kotlin TODO()', 'a.kt', 'fun f(): Int {\n  TODO("later")\n}\n', 2],
    ['a Ruby raise', 'a.rb', 'def f\n  raise NotImplementedError\nend\n', 2],
    ['a shell function', 'a.sh', 'deploy() {\n  echo "Not implemented"\n}\n', 2],
    ['Swift', 'a.swift', 'func f() -> Int {\n  fatalError("not implemented")\n}\n', 2],
    ['a page', 'a.tsx', 'export function Page() {\n  return <div>TODO</div>\n}\n', 2],
    ['a warning and null', 'a.js', "function f() {\n  console.warn('f: not yet implemented')\n  return null\n}\n", 2],
    ['an exported property', 'a.js', 'module.exports.save = function (user) {}\n', 1],
    [
      'one empty function among others',
      'a.js',
      'const api = {\n  load() {},\n  save(u) { return db.save(u) },\n}\nexport default api\n',
      2,
    ],
    ['a mock of Python', 'src/a.py', 'from unittest.mock import MagicMock\ndb = MagicMock()\n', 1],
    ['a mock of JavaScript', 'src/a.ts', "import sinon from 'sinon'\nexport const db = sinon.stub()\n", 1],
    ['a mock of Go', 'a.go', 'package a\nimport "github.com/stretchr/testify/mock"\n', 2],
  ]
  for (const [rule, file, text, line] of lies) it(`is found: ${rule}`, () => assert.deepEqual(lines(file, text).slice(0, 1), [line]))

  const honest: readonly Case[] = [
    ['a callback', 'a.ts', 'server.on("error", () => {})\nlist.forEach(function () {})\n'],
    ['a default value', 'a.ts', 'function f(done = () => {}) { done() }\nconst g = h || (() => {})\n'],
    ['a function named noop', 'a.ts', 'export const noop = () => {}\nfunction doNothing() {}\n'],
    ['a silent logger', 'a.ts', 'export const silentLogger = {info() {}, warn() {}}\nexport default {info() {}, warn() {}}\n'],
    ['an object that is handed on', 'a.ts', 'const C = createContext({value: 1, set: () => {}})\n'],
    ['a constructor', 'a.ts', 'class A {\n  constructor(private readonly a: string) {}\n}\nclass B { private constructor() {} }\n'],
    ['an explained emptiness', 'a.ts', 'class A {\n  flushAll(x: string) {\n    // Nothing to flush: all is in memory.\n  }\n}\n'],
    ['an explanation above', 'a.js', '// Deliberately empty: the platform does it.\nfunction save(user) {}\n'],
    ['an overload', 'a.ts', 'function f(a: string): void\nfunction f(a: number): void\nfunction f(a: unknown) { return g(a) }\n'],
    ['an interface', 'a.ts', 'interface A { save(user: User): void }\nabstract class B { abstract f(): void }\n'],
    ['declarations', 'a.d.ts', 'export declare function f(): void\nexport declare class A { f(): void }\n'],
    ['close of a store in memory', 'a.ts', 'class Memory {\n  get(k: string) { return this.m.get(k) }\n  close() {}\n}\n'],
    ['a closed interface', 'a.go', 'package a\nfunc (Dog) isAnimal() {}\n'],
    ['a sentinel error', 'a.go', 'package a\nvar ErrX = errors.New("not implemented")\n'],
    ['blank parameters', 'a.go', 'package a\nfunc (nop) Handle(_ context.Context, _ string) {}\n'],
    ['Go without a body', 'a.go', 'package a\nfunc add(a, b int) int\n'],
    ['a trait', 'a.rs', 'trait T {\n  fn f(&self);\n  fn g(&self) {}\n}\nimpl T for S {\n  fn f(&self) {}\n}\n'],
    ['an abstract base by ABC', 'a.py', 'class A(ABC):\n    def f(self):\n        raise NotImplementedError\n'],
    ['an abstract base by name', 'a.py', 'class BaseStore:\n    def f(self):\n        raise NotImplementedError\n'],
    [
      'a base that speaks to its heirs',
      'a.py',
      'class Store:\n    def f(self):\n        raise Exception("not implemented: subclasses must override f")\n',
    ],
    ['an overload of Python', 'a.py', '@overload\ndef f(x: int) -> int: ...\ndef f(x):\n    return x\n'],
    ['a stub file', 'a.pyi', 'def f(x: int) -> int: ...\n'],
    ['special methods', 'a.py', 'class A:\n    def __init__(self):\n        pass\n    def __exit__(self, *args):\n        pass\n'],
    ['a group of commands', 'a.py', '@click.group()\ndef cli():\n    """All of it."""\n'],
    ['an exception', 'a.py', 'class MyError(Exception):\n    """Mine."""\n'],
    ['a case that cannot be had', 'a.py', 'def f(x):\n    if x == 1:\n        return 1\n    raise NotImplementedError(f"no {x}")\n'],
    [
      'a platform',
      'a.py',
      'def f():\n    if sys.platform == "win32":\n        raise NotImplementedError("Windows has no fork")\n    return os.fork()\n',
    ],
    ['NotImplemented of comparisons', 'a.py', 'def __eq__(self, other):\n    return NotImplemented\n'],
    [
      'an unknown kind',
      'a.ts',
      'function f(kind: string) {\n  switch (kind) {\n    case "a": return 1\n    default: throw new Error(`${kind} is not implemented`)\n  }\n}\n',
    ],
    ['a 501', 'a.ts', "app.patch('/x', (req, res) => { res.status(501).send('Not implemented') })\n"],
    [
      'a 501 of Go',
      'a.go',
      'package a\nfunc F(w http.ResponseWriter, _ *http.Request) {\n\thttp.Error(w, "not implemented", http.StatusNotImplemented)\n}\n',
    ],
    [
      'an error of a to-do app',
      'a.ts',
      "function f(id: string) {\n  throw new Error('TODO not found')\n}\nfunction g() { return 'TODO list' }\n",
    ],
    [
      'an unchangeable list',
      'A.java',
      'class A {\n  @Override public void remove() {\n    throw new UnsupportedOperationException();\n  }\n  void add(int x) { throw new UnsupportedOperationException("This list is read-only."); }\n}\n',
    ],
    ['a Java constructor and an override', 'A.java', 'class A {\n  private A() {}\n  @Override public void close() {}\n}\n'],
    ['an operand of another kind', 'a.py', 'class A:\n  def __add__(self, other):\n    return NotImplemented\n'],
    ['init(coder:)', 'a.swift', 'required init?(coder: NSCoder) {\n  fatalError("init(coder:) has not been implemented")\n}\n'],
    [
      'doubles in a test',
      'test/a.test.ts',
      "import sinon from 'sinon'\nclass Fake { save(user: User) {} }\nfunction f() { throw new Error('not implemented') }\n",
    ],
    ['doubles beside the code', 'src/testing/fake_store.py', 'from unittest.mock import Mock\ndef save(x):\n    pass\n'],
    ['tests in the source', 'src/a.ts', 'if (import.meta.vitest) { const f = vi.fn() }\n'],
    [
      'a text about it',
      'a.ts',
      "const help = 'Commands that are not implemented are listed.'\nfunction f() { show(help); return 'not implemented, but listed' + help }\n",
    ],
    ['a refusal', 'a.py', 'class A:\n    def dup(self):\n        raise NotImplementedError("cannot be copied")\n'],
    ['a fallback', 'a.py', 'if x:\n    def f(a):\n        g(a)\nelse:\n    def f(a):\n        pass\n'],
    ['a local function', 'a.py', 'def f():\n    def onerror(*args):\n        pass\n    return walk(onerror)\n'],
    ['a hook with a docstring', 'a.py', 'class A:\n    def begun(self):\n        """Called before the first one."""\n'],
    ['a value that others look for', 'a.js', 'window.onerror = () => {}\nlog.debug = function () {}\n'],
    ['a constructor function', 'a.js', 'function Context() {}\nContext.prototype.x = 1\n'],
    ['a silent class', 'a.ts', 'const NoColors = class {\n  red(text: string) {}\n}\n'],
    ['a value that comes later', 'a.ts', 'let release: () => void = () => {}\n'],
    ['a docstring that says so', 'a.py', 'def handler(event):\n    """Does nothing on purpose."""\n    pass\n'],
    ['what a comment quotes', 'a.ts', '// `TODO: x` is a mark, and "not implemented" too\n'],
    ['an SQL text', 'a.sql', "insert into t values ('TODO');\n"],
  ]
  for (const [rule, file, text] of honest) it(`is not seen in ${rule}`, () => assert.deepEqual(sure(file, text), []))
})
