import {
  above,
  childrenOf,
  unquote,
  type SourceCall,
  type SourceFunction,
  type SourceRange,
  type SourceTree,
  type SyntaxNode,
} from '@conduct-cli/source'
import {readBody, type ReadCall} from './body.ts'
import {circumstancesOf} from './circumstances.ts'
import {constantOf} from './constants.ts'
import {callsIn, isWithin, nodesIn, plainText} from './ranges.ts'
import type {Mark, TestCase} from './test-case.ts'
import {tokensOf} from './tokens.ts'

const ROOT = /^(?:(?:Deno|t|ctx|QUnit|tap|globalThis|test|runner)\.)?([xf]?(?:describe|context|suite|it|test|specify))((?:\.\w+|\(\))*)$/
/** `it.mock.method(…)` is no test; nor is `it.skipIf(…)` before it is called again. */
const MODIFIERS =
  /^(?:\.(?:skip|only|todo|concurrent|sequential|serial|parallel|shuffle|failing|fails|each|for|describe)|\.(?:skipIf|runIf)\(\)|\(\))*$/
const HOOK = /^(?:before|beforeAll|beforeEach|setup|suiteSetup)$/

interface Entry {
  readonly call: SourceCall
  readonly isSuite: boolean
  readonly name: string
  readonly marks: readonly Mark[]
  readonly body: SourceFunction | undefined
}

/** Tests of node:test, mocha, jest, vitest, Deno, and whatever else has `it` or `test`. */
export function javascriptTests(source: SourceTree): readonly TestCase[] {
  const functions = new Map(source.functions.map((each) => [each.from, each]))
  const aliases = aliasesIn(source)
  const tests: TestCase[] = []
  const around: Entry[] = []
  const fileMarks: Mark[] = []
  for (const call of source.calls) {
    while (around.length > 0 && !isWithin(call, around.at(-1)?.call ?? call)) around.pop()
    if (around.length === 0) fileMarks.push(...hookMark(call, source))
    const entry = readEntry(call, functions, source, {aliases, scope: around.at(-1)?.call ?? {from: 0, to: source.text.length + 1}})
    if (entry === undefined) continue
    if (!entry.isSuite) tests.push(toTest(entry, around, source))
    around.push(entry)
  }
  return fileMarks.length === 0 ? tests : tests.map((test) => ({...test, marks: [...fileMarks, ...test.marks]}))
}

function readEntry(
  call: SourceCall,
  functions: ReadonlyMap<number, SourceFunction>,
  source: SourceTree,
  {scope, aliases}: {readonly scope: SourceRange; readonly aliases: ReadonlyMap<string, string>},
): Entry | undefined {
  const callee = calleeOf(call, aliases, source)
  const [, word = '', modifiers = ''] = ROOT.exec(callee) ?? []
  if (word === '' || modifiers.endsWith('.each') || !MODIFIERS.test(modifiers)) return undefined
  const body = call.args.map(({from}) => functions.get(from)).findLast((each) => each !== undefined && isWithin(each, call))
  const [first] = call.args
  const isNamed = first !== undefined && /^["'`]/.test(source.textOf(first))
  const isTodo = /\.(?:todo|skip)\b/.test(modifiers) || word.startsWith('x')
  if (!body && !(isNamed && (call.args.length > 1 || isTodo))) return undefined
  if (!isNamed && !body) return undefined
  const name = first && body?.from !== first.from ? unquote(source.textOf(first)).replaceAll(/\s+/g, ' ') : (body?.name ?? '')
  const isSuite = /describe|context|suite/.test(word) || modifiers.startsWith('.describe')
  const marks = [...wordMarks(word, modifiers, call, source), ...optionMarks(call, source), ...placeMarks(call, scope, source)]
  return {call, isSuite, name, body, marks: [...marks, ...(isSuite && body ? hookMarks(body, source) : [])]}
}

/** `(isCI ? it.skip : it)('…')`, `maybe('…')`: one that is chosen elsewhere is a test all the same. */
function calleeOf({callee, node}: SourceCall, aliases: ReadonlyMap<string, string>, source: SourceTree): string {
  if (!callee.startsWith('<ConditionalExpression>')) {
    const [root = ''] = /^\w+/.exec(callee) ?? []
    return `${aliases.get(root) ?? root}${callee.slice(root.length)}`
  }
  return /\b(it|test|describe)\b/.exec(source.textOf(node.firstChild ?? node))?.[1] ?? callee
}

/**
 * `const maybe = hasGit ? it : it.skip`, which is `it` under a condition; `const never = it.skip`, which is that, also when
 * it is called `test`; `import {test as base}`.
 */
function aliasesIn(source: SourceTree): ReadonlyMap<string, string> {
  const all = {from: 0, to: source.text.length + 1}
  const aliases = new Map<string, string>()
  for (const node of nodesIn(source, all, ['ImportDeclaration'])) {
    for (const [, word = '', name = ''] of source.textOf(node).matchAll(/\b(it|test|describe)\s+as\s+(\w+)/g)) aliases.set(name, word)
  }
  for (const node of nodesIn(source, all, ['VariableDeclaration', 'AssignmentExpression'])) {
    const [, name = '', value = ''] = /^(?:(?:const|let|var)\s+)?(\w+)\s*=\s*([^]*?);?$/.exec(source.textOf(node)) ?? []
    const chosen = /^[^;?]*\?[^;]*?\b(it|test|describe)\b/.exec(value)?.[1]
    const [, root = '', rest = ''] = /^(\w+)((?:\.\w+)*)$/.exec(value) ?? []
    const word = chosen ?? (/^(?:it|test|describe)$/.test(root) ? value : aliases.has(root) ? `${aliases.get(root)}${rest}` : undefined)
    if (name !== '' && word !== undefined) aliases.set(name, word)
  }
  return aliases
}

function wordMarks(word: string, modifiers: string, call: SourceCall, source: SourceTree): readonly Mark[] {
  const {line} = call
  const written = `${word}${modifiers}`
  if (/^x|\.(?:skip|todo)\b/.test(written)) return [{kind: 'skip', line, what: `is skipped by \`${written}\``}]
  if (/^f|\.only\b/.test(written)) return [{kind: 'only', line, what: `keeps all others from running by \`${written}\``}]
  if (/\.(?:fails|failing)\b/.test(written)) return [{kind: 'expected-failure', line, what: `is expected to fail by \`${written}\``}]
  const conditional = /\.(skipIf|runIf)\(\)/.exec(modifiers)?.[1]
  return conditional === undefined ? [] : conditionalMarks(conditional, call, source)
}

/** `it.skipIf(condition)('…')`. */
function conditionalMarks(word: string, call: SourceCall, source: SourceTree): readonly Mark[] {
  const inner = callsIn(source, call).find(({callee, from}) => from === call.from && callee.endsWith(`.${word}`))
  const [argument] = inner?.args ?? []
  const text = argument ? plainText(source, argument) : ''
  const value = constantOf(text)
  if (value === (word === 'runIf')) return []
  const condition = word === 'runIf' ? `not ${text}` : text
  return [{kind: 'skip', line: call.line, what: `is skipped by \`${word}\``, ...(value === undefined ? {condition} : {})}]
}

/** `{skip: true}`, `{todo: 'later'}`, `{only: true}`. */
function optionMarks({args}: SourceCall, source: SourceTree): readonly Mark[] {
  return args.slice(0, 3).flatMap((argument) => {
    const node = source.tree?.resolve(argument.from, 1)
    const object = node?.name === 'ObjectExpression' ? node : node?.parent
    if (object?.name !== 'ObjectExpression' || object.from !== argument.from) return []
    return childrenOf(object).flatMap((property) => optionMark(property, source))
  })
}

function optionMark(property: SyntaxNode, source: SourceTree): readonly Mark[] {
  const [key, , value] = childrenOf(property)
  const name = key ? unquote(source.textOf(key)) : ''
  if (!/^(?:skip|todo|only)$/.test(name) || !value || /Function/.test(value.name)) return []
  const text = plainText(source, value)
  const constant = constantOf(text)
  if (constant === false) return []
  const what = name === 'only' ? 'keeps all others from running by `only`' : `is skipped by \`${name}: ${text.slice(0, 30)}\``
  return [{kind: name === 'only' ? 'only' : 'skip', line: source.lineOf(property.from), what, ...(constant ? {} : {condition: text})}]
}

/** The call itself may stand where it is never reached. */
function placeMarks({node, line}: SourceCall, scope: SourceRange, source: SourceTree): readonly Mark[] {
  const {isDead} = circumstancesOf(node, scope, source)
  return isDead ? [{kind: 'dead', line, what: 'stands where it is never reached'}] : []
}

const hookMarks = (suite: SourceRange, source: SourceTree) => callsIn(source, suite).flatMap((call) => hookMark(call, source))

/** `before(function () { this.skip() })`: for the whole suite, or the whole file. */
function hookMark({callee, args: [argument]}: SourceCall, source: SourceTree): readonly Mark[] {
  if (!HOOK.test(callee) || argument === undefined) return []
  const range = source.functions.find(({from}) => from === argument.from)?.body ?? argument
  return readBody({source, range, readCall: readSkip}).marks.filter(({kind}) => kind === 'skip')
}

/** What a call does to the test that it stands in. */
export const readSkip: ReadCall = (callee) =>
  /^(?:this|t|ctx|context|task|test|it)\.(?:skip|todo)$/.test(callee) ? {kind: 'skip', what: `is skipped by \`${callee}()\``} : undefined

function toTest({call, name, marks, body}: Entry, around: readonly Entry[], source: SourceTree): TestCase {
  const range: SourceRange = body?.body ?? call.args.at(-1) ?? call
  const parts = readBody({source, range, statements: body?.statements, readCall: readSkip})
  return {
    ...parts,
    file: source.file,
    from: call.from,
    to: call.to,
    line: call.line,
    path: [...around.map((entry) => entry.name), name],
    marks: [...around.flatMap((entry) => entry.marks), ...marks, ...parts.marks],
    rows: rowsOf(call, range, source),
    isEmpty: parts.isEmpty && marks.length === 0,
  }
}

/** Rows of `each`, and of a loop that makes tests. */
function rowsOf(call: SourceCall, {from}: SourceRange, source: SourceTree): TestCase['rows'] {
  const own = tokensOf(source, {from: call.from, to: from})
  const loop = above(call.node, ({name}) => name === 'ForStatement') ?? above(call.node, (node) => isLoopCall(node, source))
  if (loop === undefined) return own
  const lists = nodesIn(source, {from: 0, to: source.text.length}, ['VariableDeclaration']).filter(({parent}) => parent?.name === 'Script')
  return [...own, ...tokensOf(source, {from: loop.from, to: call.from}), ...lists.flatMap((list) => tokensOf(source, list))]
}

function isLoopCall({name, firstChild}: SyntaxNode, source: SourceTree): boolean {
  return name === 'CallExpression' && firstChild !== null && /\.(?:forEach|map)$/.test(source.textOf(firstChild))
}
