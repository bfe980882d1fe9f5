import type {SourceFunction, SourceRange, SourceTree, SyntaxNode} from '@conduct-cli/source'
import {circumstancesOf} from './circumstances.ts'
import {assertionsIn} from './claims.ts'
import {gateOf, isForegone} from './gates.ts'
import {holdsHere} from './here.ts'
import {callsIn, isWithin, nodesIn} from './ranges.ts'
import {swallowsIn} from './swallow.ts'
import type {Assertion, Mark, TestCase} from './test-case.ts'
import {tokensOf} from './tokens.ts'

/** How a call in a test's body, such as `t.skip()`, keeps the test from failing. */
export type ReadCall = (callee: string) => {readonly kind: Mark['kind']; readonly what: string} | undefined

export interface BodyRequest {
  readonly source: SourceTree
  readonly range: SourceRange
  /** Statements of the body; absent when the test is handed a function by name. */
  readonly statements?: SourceFunction['statements'] | undefined
  readonly readCall: ReadCall
}

/** What can be said of the body of a test in any language. */
export function readBody({source, range, statements, readCall}: BodyRequest): Omit<TestCase, 'file' | 'path' | 'line' | 'from' | 'to'> {
  const end = earlyReturn(statements ?? [], range, source)
  const all = assertionsIn(source, range)
  const gates = new Map(
    all.flatMap((assertion) => {
      const gate = gateOf(assertion, range, source)
      return gate ? [[assertion, gate] as const] : []
    }),
  )
  const isOpen = (assertion: Assertion) => gates.get(assertion)?.condition !== undefined || !gates.has(assertion)
  const reached = all
    .filter((assertion) => (end === undefined || assertion.to <= end.from) && !isDead(assertion, range, source) && isOpen(assertion))
    .map((assertion) => (isForegone(assertion, range, source) ? {...assertion, isTautology: true} : assertion))
  const dead = all.find((assertion) => isDead(assertion, range, source))
  const calls = callsIn(source, range)
  const marks: Mark[] = []
  for (const {callee, node, line} of calls) {
    const read = readCall(callee)
    const place = read && circumstancesOf(node, range, source)
    if (read && place && !place.isDead) marks.push({...read, line, ...(place.condition === undefined ? {} : {condition: place.condition})})
  }
  if (end) marks.push({kind: 'early-return', line: source.lineOf(end.from), what: 'returns before it has checked anything more'})
  marks.push(...returnsHere(statements ?? [], range, source))
  if (dead) marks.push({kind: 'dead', line: dead.line, what: 'has its assertions where they are never reached'})
  marks.push(...[...gates.values()].slice(0, 1))
  const swallowed = swallowsIn(source, range, all)
  marks.push(...swallowed.map(({mark}) => mark))
  return {
    tokens: tokensOf(source, range),
    assertions: reached.filter((assertion) => !swallowed.some(({within}) => isWithin(assertion, within))),
    marks,
    isEmpty: statements !== undefined && statements.filter(({name}) => name !== 'PassStatement').length === 0,
    doesSomething: calls.some((call) => !all.some((assertion) => isWithin(call, assertion))),
  }
}

/** A `return` in the body itself, with statements after it. What a function declares after it is hoisted. */
function earlyReturn(statements: readonly SyntaxNode[], range: SourceRange, source: SourceTree): SyntaxNode | undefined {
  const index = statements.findIndex((statement) => statement.name === 'ReturnStatement' || returnsAlways(statement, range, source))
  const after = index === -1 ? [] : statements.slice(index + 1).filter(({name}) => name !== 'FunctionDeclaration')
  return after.length > 0 ? statements[index] : undefined
}

/** `if (process.env.CI) return`: not reached where work is checked. */
function returnsHere(statements: readonly SyntaxNode[], range: SourceRange, source: SourceTree): readonly Mark[] {
  return statements
    .filter(({name}) => name === 'IfStatement')
    .flatMap((statement) => nodesIn(source, statement, ['ReturnStatement']))
    .flatMap((node) => {
      const {isDead, condition} = circumstancesOf(node, range, source)
      const isHere = !isDead && condition !== undefined && holdsHere(condition)
      const what = `returns before it has checked anything, where work is checked (\`${condition}\`)`
      return isHere ? [{kind: 'early-return', line: source.lineOf(node.from), what, condition} as const] : []
    })
}

/** `if (true) return`. */
function returnsAlways(statement: SyntaxNode, range: SourceRange, source: SourceTree): boolean {
  if (statement.name !== 'IfStatement') return false
  let found = false
  const cursor = statement.cursor()
  const end = statement.to
  while (!found && cursor.next() && cursor.from < end) {
    if (cursor.name !== 'ReturnStatement') continue
    const {isDead, condition} = circumstancesOf(cursor.node, range, source)
    found = !isDead && condition === undefined
  }
  return found
}

function isDead(assertion: Assertion, range: SourceRange, source: SourceTree): boolean {
  const node = source.tree?.resolve(assertion.from, 1)
  return node ? circumstancesOf(node, range, source).isDead : false
}
