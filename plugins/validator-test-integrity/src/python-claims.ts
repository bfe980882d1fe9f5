import {above, childNamed, childrenOf, type SourceCall, type SourceTree, type SyntaxNode} from '@conduct-cli/source'
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
  if (/^pytest\.(?:raises|warns|deprecated_call|fail)$|^(?:self|cls)\.fail$/.test(callee)) {
    const isAny = /^(?:Base)?Exception$/.test(plainText(source, args[0] ?? node)) && args.length === 1
    return {
      from,
      to,
      core: {from, to},
      subject: raising(node) ?? args[0] ?? {from, to},
      strength: isAny ? 'weak' : 'exact',
      isTautology: false,
      own: [node],
    }
  }
  if (!HELPER.test(callee) && !callee.startsWith('self.assert')) return undefined
  const isTruth = TRUTH.test(callee)
  const isKnown = isTruth || EQUALITY.test(callee) || /^self\.assert[A-Z]/.test(callee)
  const end = (isTruth ? args[0] : (args[1] ?? args[0]))?.to ?? to
  const strength = isTruth ? 'weak' : isKnown ? 'exact' : 'helper'
  return {
    from,
    to,
    core: isKnown ? {from, to: end} : {from, to},
    subject: args[0] ?? {from, to},
    strength,
    isTautology: isTautology(call, source),
    own: [node],
  }
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
  const isCompared = claim.name === 'BinaryExpression' && childNamed(claim, 'CompareOp', 'in', 'is', 'not') !== undefined
  const subject = isCompared ? (claim.firstChild ?? claim) : claim
  return {
    from: node.from,
    to: node.to,
    core: claim,
    subject,
    strength: isCompared && !isLoose(source.textOf(claim)) ? 'exact' : 'weak',
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
