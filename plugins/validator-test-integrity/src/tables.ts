import {childNamed, childrenOf, type SourceRange, type SourceTree, type SyntaxNode} from '@conduct-cli/source'
import {nodesIn} from './ranges.ts'
import {tokensOf} from './tokens.ts'

/** A row of a table that a test goes through. */
export interface Row {
  /** Values and names in it, as written. */
  readonly words: readonly string[]
  /** Values alone. */
  readonly values: readonly string[]
}

/** Tables of `each` and `parametrize`, and lists that loops in a test, or around it, go through; those that stand in the file. */
export function tablesIn(source: SourceTree, range: SourceRange): readonly (readonly Row[])[] {
  const lists = [...nodesIn(source, range, ROUNDS), ...aroundOf(range, source)].flatMap((node) => listOf(node, source) ?? [])
  const distinct = new Map(lists.map((list) => [list.from, list]))
  return [...distinct.values()].map((list) => toRows(list, source))
}

const ROUNDS = ['ForStatement', 'CallExpression', 'CallExpr', 'Decorator']
const LISTS = /^(?:ArrayExpression|TupleExpression|SetExpression|DictionaryExpression|ObjectExpression|LiteralValue)$/

/** Nesting that no person writes is not climbed out of. */
const MAX_STEPS = 60

function aroundOf(range: SourceRange, source: SourceTree): readonly SyntaxNode[] {
  const found: SyntaxNode[] = []
  let node = source.tree?.resolveInner(range.from, 1).parent ?? null
  for (let steps = 0; node !== null && steps < MAX_STEPS; steps += 1) {
    const isAround = node.from < range.from || node.to > range.to
    if (isAround && ROUNDS.includes(node.name)) found.push(node)
    node = node.parent
  }
  return found
}

/** The list that a loop, a call or a decorator goes through; `undefined` when it goes through none, or none that stands here. */
function listOf(node: SyntaxNode, source: SourceTree): SyntaxNode | undefined {
  const expression = node.name === 'ForStatement' ? loopedOver(node) : calledOver(node, source)
  return expression && toList(expression, source)
}

function loopedOver(loop: SyntaxNode): SyntaxNode | undefined {
  const children = childrenOf(childNamed(loop, 'ForOfSpec', 'RangeClause') ?? loop)
  const index = children.findIndex(({name}) => /^(?:of|in|range)$/.test(name))
  return index === -1 ? undefined : children[index + 1]
}

function calledOver(call: SyntaxNode, source: SourceTree): SyntaxNode | undefined {
  const callee = call.name === 'Decorator' ? source.textOf(call).split('(')[0] : source.textOf(call.firstChild ?? call)
  if (/\.(?:forEach|map)$/.test(callee ?? '')) return call.firstChild?.firstChild ?? undefined
  if (!/\.(?:each|for|parametrize)$/.test(callee ?? '')) return undefined
  return childrenOf(childNamed(call, 'ArgList')).findLast(({name}) => LISTS.test(name) || name === 'VariableName')
}

function toList(expression: SyntaxNode, source: SourceTree, depth = 0): SyntaxNode | undefined {
  if (depth > 4) return undefined
  if (LISTS.test(expression.name)) return expression
  if (expression.name === 'VariableName') {
    const value = declared(expression, source)
    return value && toList(value, source, depth + 1)
  }
  // `enumerate(rows)`, `Object.entries(rows)`, `rows.items()`, `rows as const`, `[]struct{…}{…}`.
  const inner = [...childrenOf(childNamed(expression, 'ArgList')), ...childrenOf(expression), ...childrenOf(expression.firstChild)]
  const next = inner.find(({name}) => LISTS.test(name)) ?? inner.findLast(({name}) => name === 'VariableName')
  return next && toList(next, source, depth + 1)
}

const DECLARATIONS = ['VariableDeclaration', 'AssignStatement', 'VarDecl', 'VarSpec']

/** The value that a name was last given above, or anywhere. */
function declared(name: SyntaxNode, source: SourceTree): SyntaxNode | undefined {
  const text = source.textOf(name)
  const all = nodesIn(source, {from: 0, to: source.text.length + 1}, DECLARATIONS).filter((node) => {
    const target = childNamed(node, 'VariableDefinition', 'VariableName', 'DefName')
    return target !== undefined && source.textOf(target) === text
  })
  const children = childrenOf(all.findLast(({from}) => from < name.from) ?? all[0])
  const equals = children.findIndex(({name: kind}) => /^(?:Equals|AssignOp|=|:=)$/.test(kind))
  return equals === -1 ? undefined : children[equals + 1]
}

function toRows(list: SyntaxNode, source: SourceTree): readonly Row[] {
  const runs: SyntaxNode[][] = [[]]
  for (const child of childrenOf(list)) {
    if (child.name === ',') runs.push([])
    else if (!/^[[\](){}]$|Comment$/.test(child.name)) runs.at(-1)?.push(child)
  }
  return runs.flatMap((run) => {
    const [first, last] = [run[0], run.at(-1)]
    if (first === undefined || last === undefined) return []
    const tokens = tokensOf(source, {from: first.from, to: last.to}).filter(({text}) => /[\w"'`]/.test(text))
    return [{words: tokens.map(({text}) => text), values: tokens.filter(({isLiteral}) => isLiteral).map(({text}) => text)}]
  })
}
