import {above, type SourceRange, type SourceTree, type SyntaxNode} from '@conduct-cli/source'
import {circumstancesOf} from './circumstances.ts'
import {worthHere} from './here.ts'
import {nodesIn, plainText} from './ranges.ts'
import type {Assertion, Mark} from './test-case.ts'
import {tokensOf} from './tokens.ts'

/** Why an assertion that stands in a test may say nothing all the same; `undefined` when it is asked as any other. */
export function gateOf(assertion: Assertion, range: SourceRange, source: SourceTree): Mark | undefined {
  const node = nodeAt(assertion, source)
  if (node === undefined) return undefined
  return uncalled(node, range, source) ?? unwaited(node, assertion, source) ?? tooLate(node, range, source) ?? closed(node, range, source)
}

/** It is asked only where the answer is known: `if (total === 7) assert.equal(total, 7)`. */
export function isForegone(assertion: Assertion, range: SourceRange, source: SourceTree): boolean {
  const node = nodeAt(assertion, source)
  // In Go an assertion is a condition under which the test fails.
  if (source.language === 'go') return false
  const condition = (node && circumstancesOf(node, range, source).condition)?.replaceAll(' ', '')
  if (condition === undefined || assertion.wanted.length === 0 || assertion.strength === 'helper') return false
  return [assertion.subject.replaceAll(' ', ''), ...assertion.wanted].every((word) => condition.includes(word))
}

/** The outermost node that is all of a range. */
function nodeAt({from, to}: SourceRange, source: SourceTree): SyntaxNode | undefined {
  let node = source.tree?.resolveInner(from, 1) ?? null
  while (node !== null && node.to < to) node = node.parent
  return node ?? undefined
}

const FUNCTION = /^(?:ArrowFunction|FunctionExpression|FunctionDeclaration|FunctionDefinition|LambdaExpression|FunctionLiteral)$/

/** The function within the test that a node stands in. */
function innerFunction(node: SyntaxNode, range: SourceRange): SyntaxNode | undefined {
  const found = above(node, ({name}) => FUNCTION.test(name))
  return found && range.from <= found.from && found.to <= range.to ? found : undefined
}

const line = (place: SourceRange, source: SourceTree) => source.lineOf(place.from)

/** `const check = () => assert…`, and nobody says `check` again. */
function uncalled(node: SyntaxNode, range: SourceRange, source: SourceTree): Mark | undefined {
  const inner = innerFunction(node, range)
  const holder = inner?.parent
  if (inner === undefined || !holder) return undefined
  const mark: Mark = {kind: 'dead', line: line(node, source), what: 'has its assertions in a function that is never called'}
  if (holder.name === 'ExpressionStatement') return mark
  const isDeclared = /^(?:VariableDeclaration|AssignStatement|VarDecl)$/.test(holder.name)
  const isNamed = /^(?:FunctionDeclaration|FunctionDefinition)$/.test(inner.name)
  if (!isDeclared && !isNamed) return undefined
  const name = /^(?:(?:async\s+)?(?:const|let|var|def|function\*?)\s+)?(\w+)/.exec(source.textOf(isDeclared ? holder : inner).trim())?.[1]
  const uses = tokensOf(source, range).filter(({text}) => text === name)
  return name !== undefined && uses.length === 1 && holder.name !== 'DecoratedStatement' ? mark : undefined
}

/** `expect(…).rejects.toThrow()` without `await`: the test has ended when it fails. */
function unwaited(node: SyntaxNode, {from, to}: Assertion, source: SourceTree): Mark | undefined {
  const text = source.textOf({from, to})
  const isPromise = /^expect\b[^]*\)\s*\.(?:rejects|resolves)\b|^(?:\w+\.)*assert\.(?:rejects|doesNotReject)\(/.test(text)
  if (!isPromise || node.parent?.name !== 'ExpressionStatement' || !/^(?:java|type)script$/.test(source.language)) return undefined
  return {kind: 'swallow', line: source.lineOf(from), what: 'does not wait for what it asserts'}
}

const TIMERS = /^(?:setTimeout|setInterval|setImmediate|queueMicrotask|process\.nextTick)\(/

/** In a timer or a goroutine that nothing waits for. */
function tooLate(node: SyntaxNode, range: SourceRange, source: SourceTree): Mark | undefined {
  const inner = innerFunction(node, range)
  const call = inner && above(inner, ({name}) => /^(?:CallExpression|CallExpr)$/.test(name))
  if (inner === undefined || call?.parent == null) return undefined
  const isTimer = call.parent.name === 'ExpressionStatement' && TIMERS.test(source.textOf(call)) && innerFunction(call, range) === undefined
  const isRoutine = call.parent.name === 'GoStatement'
  const waits = isRoutine ? /\.Wait\(|<-/ : /\b(?:done|await|resolve|tick\w*|runAll\w*|runOnly\w*|advance\w*|useFakeTimers)\b/
  if (!(isTimer || isRoutine) || waits.test(source.textOf(range)) || takesCallback(range, source)) return undefined
  return {kind: 'swallow', line: line(node, source), what: 'asserts when nobody waits for it any more'}
}

const takesCallback = (range: SourceRange, source: SourceTree) =>
  source.language !== 'go' &&
  source.functions.some(({body, parameters}) => body?.from === range.from && /^\(?\s*(?:done|cb|callback|next|_?\w+,)/.test(parameters))

/** `if (process.env.FULL) assert…`: the variable is set nowhere. */
function closed(node: SyntaxNode, range: SourceRange, source: SourceTree): Mark | undefined {
  const {condition} = circumstancesOf(node, range, source)
  if (condition === undefined || worthHere(condition) !== false) return undefined
  return {kind: 'dead', line: line(node, source), what: `asserts only where \`${condition}\``, condition: `not ${condition}`}
}

/** `yield` in a test: Python makes a generator of it, and nothing is run. */
export function generatorMark(range: SourceRange, source: SourceTree): readonly Mark[] {
  const yielded = nodesIn(source, range, ['YieldStatement', 'YieldExpression']).find((node) => innerFunction(node, range) === undefined)
  return yielded
    ? [{kind: 'dead', line: line(yielded, source), what: `is a generator by \`${plainText(source, yielded)}\`, which is not run`}]
    : []
}
