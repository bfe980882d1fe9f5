import type {SyntaxNode} from '@lezer/common'
import {parser} from '@lezer/python'
import type {FunctionParts, Grammar, ImportParts, SourceFile} from './grammar.ts'
import {above, childNamed, childrenOf, dotted, splitAtCommas, statementsOf, unquote} from './nodes.ts'
import {plainWith} from './python-with.ts'
import type {SourceOwner} from './source-tree.ts'

export const python: Grammar = {
  language: 'python',
  parser,
  prepare: plainWith,
  comments: 'Comment',
  strings: 'String FormatString',
  functions: 'FunctionDefinition LambdaExpression',
  calls: 'CallExpression',
  imports: 'ImportStatement CallExpression',
  readFunction,
  readImports,
}

/** A string that stands alone. Only the first one documents, but nobody reads the others as data either. */
export function isDocstring(node: SyntaxNode): boolean {
  const outer = node.parent?.name === 'ContinuedString' ? node.parent : node
  return outer.parent?.name === 'ExpressionStatement' && outer.prevSibling === null && outer.nextSibling === null
}

function readFunction(node: SyntaxNode, source: SourceFile): FunctionParts {
  const body = childNamed(node, 'Body') ?? (node.name === 'LambdaExpression' ? (node.lastChild ?? undefined) : undefined)
  const name = childNamed(node, 'VariableName')
  const owner = ownerOf(node, source)
  const decorators = decoratorsOf(node, source)
  const parameters = childNamed(node, 'ParamList')
  return {
    name: node.name === 'FunctionDefinition' && name ? source.textOf(name) : '',
    kind: kindOf(node, owner, name ? source.textOf(name) : ''),
    body,
    statements: node.name === 'LambdaExpression' ? (body ? [body] : []) : statementsIn(body),
    isAbstract: source.file.endsWith('.pyi') || owner?.isAbstract === true || decorators.some((text) => BODILESS.test(text)),
    isArgument: node.parent?.name === 'ArgList',
    decorators,
    parameters: parameters ? source.textOf(parameters) : '',
    owner,
  }
}

const BODILESS = /^(?:\w+\.)*(?:abstract\w*|overload)\b/

/** Statements behind one another on a line are a group. */
function statementsIn(body: SyntaxNode | undefined): readonly SyntaxNode[] {
  return statementsOf(body)
    .flatMap((statement) => (statement.name === 'StatementGroup' ? statementsOf(statement) : [statement]))
    .filter((statement, index) => index > 0 || !(statement.firstChild && isDocstring(statement.firstChild) && isText(statement.firstChild)))
}

function isText({name}: SyntaxNode): boolean {
  return name === 'String' || name === 'ContinuedString'
}

function kindOf(node: SyntaxNode, owner: SourceOwner | undefined, name: string): FunctionParts['kind'] {
  if (node.name === 'LambdaExpression') return 'arrow'
  if (owner === undefined) return 'function'
  return name === '__init__' ? 'constructor' : 'method'
}

function decoratorsOf(node: SyntaxNode, source: SourceFile): readonly string[] {
  if (node.parent?.name !== 'DecoratedStatement') return []
  return childrenOf(node.parent)
    .filter(({name}) => name === 'Decorator')
    .map((decorator) => source.textOf(decorator).slice(1).trim())
}

function ownerOf(node: SyntaxNode, source: SourceFile): SourceOwner | undefined {
  if (node.name !== 'FunctionDefinition') return undefined
  const owner = above(
    node,
    ({name}) => name === 'ClassDefinition',
    ({name}) => name === 'FunctionDefinition',
  )
  const name = childNamed(owner, 'VariableName')
  if (owner === undefined || name === undefined) return undefined
  const list = splitAtCommas(childrenOf(childNamed(owner, 'ArgList')).filter((child) => !/^[()]$|Comment$/.test(child.name)))
  const bases = list.map((nodes) => baseText(nodes, source))
  return {name: source.textOf(name), bases, isAbstract: bases.some((base) => /(?:^|\.)Protocol$/.test(base)), node: owner}
}

/** `Generic[T]` is `Generic`. */
function baseText(nodes: readonly SyntaxNode[], source: SourceFile): string {
  const [first, ...rest] = nodes
  if (first === undefined) return ''
  return rest.length > 0 ? nodes.map((node) => source.textOf(node)).join('') : dotted(first, source).replaceAll('[]', '')
}

function readImports(node: SyntaxNode, source: SourceFile): readonly ImportParts[] {
  const shared = {isTypeOnly: isTypeOnly(node, source), isGuarded: isGuarded(node)}
  if (node.name === 'CallExpression') return readCall(node, source).map((parts) => ({...parts, ...shared, isTypeOnly: false}))
  const parts = childrenOf(node).filter(({name}) => !/^[()]$|Comment$/.test(name))
  if (parts[0]?.name !== 'from') {
    return splitAtCommas(parts.slice(1)).map((nodes) => ({...toImport(beforeAs(nodes), [], source), ...shared}))
  }
  const middle = parts.findIndex(({name}) => name === 'import')
  const names = splitAtCommas(parts.slice(middle + 1)).map(([first]) => (first ? source.textOf(first) : ''))
  return middle === -1 ? [] : [{...toImport(parts.slice(1, middle), names, source), ...shared}]
}

function beforeAs(nodes: readonly SyntaxNode[]): readonly SyntaxNode[] {
  const index = nodes.findIndex(({name}) => name === 'as')
  return index === -1 ? nodes : nodes.slice(0, index)
}

function toImport(nodes: readonly SyntaxNode[], names: readonly string[], source: SourceFile) {
  const specifier = nodes.map((node) => source.textOf(node)).join('')
  return {specifier, names, kind: 'static' as const, level: /^\.*/.exec(specifier)?.[0].length ?? 0}
}

/** `importlib.import_module('a')`, `__import__('a')`. */
function readCall(node: SyntaxNode, source: SourceFile) {
  const callee = node.firstChild
  if (callee === null || callee.to - callee.from > 40 || !/^(?:(?:importlib\.)?import_module|__import__)$/.test(source.textOf(callee)))
    return []
  const literal = childrenOf(childNamed(node, 'ArgList'))[1]
  if (literal?.name !== 'String') return []
  const specifier = unquote(source.textOf(literal))
  return [{specifier, names: [], kind: 'dynamic' as const, level: /^\.*/.exec(specifier)?.[0].length ?? 0}]
}

function isTypeOnly(node: SyntaxNode, source: SourceFile): boolean {
  const body = above(
    node,
    ({name, parent}) => name === 'Body' && parent?.name === 'IfStatement',
    ({name}) => name.endsWith('Definition'),
  )
  const condition = body?.prevSibling
  return condition ? /^(?:\w+\.)?TYPE_CHECKING$/.test(source.textOf(condition)) : false
}

function isGuarded(node: SyntaxNode): boolean {
  const inTry = above(
    node,
    ({name, parent}) => name === 'Body' && parent?.name === 'TryStatement',
    ({name}) => name === 'FunctionDefinition',
  )
  return inTry !== undefined && inTry.prevSibling?.name === 'try'
}
