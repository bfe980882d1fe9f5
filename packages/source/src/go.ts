import type {SyntaxNode} from '@lezer/common'
import {parser} from '@lezer/go'
import type {FunctionParts, Grammar, ImportParts, SourceFile} from './grammar.ts'
import {childNamed, childrenOf, statementsOf, unquote} from './nodes.ts'

export const go: Grammar = {
  language: 'go',
  parser,
  comments: 'LineComment BlockComment',
  strings: 'String',
  functions: 'FunctionDecl MethodDecl FunctionLiteral MethodElem',
  calls: 'CallExpr',
  imports: 'ImportSpec',
  readFunction,
  readImports,
}

function readFunction(node: SyntaxNode, source: SourceFile): FunctionParts {
  const body = childNamed(node, 'Block')
  const name = childNamed(node, 'DefName', 'FieldName')
  const isMethod = node.name.startsWith('Method')
  const lists = childrenOf(node).filter((child) => child.name === 'Parameters')
  const parameters = node.name === 'MethodDecl' ? lists[1] : lists[0]
  return {
    name: name ? source.textOf(name) : namedByParent(node, source),
    kind: node.name === 'FunctionLiteral' ? 'arrow' : isMethod ? 'method' : 'function',
    body,
    statements: statementsOf(body),
    isAbstract: body === undefined,
    isArgument: node.parent?.name === 'Arguments',
    decorators: [],
    parameters: parameters ? source.textOf(parameters) : '',
    owner: receiverOf(node, lists[0], source),
  }
}

/** `f := func() {…}`, `var f = func() {…}`. Of several at once it is not known which is which. */
function namedByParent(node: SyntaxNode, source: SourceFile): string {
  const name = /^(?:VarSpec|VarDecl)$/.test(node.parent?.name ?? '') ? node.parent?.firstChild : undefined
  return name?.name === 'DefName' && name.nextSibling?.name !== ',' ? source.textOf(name) : ''
}

/** The type of `func (s *Server[T]) …` is `Server`. */
function receiverOf(node: SyntaxNode, receiver: SyntaxNode | undefined, source: SourceFile): FunctionParts['owner'] {
  if (node.name !== 'MethodDecl' || receiver === undefined) return undefined
  const name = /(\w+)\s*(?:\[[^\]]*\])?\s*\)$/.exec(source.textOf(receiver))?.[1] ?? ''
  return {name, bases: [], isAbstract: false, node}
}

function readImports(node: SyntaxNode, source: SourceFile): readonly ImportParts[] {
  const literal = childNamed(node, 'String')
  if (literal === undefined) return []
  const specifier = unquote(source.textOf(literal))
  const names = childNamed(node, '.') ? ['*'] : []
  return [{specifier, names, kind: 'static', isTypeOnly: false, isGuarded: false, level: 0}]
}
