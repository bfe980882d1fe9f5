import {childNamed, childrenOf, type SourceFunction, type SourceTree, type SyntaxNode} from '@conduct-cli/source'
import {readBody, type ReadCall} from './body.ts'
import {circumstancesOf} from './circumstances.ts'
import {constantOf} from './constants.ts'
import {generatorMark} from './gates.ts'
import {callsIn, nodesIn} from './ranges.ts'
import {NO_MODULE, type Mark, type TestCase} from './test-case.ts'
import {tokensOf} from './tokens.ts'

/** Tests of pytest and unittest: functions, and methods of classes, that the runners collect by name. */
export function pythonTests(source: SourceTree): readonly TestCase[] {
  const fileMarks = scopeMarks(source.tree?.topNode ?? undefined, source)
  return source.functions.filter((each) => isTest(each)).map((each) => toTest(each, fileMarks, source))
}

function isTest({name, kind, owner, node}: SourceFunction): boolean {
  if (!name.startsWith('test') || kind === 'arrow') return false
  if (owner) return owner.name.startsWith('Test') || owner.bases.some((base) => /Test|Case/.test(base))
  let parent = node.parent
  while (parent !== null && parent.name !== 'FunctionDefinition') parent = parent.parent
  return parent === null
}

/** What a call does to the test that it stands in. */
export const readSkip: ReadCall = (callee) => {
  if (/^(?:pytest\.skip|self\.skipTest|skip|unittest\.SkipTest|SkipTest)$/.test(callee))
    return {kind: 'skip', what: `is skipped by \`${callee}()\``}
  return /^(?:pytest\.)?xfail$/.test(callee) ? {kind: 'expected-failure', what: `is expected to fail by \`${callee}()\``} : undefined
}

function toTest(each: SourceFunction, fileMarks: readonly Mark[], source: SourceTree): TestCase {
  const {node, name, owner, body, statements, line} = each
  const outer = node.parent?.name === 'DecoratedStatement' ? node.parent : node
  const parts = readBody({source, range: body ?? node, statements, readCall: readSkip})
  const ownerMarks = owner
    ? [...scopeMarks(childNamed(owner.node, 'Body'), source), ...decoratorMarks(owner.node, source), ...setUpMarks(owner.node, source)]
    : []
  const shadow = unboundBy(each, source)
  const generator = generatorMark(body ?? node, source)
  const missing = callsIn(source, body ?? node).flatMap((call) => importMark(call.node, source) ?? [])
  const marks = [
    ...missing,
    ...shadow,
    ...generator,
    ...fileMarks,
    ...ownerMarks,
    ...decoratorMarks(node, source),
    ...placeMarks(outer, source),
    ...parts.marks,
  ]
  const path = owner ? [owner.name, name] : [name]
  return {
    ...parts,
    file: source.file,
    from: outer.from,
    to: node.to,
    line,
    path,
    marks,
    rows: tokensOf(source, {from: outer.from, to: node.from}),
  }
}

/** `del test_add`, `test_add = None`, or a second `def test_add`: the name stands for something else when pytest looks. */
function unboundBy({name, owner, node, to}: SourceFunction, source: SourceTree): readonly Mark[] {
  const scope = owner ? childNamed(owner.node, 'Body') : source.tree?.topNode
  if (owner && CONSTRUCTOR.test(source.textOf(owner.node)) && !owner.bases.some((base) => /Test|Case/.test(base)))
    return [{kind: 'skip', line: constructorLine(owner.node, source), what: 'is not collected, since its class has a constructor'}]
  const outer = node.parent?.name === 'DecoratedStatement' ? node.parent : node
  const after = childrenOf(scope).find(
    (statement) => statement.from > to && outer.parent?.from === scope?.from && unbinds(statement, name, source),
  )
  return after ? [{kind: 'skip', line: source.lineOf(after.from), what: 'is replaced below, so that the runner does not see it'}] : []
}

const CONSTRUCTOR = /\bdef __(?:init|new)__\b/

const constructorLine = (owner: SyntaxNode, source: SourceTree) => source.lineOf(owner.from + source.textOf(owner).search(CONSTRUCTOR))

function unbinds(statement: SyntaxNode, name: string, source: SourceTree): boolean {
  const text = source.textOf(statement)
  if (statement.name === 'DeleteStatement') return new RegExp(`^del\\b.*\\b${name}\\b`).test(text)
  if (statement.name === 'AssignStatement') return new RegExp(`^${name}\\s*=(?!=)`).test(text)
  return /^(?:FunctionDefinition|DecoratedStatement)$/.test(statement.name) && new RegExp(`^(?:async )?def ${name}\\(`, 'm').test(text)
}

function placeMarks(outer: SyntaxNode, source: SourceTree): readonly Mark[] {
  const {isDead, condition} = circumstancesOf(outer, {from: 0, to: source.text.length + 1}, source)
  return isDead || /^__name__ == "__main__"$/.test(condition ?? '')
    ? [{kind: 'dead', line: source.lineOf(outer.from), what: 'stands where it is never reached'}]
    : []
}

function decoratorMarks(node: SyntaxNode, source: SourceTree): readonly Mark[] {
  if (node.parent?.name !== 'DecoratedStatement') return []
  return childrenOf(node.parent)
    .filter(({name}) => name === 'Decorator')
    .flatMap((decorator) => {
      const [text, line] = [source.textOf(decorator).slice(1).trim(), source.lineOf(decorator.from)]
      return [...markOf(aliased(text, source), line), ...caseMarks(decorator, source)]
    })
}

/** `later = pytest.mark.skip(reason="…")` above, and `@later`. */
function aliased(text: string, source: SourceTree): string {
  if (!/^\w+$/.test(text)) return text
  const assigned = childrenOf(source.tree?.topNode).filter(({name}) => name === 'AssignStatement')
  const found = assigned.map((statement) => new RegExp(`^${text}\\s*=\\s*([\\w.]+(?:\\(.*\\))?)$`, 's').exec(source.textOf(statement))?.[1])
  return found.find((value) => value !== undefined) ?? text
}

/** `pytest.param(1, 2, marks=pytest.mark.skip)`: one case that does not run. */
function caseMarks(decorator: SyntaxNode, source: SourceTree): readonly Mark[] {
  return callsIn(source, decorator)
    .filter(({callee}) => /(?:^|\.)param$/.test(callee))
    .flatMap(({node, line}) => marksIn(source.textOf(node), line))
    .map((mark) => ({...mark, what: `has a case that ${mark.what}`}))
}

/** What a decorator, or a value of `pytestmark`, does to a test. */
function markOf(text: string, line: number): readonly Mark[] {
  const [, word = '', list = ''] =
    /^(?:\w+\.)*(skip|skipif|skipIf|skipUnless|xfail|expectedFailure|parametrize)\b\s*(?:\((.*)\)\s*)?$/s.exec(text) ?? []
  if (word === '') return []
  const what = `\`@${text.split('(')[0]}\``
  if (word === 'parametrize')
    return /^[\s,]*(?:argvalues\s*=\s*)?(?:\[\s*\]|\(\s*\))/.test(list.slice(firstLength(list)))
      ? [{kind: 'skip', line, what: `runs for no case by ${what}`}]
      : []
  if (word === 'skip') return [{kind: 'skip', line, what: `is skipped by ${what}`}]
  if (word === 'expectedFailure') return [{kind: 'expected-failure', line, what: `is expected to fail by ${what}`}]
  const kind = word === 'xfail' ? 'expected-failure' : 'skip'
  const verb = word === 'xfail' ? 'is expected to fail' : 'is skipped'
  const condition = firstArgument(list)
  if (condition === '') return [{kind, line, what: `${verb} by ${what}`}]
  const value = constantOf(condition)
  if (value === (word === 'skipUnless')) return []
  const isOpen = value === undefined
  return [{kind, line, what: `${verb} by ${what}`, ...(isOpen ? {condition: word === 'skipUnless' ? `not ${condition}` : condition} : {})}]
}

/** Empty when the list begins with a keyword. */
function firstArgument(list: string): string {
  const first = list.slice(0, firstLength(list)).trim()
  const [, keyword, value] = /^(\w+)\s*=(?!=)\s*(.*)$/s.exec(first) ?? []
  return keyword === undefined ? first : keyword === 'condition' ? (value ?? '') : ''
}

/** Up to the first comma that is not within brackets or a string. */
function firstLength(list: string): number {
  let depth = 0
  for (const {0: part, index} of list.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[,()[\]{}]/g)) {
    if (part === ',' && depth === 0) return index
    if ('([{'.includes(part)) depth += 1
    if (')]}'.includes(part)) depth -= 1
  }
  return list.length
}

/** Statements of a module or class that hold for every test in it. */
function scopeMarks(scope: SyntaxNode | undefined, source: SourceTree): readonly Mark[] {
  return childrenOf(scope).flatMap((statement) => {
    const line = source.lineOf(statement.from)
    const text = source.textOf(statement)
    if (statement.name === 'AssignStatement' && /^__test__\s*=\s*False/.test(text)) {
      return [{kind: 'skip', line, what: 'is not collected because of `__test__ = False`'}]
    }
    if (statement.name === 'AssignStatement' && /^pytestmark\s*=/.test(text)) return marksIn(text, line)
    const isGuard = /^(?:ExpressionStatement|RaiseStatement|IfStatement|TryStatement)$/.test(statement.name)
    return isGuard ? moduleSkips(statement, source) : []
  })
}

function marksIn(text: string, line: number): readonly Mark[] {
  const marks = text.match(/(?:\w+\.)+mark\.\w+(?:\((?:[^()]|\([^()]*\))*\))?/g) ?? []
  return marks.flatMap((mark) => markOf(mark, line))
}

/** `pytest.skip(allow_module_level=True)`, `raise unittest.SkipTest`. */
function moduleSkips(statement: SyntaxNode, source: SourceTree): readonly Mark[] {
  return callsIn(source, statement).flatMap(({callee, node, line}) => {
    const read = readSkip(callee)
    const place = circumstancesOf(node, {from: 0, to: source.text.length + 1}, source)
    const missing = importMark(node, source)
    if (missing && !place.condition) return [missing]
    if (!read || place.isDead || place.condition?.includes('when a function')) return []
    return [{...read, line, ...(place.condition === undefined ? {} : {condition: place.condition})}]
  })
}

/** `pytest.importorskip("fast")` whose module nobody uses: the condition names it. */
function importMark(call: SyntaxNode, source: SourceTree): Mark | undefined {
  const [, module] = /^pytest\.importorskip\(\s*["']([\w.]+)["']/.exec(source.textOf(call)) ?? []
  if (module === undefined || call.parent?.name !== 'ExpressionStatement') return undefined
  const isUsed = source.imports.some(({specifier}) => specifier.split('.')[0] === module.split('.')[0])
  if (isUsed) return undefined
  return {kind: 'skip', line: source.lineOf(call.from), what: `is skipped without \`${module}\``, condition: `${NO_MODULE}${module}`}
}

/** `setUp` and its kin run before every test of the class. */
function setUpMarks(owner: SyntaxNode, source: SourceTree): readonly Mark[] {
  return nodesIn(source, owner, ['FunctionDefinition'])
    .filter((node) => /^(?:setUp|setUpClass|setup_method|setup_class|setup)$/.test(source.textOf(childNamed(node, 'VariableName') ?? node)))
    .flatMap((node) => readBody({source, range: childNamed(node, 'Body') ?? node, readCall: readSkip}).marks)
    .filter(({kind}) => kind === 'skip')
}
