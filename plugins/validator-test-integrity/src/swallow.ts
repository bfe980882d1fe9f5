import {childNamed, childrenOf, type SourceRange, type SourceTree, type SyntaxNode} from '@conduct-cli/source'
import {callsIn, isWithin, nodesIn} from './ranges.ts'
import type {Assertion, Mark} from './test-case.ts'

export interface Swallow {
  readonly mark: Mark
  /** Assertions in here cannot fail the test. */
  readonly within: SourceRange
}

/** Places in a test where a failing assertion is caught and nothing comes of it. */
export function swallowsIn(source: SourceTree, range: SourceRange, assertions: readonly Assertion[]): readonly Swallow[] {
  if (source.language === 'go') return recovers(source, range)
  const tries = nodesIn(source, range, ['TryStatement']).flatMap((node) => tried(node, source))
  const others = source.language === 'python' ? suppressed(source, range) : caughtPromises(source, range)
  return [...tries, ...others].filter(({within}) => assertions.some((assertion) => isWithin(assertion, within)))
}

const swallow = (place: SourceRange, within: SourceRange, source: SourceTree, what: string): Swallow => ({
  mark: {kind: 'swallow', line: source.lineOf(place.from), what},
  within: {from: within.from, to: within.to},
})

/** The block of a `try` whose handler lets nothing out. A loop tries again, so one in a loop is left alone. */
function tried(node: SyntaxNode, source: SourceTree): readonly Swallow[] {
  if (isInLoop(node)) return []
  const block = childNamed(node, 'Block', 'Body')
  const handler = source.language === 'python' ? pythonHandler(node, source) : childNamed(node, 'CatchClause')
  if (block === undefined || handler === undefined || letsOut(handler, source)) return []
  return [swallow(handler, block, source, 'catches its own failed assertions and goes on')]
}

function isInLoop(node: SyntaxNode): boolean {
  let parent = node.parent
  for (let steps = 0; parent !== null && steps < 4; steps += 1) {
    if (/^(?:While|For|Do)Statement$/.test(parent.name)) return true
    parent = parent.parent
  }
  return false
}

const FAILS = /(?:^|\.)(?:assert\w*|expect|fail\w*|done|reject|next|throws|raises|Error|Errorf|Fatal|Fatalf|Fail|FailNow)(?:\b|$)/

/** It throws again, asserts, or says in some other way that the test failed. */
function letsOut(handler: SourceRange, source: SourceTree): boolean {
  if (nodesIn(source, handler, ['ThrowStatement', 'RaiseStatement', 'AssertStatement']).length > 0) return true
  return callsIn(source, handler).some(({callee}) => FAILS.test(callee)) || keepsError(handler, source)
}

/** `error = e`: looked at later. */
function keepsError({from, to}: SourceRange, source: SourceTree): boolean {
  return nodesIn(source, {from, to}, ['AssignmentExpression', 'AssignStatement']).length > 0
}

/** The body of the first handler that catches a failed assertion. */
function pythonHandler(node: SyntaxNode, source: SourceTree): SyntaxNode | undefined {
  const children = childrenOf(node)
  for (const [index, child] of children.entries()) {
    if (child.name !== 'except') continue
    const next = children[index + 1]
    const body = children.slice(index).find(({name}) => name === 'Body')
    const types = next === undefined || next.name === 'Body' ? 'BaseException' : source.textOf(next)
    if (/\b(?:AssertionError|Exception|BaseException)\b/.test(types)) return body
  }
  return undefined
}

/** `with suppress(AssertionError):`. */
function suppressed(source: SourceTree, range: SourceRange): readonly Swallow[] {
  return nodesIn(source, range, ['WithStatement']).flatMap((node) => {
    const body = childNamed(node, 'Body')
    const head = body ? source.text.slice(node.from, body.from) : ''
    const isSuppressing = /\bsuppress\([^)]*\b(?:AssertionError|Exception|BaseException)\b/.test(head)
    return body && isSuppressing ? [swallow(node, body, source, 'suppresses its own failed assertions')] : []
  })
}

/** `promise.then(() => expect(…)).catch(() => {})`. */
function caughtPromises(source: SourceTree, range: SourceRange): readonly Swallow[] {
  return callsIn(source, range).flatMap((call) => {
    const [handler] = call.args
    if (!call.callee.endsWith('.catch') || handler === undefined || !/=>\s*(?:\{\s*\}|undefined|null|void 0)$/.test(source.textOf(handler)))
      return []
    return [swallow(handler, {from: call.from, to: handler.from}, source, 'catches its own failed assertions and goes on')]
  })
}

/** `defer func() { recover() }()`: a panic of the code under test is no failure any more. */
function recovers(source: SourceTree, range: SourceRange): readonly Swallow[] {
  return nodesIn(source, range, ['DeferStatement']).flatMap((node) => {
    const calls = callsIn(source, node)
    if (!calls.some(({callee}) => callee === 'recover') || calls.some(({callee}) => FAILS.test(callee) || callee === 'panic')) return []
    return [swallow(node, node, source, 'recovers from panics of the code and goes on')]
  })
}
