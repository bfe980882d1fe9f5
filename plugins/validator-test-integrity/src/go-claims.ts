import {above, childrenOf, type SourceCall, type SourceRange, type SourceTree, type SyntaxNode} from '@conduct-cli/source'
import type {Claim} from './claims.ts'
import {constantOf, isSameWithoutCall} from './constants.ts'
import {plainText} from './ranges.ts'

const FAILURE = /^[\w.()]+\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)$/
const LIBRARY =
  /^(?:assert|require|must|is|s|suite|[\w.()]+\.(?:Require|Assert)\(\))\.(?:\w*Equal\w*|True|False|Nil|NotNil|NoError|Error|ErrorIs|ErrorAs|ErrorContains|Contains|NotContains|Len|Empty|NotEmpty|Zero|NotZero|Greater\w*|Less\w*|Panics\w*|NotPanics|InDelta|Eventually|Regexp|Same|ElementsMatch|Implements|IsType|Fail|FailNow)f?$/
const HELPER = /(?:^|\.)(?:assert|expect|verify|check|ensure|must|require|should)\w*$/i

/** What a call asserts: the `testing` package, testify and its kin, and helpers by name. */
export function claimsOfGoCall(call: SourceCall, source: SourceTree): Claim | readonly Claim[] | undefined {
  const {callee, from, to, node, args} = call
  if (LIBRARY.test(callee)) return libraryClaim(call, source)
  if (FAILURE.test(callee)) return failureClaims(call, source)
  if (!HELPER.test(callee)) return undefined
  return {from, to, core: {from, to}, subject: args[0] ?? {from, to}, strength: 'helper', isTautology: false, own: [node]}
}

/** `assert.Equal(t, want, got, "message")`; in a suite the `t` is left out. */
function libraryClaim({callee, args, from, to, node}: SourceCall, source: SourceTree): Claim {
  const values = /^(?:assert|require|must|is)\./.test(callee) && plainText(source, args[0] ?? {from, to}).length < 12 ? args.slice(1) : args
  const isTruth = /\.(?:True|False|Nil|NotNil|NoError|Error|Empty|NotEmpty|Zero|NotZero)f?$/.test(callee)
  const [first, second] = values
  const text = first ? plainText(source, first) : ''
  const isEqual = /\.(?:Equal|EqualValues|Exactly|Same)f?$/.test(callee) && second !== undefined
  const isTautology =
    (/\.Truef?$/.test(callee) && constantOf(text) === true) ||
    (/\.Falsef?$/.test(callee) && constantOf(text) === false) ||
    (/\.Nilf?$/.test(callee) && text === 'nil') ||
    (isEqual && isSameWithoutCall(text, plainText(source, second)))
  const end = (isTruth ? first : (second ?? first))?.to ?? to
  return {
    from,
    to,
    core: {from, to: end},
    subject: second ?? first ?? {from, to},
    wanted: !isTruth && first && second ? [first] : [],
    strength: isTruth || isLooseDelta(callee, values, source) ? 'weak' : PARTIAL.test(callee) ? 'partial' : 'exact',
    isThrow: /\.Error(?:Is|As|Contains)f?$/.test(callee),
    isTautology,
    own: [node],
  }
}

/** They ask for a part, a kind or a bound. */
const PARTIAL = /\.(?:Not\w+|Contains|Greater\w*|Less\w*|Regexp|IsType|Implements|Subset)f?$/

/** `InDelta(t, 5, got, 100)`: nearly any number will do. */
function isLooseDelta(callee: string, [want, , delta]: readonly SourceRange[], source: SourceTree): boolean {
  if (!/\.In(?:Delta|Epsilon)f?$/.test(callee) || want === undefined || delta === undefined) return false
  const bound = Number(source.textOf(delta))
  return callee.includes('Epsilon') ? bound >= 0.5 : bound >= Math.max(1, Math.abs(Number(source.textOf(want))) / 2)
}

/** `if got != 5 || err != nil { t.Errorf("…") }`: that neither condition holds is what is claimed. */
function failureClaims({from, to, node}: SourceCall, source: SourceTree): readonly Claim[] {
  const statement = above(
    node,
    ({name}) => name === 'IfStatement',
    ({name}) => name === 'FunctionLiteral' || name === 'FunctionDecl',
  )
  const children = childrenOf(statement)
  const index = children.findIndex(({name}) => name === 'Block')
  const [condition, block] = [children[index - 1], children[index]]
  if (statement === undefined || condition === undefined || block === undefined || block.from > from)
    return [{from, to, core: {from, to}, subject: {from, to}, strength: 'weak', isTautology: false, own: []}]
  const parts = alternatives(condition, source)
  const isNever = constantOf(source.textOf(condition)) === false
  return parts.map((part, place) => {
    const core = {from: place === 0 ? statement.from : part.from, to: place === parts.length - 1 ? block.from : part.to}
    const isTautology = isNever || constantOf(source.textOf(part)) === false
    return {from, to, core, ...negated(part, source), isTautology, own: []}
  })
}

/** The sides of `||`. */
function alternatives(condition: SyntaxNode, source: SourceTree): readonly SyntaxNode[] {
  const [left, operator, right] = childrenOf(condition)
  const isOr = condition.name === 'BinaryExp' && operator !== undefined && source.textOf(operator) === '||'
  return isOr && left && right ? [...alternatives(left, source), right] : [condition]
}

const SAME = /(?:^|\.)(?:Is|As|DeepEqual|Equal\w*)$/

/** What is claimed by failing where a condition holds. */
function negated(condition: SyntaxNode, source: SourceTree): Pick<Claim, 'subject' | 'wanted' | 'strength'> {
  const [left, operator, right] = childrenOf(condition)
  const sign = operator ? source.textOf(operator) : ''
  if (condition.name === 'BinaryExp' && left && right && /^(?:[=!]=|[<>]=?)$/.test(sign)) {
    if (source.textOf(right) === 'nil') return {subject: left, strength: 'weak'}
    return {subject: left, wanted: [right], strength: sign === '!=' ? 'exact' : 'partial'}
  }
  const isNegated = source.textOf(condition).startsWith('!')
  const call = isNegated ? source.calls.find(({from, to}) => condition.from <= from && to === condition.to) : undefined
  const [first, second] = call?.args ?? []
  if (call === undefined || first === undefined || second === undefined) return {subject: condition, strength: 'weak'}
  return {subject: first, wanted: [second], strength: SAME.test(call.callee) ? 'exact' : 'partial'}
}
