import {above, childNamed, childrenOf, type SourceCall, type SourceRange, type SourceTree, type SyntaxNode} from '@conduct-cli/source'
import type {Claim} from './claims.ts'
import {constantOf, isSameWithoutCall} from './constants.ts'
import {nodesIn, plainText} from './ranges.ts'

const HELPER = /(?:^|\.)(?:assert|expect|verify|check|ensure|must|should)\w*$/i
const TRUTH = /^(?:assert|ok|isTrue|isOk|true|truthy|isNotNull|exists|isDefined|defined|notThrows|doesNotThrow|doesNotReject)$/
/** They ask only that nothing is thrown. */
const CALM = /^(?:notThrows|doesNotThrow|doesNotReject)$/
const EQUALITY = /^(?:(?:deep|strict|deepStrict|same|strictSame|loose)?equals?|is|same|strictSame|eql?|tobe|toequal|tostrictequal)$/i
const RUNNER_METHODS =
  /^(?:is|not|deepEqual|notDeepEqual|ok|notOk|equal|notEqual|same|strictSame|true|false|truthy|falsy|throws|rejects|doesNotThrow|match|like|throwsAsync|notThrows|pass|fail|snapshot|assert)$/
const WEAK_MATCHERS = /^(?:toBeDefined|toBeTruthy|toBeFalsy|ok|exist|toThrow|toHaveBeenCalled|be|called)$/
/** They ask for a part, a kind or a bound. */
const PARTIAL =
  /^(?:not[A-Z].*|toMatch\w*|toContain\w*|toBe(?:Greater|Less)Than\w*|toBeInstanceOf|toBeTypeOf|toHaveProperty|partialDeepStrictEqual|is(?:Above|Below|AtLeast|AtMost|Array|String|Number|Object|Function|Boolean)|match|includes?|contains?|like|above|below|least|most|greaterThan|lessThan|property|instance[oO]f|typeOf|an?)$/
const LOOSE_VALUE = /\bexpect\.(?:anything|any|objectContaining|arrayContaining|stringContaining|stringMatching)\b/

/** What a call asserts: node:assert, chai, the `expect` of jest and vitest, tap, ava, supertest, and helpers by name. */
export function claimOfJavaScriptCall(call: SourceCall, source: SourceTree): Claim | undefined {
  const {callee} = call
  if (/^expect(?:\.\w+)?\(\)/.test(callee)) return expectClaim(call, source)
  if (/^expect(?:\.|$)/.test(callee)) return undefined
  const method = assertMethod(callee, source)
  if (method !== undefined) return assertClaim(call, method, source)
  if (callee.endsWith('.expect')) return {...whole(call), strength: 'exact', isTautology: false}
  return HELPER.test(callee) ? {...whole(call), strength: 'helper', isTautology: false} : undefined
}

/** `expect(x).to.be.true`: an assertion without a call. */
export function propertyClaim(call: SourceCall, source: SourceTree): Claim | undefined {
  if (call.callee !== 'expect' || call.node.parent?.name !== 'MemberExpression') return undefined
  let top: SyntaxNode = call.node
  while (top.parent?.name === 'MemberExpression') top = top.parent
  if (top.parent?.name === 'CallExpression' && top.parent.firstChild?.from === top.from && top.parent.firstChild.to === top.to)
    return undefined
  const subject = call.args[0] ?? call
  const isNegated = /\.not\b/.test(source.text.slice(call.to, top.to))
  const isTautology = !isNegated && constantOf(source.textOf(subject)) !== undefined
  return {from: top.from, to: top.to, core: top, subject, strength: 'weak', isTautology, own: []}
}

const whole = ({from, to, args, node}: SourceCall) => ({from, to, core: {from, to}, subject: args[0] ?? {from, to}, own: [node]})

/** The method of an assertion library, `ok` for a plain `assert(…)`. */
function assertMethod(callee: string, source: SourceTree): string | undefined {
  const dotted = /^(?:[\w$]+\.)*assert((?:\.\w+)*)$/.exec(callee)
  if (dotted) return dotted[1]?.split('.').at(-1) || 'ok'
  const own = /^(?:t|tap|test)\.(\w+)$/.exec(callee)?.[1]
  if (own !== undefined && RUNNER_METHODS.test(own)) return own
  return isImportedAssertion(callee, source) ? callee : undefined
}

function isImportedAssertion(callee: string, source: SourceTree): boolean {
  return source.imports.some(
    ({specifier, names}) => /^(?:node:)?(?:assert(?:\/strict)?|power-assert|uvu\/assert)$/.test(specifier) && names.includes(callee),
  )
}

function assertClaim(call: SourceCall, method: string, source: SourceTree): Claim {
  const [first, second] = call.args
  const isTruth = TRUTH.test(method)
  const end = (isTruth ? first : (second ?? first))?.to ?? call.to
  const parts = {...whole(call), core: {from: call.from, to: end}, isTautology: isTautology(call, method, source)}
  if (first === undefined) return {...parts, strength: isTruth ? 'weak' : 'exact'}
  if (CALM.test(method)) return {...parts, subject: bodyOf(first, source), strength: 'weak'}
  if (isTruth) return {...parts, ...truthOf(first, source)}
  const isPartial = PARTIAL.test(method) || isKind(first, source)
  const wanted = second === undefined ? [] : [second]
  return {...parts, subject: first, wanted, strength: isPartial ? 'partial' : 'exact', isThrow: /^(?:throws|rejects)/i.test(method)}
}

const isKind = (subject: SourceRange, source: SourceTree) => /^(?:typeof\b|Array\.isArray\()/.test(source.textOf(subject))

/** Of `ok(a === 1)`: as if it were `equal(a, 1)`. */
function truthOf(value: SourceRange, source: SourceTree): Pick<Claim, 'subject' | 'wanted' | 'strength'> {
  const node = nodeAt(value, source)
  const [left, operator, right] = childrenOf(node?.name === 'BinaryExpression' ? node : undefined)
  const text = operator ? source.textOf(operator) : ''
  if (left === undefined || right === undefined || !/^(?:[=!]==?|[<>]=?|instanceof|in)$/.test(text))
    return {subject: value, strength: 'weak'}
  return {subject: left, wanted: [right], strength: /^===?$/.test(text) && !isKind(left, source) ? 'exact' : 'partial'}
}

function isTautology({args: [first, second]}: SourceCall, method: string, source: SourceTree): boolean {
  if (method === 'pass') return true
  if (first === undefined) return false
  const value = plainText(source, first)
  if (CALM.test(method)) return false
  if (TRUTH.test(method)) return /^[{[]/.test(value) || isFunction(nodeAt(first, source)) || constantOf(value) === true
  if (second === undefined || !EQUALITY.test(method)) return false
  return isSameWithoutCall(value, plainText(source, second)) || isAnsweredBy(second, value, source)
}

/** A function that nobody calls is true. */
const isFunction = (node: SyntaxNode | undefined) => node !== undefined && /^(?:ArrowFunction|FunctionExpression)$/.test(node.name)

/** The node of an argument. */
function nodeAt({from, to}: SourceRange, source: SourceTree): SyntaxNode | undefined {
  let node = source.tree?.resolveInner(from, 1) ?? null
  while (node !== null && node.to < to) node = node.parent
  return node !== null && node.from === from && node.to === to ? node : undefined
}

/** What a function of one expression comes to. */
function bodyOf(argument: SourceRange, source: SourceTree): SourceRange {
  const node = nodeAt(argument, source)
  return (node?.name === 'ArrowFunction' && node.lastChild?.name !== 'Block' && node.lastChild) || argument
}

/** `const expected = total(items)` before `equal(total(items), expected)`: the code is asked what it should say. */
function isAnsweredBy(expected: SourceRange, actual: string, source: SourceTree): boolean {
  const node = nodeAt(expected, source)
  const scope = node?.name === 'VariableName' ? above(node, ({name}) => isFunctionName(name)) : undefined
  if (scope === undefined) return false
  const before = {from: scope.from, to: expected.from}
  return nodesIn(source, before, ['VariableDeclaration']).some((declaration) => {
    const [, variable, value = ''] = /^(?:const|let|var)\s+(\w+)\s*=\s*([^]*?);?$/.exec(source.textOf(declaration)) ?? []
    return variable === source.textOf(expected) && value === actual
  })
}

const isFunctionName = (name: string) => /^(?:ArrowFunction|FunctionExpression|FunctionDeclaration|MethodDeclaration)$/.test(name)

function expectClaim(call: SourceCall, source: SourceTree): Claim | undefined {
  const inner = innerExpect(call.node, source)
  const list = childNamed(inner, 'ArgList')
  const subject = list && list.to - list.from > 2 ? {from: list.from + 1, to: list.to - 1} : {from: call.from, to: call.to}
  const matcher = call.callee.split('.').at(-1) ?? ''
  const isNegated = /\.(?:not|never)\b/.test(call.callee)
  return {
    ...whole(call),
    subject,
    wanted: call.args,
    strength: expectStrength(call, matcher, {isNegated, isKind: isKind(subject, source)}, source),
    isThrow: /^(?:toThrow|throws?$)/.test(matcher),
    isTautology: !isNegated && isExpectTautology(call, matcher, plainText(source, subject), source),
  }
}

interface Shape {
  readonly isNegated: boolean
  readonly isKind: boolean
}

function expectStrength({args}: SourceCall, matcher: string, {isNegated, isKind: ofKind}: Shape, source: SourceTree): Claim['strength'] {
  const [value, digits] = args.map((arg) => source.textOf(arg))
  if (args.length === 0) return isNegated || WEAK_MATCHERS.test(matcher) ? 'weak' : 'exact'
  if (/^(?:toBeCloseTo|closeTo|approximately)$/.test(matcher) && isLooseBound(matcher, value, digits)) return 'weak'
  return isNegated || ofKind || PARTIAL.test(matcher) || LOOSE_VALUE.test(args.map((arg) => source.textOf(arg)).join())
    ? 'partial'
    : 'exact'
}

/** Digits of jest; a distance of chai. */
function isLooseBound(matcher: string, value = '', bound = ''): boolean {
  if (matcher === 'toBeCloseTo') return Number(bound === '' ? 2 : bound) <= 0
  return Number(bound) >= Math.max(1, Math.abs(Number(value)) / 2)
}

function isExpectTautology({args: [first]}: SourceCall, matcher: string, subject: string, source: SourceTree): boolean {
  if (first === undefined) return constantOf(subject) !== undefined
  return EQUALITY.test(matcher) && isSameWithoutCall(subject, plainText(source, first))
}

function innerExpect(node: SyntaxNode, source: SourceTree): SyntaxNode | undefined {
  let current: SyntaxNode | null = node
  for (let steps = 0; current !== null && steps < 60; steps += 1) {
    if (current.name === 'CallExpression' && /^expect(?:\.\w+)?$/.test(source.textOf(current.firstChild ?? current))) return current
    current = current.firstChild
  }
  return undefined
}
