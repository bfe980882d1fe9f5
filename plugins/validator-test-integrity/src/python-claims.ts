import {above, childNamed, childrenOf, type SourceCall, type SourceRange, type SourceTree, type SyntaxNode} from '@conduct-cli/source'
import type {Claim} from './claims.ts'
import {constantOf, isSameWithoutCall} from './constants.ts'
import {plainText} from './ranges.ts'

const HELPER = /(?:^|\.)_?(?:assert|expect|verify|check|ensure|must|should)\w*$/i
const TRUTH = /(?:^|\.)(?:assertTrue|assertIsNotNone|assert_)$/
const EQUALITY =
  /(?:^|\.)(?:assert(?:Almost)?Equals?|assertIs|assert(?:Dict|List|Tuple|Set|Sequence|Count|MultiLine)Equal|assert_(?:array_)?(?:almost_)?equal)$/

/** What a call asserts: unittest, pytest, numpy, mocks, and helpers by name. */
export function claimOfPythonCall(call: SourceCall, source: SourceTree): Claim | undefined {
  const {callee, args, from, to, node} = call
  const isContext = /^self\.assert(?:Raises|RaisesRegex|Warns|WarnsRegex)$/.test(callee) && raising(node) !== undefined
  if (isContext || /^pytest\.(?:raises|warns|deprecated_call|fail)$|^(?:self|cls)\.fail$/.test(callee)) {
    const isAny = /^(?:Base)?Exception$/.test(plainText(source, args[0] ?? node)) && args.length === 1
    return {
      from,
      to,
      core: {from, to},
      subject: raising(node) ?? args[0] ?? {from, to},
      wanted: args,
      strength: isAny ? 'weak' : 'exact',
      isThrow: true,
      isTautology: false,
      own: [node],
    }
  }
  if (!HELPER.test(callee) && !callee.startsWith('self.assert')) return undefined
  const isTruth = TRUTH.test(callee)
  const isKnown = isTruth || EQUALITY.test(callee) || /^self\.assert[A-Z]/.test(callee)
  const end = (isTruth ? args[0] : (args[1] ?? args[0]))?.to ?? to
  return {
    from,
    to,
    core: isKnown ? {from, to: end} : {from, to},
    ...(isKnown ? partsOf(call, isTruth, source) : {subject: args[0] ?? {from, to}, strength: 'helper'}),
    isTautology: isTautology(call, source),
    own: [node],
  }
}

/** They ask for a part, a kind or a bound. */
const PARTIAL = /\.assert(?:Not\w+|In|IsNot|IsInstance|Greater\w*|Less\w*|Regex|Matches)$/

type Parts = Pick<Claim, 'subject' | 'wanted' | 'strength'>

function partsOf({callee, args, from, to}: SourceCall, isTruth: boolean, source: SourceTree): Parts {
  const [first = {from, to}, second, ...others] = args
  if (isTruth) return comparedIn(nodeOf(first, source), source) ?? {subject: first, strength: 'weak'}
  const [subject, other] = /\.assert(?:Not)?In$/.test(callee) && second ? [second, first] : [first, second]
  const isLoose =
    /AlmostEquals?$/.test(callee) && others.some((bound) => isLooseBound(source.textOf(bound), source.textOf(second ?? first)))
  return {subject, wanted: other ? [other] : [], strength: isLoose ? 'weak' : PARTIAL.test(callee) ? 'partial' : 'exact'}
}

/** `places=0`, `delta=100`: nearly any number will do. */
function isLooseBound(text: string, value: string): boolean {
  const [, name = 'places', bound = ''] = /^(?:(places|delta)\s*=\s*)?(-?[\d.e]+)$/.exec(text) ?? []
  if (bound === '') return false
  return name === 'places' ? Number(bound) <= 0 : Number(bound) >= Math.max(1, Math.abs(Number(value)) / 2)
}

function nodeOf({from, to}: SourceRange, source: SourceTree): SyntaxNode | undefined {
  let node = source.tree?.resolveInner(from, 1) ?? null
  while (node !== null && node.to < to) node = node.parent
  return node?.from === from && node.to === to ? node : undefined
}

/** `a == 1`: what is compared, with what, and how strictly; `undefined` for what is no comparison. */
function comparedIn(claim: SyntaxNode | undefined, source: SourceTree): Parts | undefined {
  const [left, ...rest] = childrenOf(claim?.name === 'BinaryExpression' ? claim : undefined)
  const right = rest.at(-1)
  const isCompared = rest.slice(0, -1).every(({name}) => /^(?:CompareOp|in|is|not)$/.test(name))
  if (claim === undefined || left === undefined || right === undefined || !isCompared) return undefined
  const operator = rest
    .slice(0, -1)
    .map((node) => source.textOf(node))
    .join(' ')
  if (isLoose(source.textOf(claim)) || (/^(?:is not|!=)$/.test(operator) && source.textOf(right) === 'None'))
    return {subject: left, strength: 'weak'}
  if (/^(?:not )?in$/.test(operator) && /^(?:String|Number)$/.test(left.name)) return {subject: right, wanted: [left], strength: 'partial'}
  return {subject: left, wanted: [right], strength: /^(?:==|is)$/.test(operator) ? 'exact' : 'partial'}
}

/** The block that must raise: it stays the same when another exception is expected of it. */
function raising(call: SyntaxNode): SyntaxNode | undefined {
  return call.parent?.name === 'WithStatement' ? childNamed(call.parent, 'Body') : undefined
}

function isTautology({callee, args: [first, second]}: SourceCall, source: SourceTree): boolean {
  if (first === undefined) return false
  const value = plainText(source, first)
  if (TRUTH.test(callee)) return constantOf(value) === true
  if (callee.endsWith('.assertFalse')) return constantOf(value) === false
  if (callee.endsWith('.assertIsNone')) return value === 'None'
  return second !== undefined && EQUALITY.test(callee) && isSameWithoutCall(value, plainText(source, second))
}

/** `assert x == 1`; `if x != 1: raise AssertionError`, `if (x !== 1) throw new Error()`. */
export function claimOfStatement(node: SyntaxNode, source: SourceTree): Claim | undefined {
  if (node.name !== 'AssertStatement') return failureClaim(node, source)
  const claim = childrenOf(node)[1]
  if (claim === undefined) return undefined
  return {
    from: node.from,
    to: node.to,
    core: claim,
    ...(comparedIn(claim, source) ?? {subject: claim, strength: 'weak'}),
    isTautology: isTrue(claim, source),
    own: [],
  }
}

/** `approx(6, abs=100)`: nearly any number will do. */
function isLoose(text: string): boolean {
  const [, value = '', kind, tolerance = ''] = /\bapprox\(\s*(-?[\d.]+)\s*,\s*(abs|rel)\s*=\s*([\d.e+-]+)/.exec(text) ?? []
  return kind === 'rel' ? Number(tolerance) >= 0.5 : kind === 'abs' && Number(tolerance) >= Math.max(1, Math.abs(Number(value)) / 2)
}

function isTrue(claim: SyntaxNode, source: SourceTree): boolean {
  // `assert (x == 1, "message")` is a tuple, which is true.
  if (claim.name === 'TupleExpression') return childrenOf(claim).length > 2
  return constantOf(plainText(source, claim)) === true
}

function failureClaim(node: SyntaxNode, source: SourceTree): Claim | undefined {
  const text = source.textOf(node)
  if (/SkipTest|NotImplemented/.test(text)) return undefined
  const condition = above(
    node,
    ({name}) => name === 'IfStatement',
    ({name}) => /Function|Definition$|Declaration$/.test(name),
  )
  const end = condition
    ? childrenOf(condition).find(({name}) => name === 'Body' || name === 'Block' || name === 'ThrowStatement')?.from
    : undefined
  const core = condition ? {from: condition.from, to: end ?? node.from} : node
  return {from: node.from, to: node.to, core, subject: core, strength: 'weak', isTautology: false, own: []}
}
