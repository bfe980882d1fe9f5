import type {SyntaxNode} from '@lezer/common'
import type {SourceFile} from './grammar.ts'
import type {SourceRange} from './source-tree.ts'

/** The children of a node, in order. Text between them that the grammar gives no name is not among them. */
export function childrenOf(node: SyntaxNode | null | undefined): readonly SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node?.firstChild ?? null; child !== null; child = child.nextSibling) children.push(child)
  return children
}

/** The first child that has one of the names. */
export function childNamed(node: SyntaxNode | null | undefined, ...names: readonly string[]): SyntaxNode | undefined {
  for (let child = node?.firstChild ?? null; child !== null; child = child.nextSibling) if (names.includes(child.name)) return child
  return undefined
}

/** The nearest node above that `isIt`, looking no further than `isEnd`, and not far: trees of hostile files are deep. */
export function above(
  node: SyntaxNode,
  isIt: (node: SyntaxNode) => boolean,
  isEnd: (node: SyntaxNode) => boolean = () => false,
): SyntaxNode | undefined {
  let candidate = node.parent
  for (let steps = 0; candidate !== null && steps < 50; steps += 1) {
    if (isIt(candidate)) return candidate
    if (isEnd(candidate)) return undefined
    candidate = candidate.parent
  }
  return undefined
}

/** Statements of a block: all but punctuation, comments, and what could not be read. */
export function statementsOf(block: SyntaxNode | undefined): readonly SyntaxNode[] {
  return childrenOf(block).filter(({name, type}) => /^[A-Z]/.test(name) && !name.endsWith('Comment') && !type.isError)
}

/** The arguments of a list in parentheses: what stands between its commas. */
export function argumentsOf(list: SyntaxNode | undefined): readonly SourceRange[] {
  return splitAtCommas(childrenOf(list).filter(({name}) => !/^[()[\]{}]$|Comment$/.test(name))).map((nodes) => ({
    from: nodes[0]?.from ?? 0,
    to: nodes.at(-1)?.to ?? 0,
  }))
}

/** Runs of nodes without commas; none of them is empty. */
export function splitAtCommas(nodes: readonly SyntaxNode[]): readonly (readonly SyntaxNode[])[] {
  const runs: SyntaxNode[][] = [[]]
  for (const node of nodes) {
    if (node.name === ',') runs.push([])
    else runs.at(-1)?.push(node)
  }
  return runs.filter(({length}) => length > 0)
}

/** The text of a string without prefix and quotes; escapes are left as they are. */
export function unquote(text: string): string {
  return /^[a-zA-Z]*("""|'''|["'`])([\s\S]*)\1$/.exec(text)?.[2] ?? text
}

const MEMBERS = new Set([
  'MemberExpression',
  'SelectorExpr',
  'FieldAccess',
  'FieldExpression',
  'ScopedIdentifier',
  'ScopedExpression',
  'ScopedTypeName',
  'QualifiedName',
  'MethodInvocation',
])
const WRAPPERS = new Set(['CallExpression', 'CallExpr', 'NewExpression', 'ObjectCreationExpression', 'TaggedTemplateExpression'])
const TRANSPARENT = new Set([
  'ParenthesizedExpression',
  'ParenthesizedExpr',
  'AwaitExpression',
  'GenericFunction',
  'InstantiationExpression',
  'MethodInvocation',
])
const ARGUMENTS = new Set(['ArgList', 'Arguments', 'ArgumentList'])

/** `a?.b().c` as `a.b().c`: see `SourceCall.callee`. */
export function dotted(node: SyntaxNode | undefined, source: SourceFile): string {
  const parts: string[] = []
  let current = node
  // Chains of a hostile file are endless; nobody's callee is longer than this.
  for (let steps = 0; current !== undefined && steps < 40; steps += 1) {
    const last = lastName(current)
    if (MEMBERS.has(current.name) && last !== undefined && last.from > current.from) parts.unshift(memberText(last, source))
    else if (WRAPPERS.has(current.name)) parts.unshift('()')
    else if (!TRANSPARENT.has(current.name)) return join([leafText(current, source), ...parts])
    current = childrenOf(current).find(({name}) => /^[A-Za-z]/.test(name) && !/^(?:new|await)$/.test(name))
  }
  return join(['', ...parts])
}

function lastName(node: SyntaxNode): SyntaxNode | undefined {
  const last = node.lastChild
  if (last?.type.isError || (last && ARGUMENTS.has(last.name))) return last.prevSibling ?? undefined
  return last ?? undefined
}

function memberText(node: SyntaxNode, source: SourceFile): string {
  return node.name === ']' ? '[]' : source.textOf(node)
}

function leafText(node: SyntaxNode, source: SourceFile): string {
  return /Identifier$|Name$|Definition$|^(?:this|super|self|crate)$/.test(node.name) ? source.textOf(node) : `<${node.name}>`
}

function join(parts: readonly string[]): string {
  return parts.reduce(
    (left, part) => (part.startsWith('(') || part.startsWith('[') || left === '' ? `${left}${part}` : `${left}.${part}`),
    '',
  )
}
