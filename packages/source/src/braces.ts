import type {SyntaxNode} from '@lezer/common'
import {parser as cppParser} from '@lezer/cpp'
import {parser as javaParser} from '@lezer/java'
import {parser as phpParser} from '@lezer/php'
import {parser as rustParser} from '@lezer/rust'
import type {FunctionParts, Grammar, SourceFile} from './grammar.ts'
import {above, childNamed, childrenOf, dotted, statementsOf} from './nodes.ts'
import type {SourceOwner} from './source-tree.ts'

/** Languages with braces, of which functions and calls are read, but not imports. */
interface Names {
  readonly body: string
  readonly name: string
  readonly parameters: string
  readonly closures: string
  readonly owners: string
  /** Owners whose members have no bodies by design. */
  readonly contracts: string
}

export const java: Grammar = {
  language: 'java',
  parser: javaParser,
  comments: 'LineComment BlockComment',
  strings: 'StringLiteral TextBlock',
  functions: 'MethodDeclaration ConstructorDeclaration LambdaExpression',
  calls: 'MethodInvocation ObjectCreationExpression',
  imports: '',
  readImports: () => [],
  readFunction: reader({
    body: 'Block ConstructorBody',
    name: 'Definition',
    parameters: 'FormalParameters',
    closures: 'LambdaExpression',
    owners: 'ClassDeclaration InterfaceDeclaration EnumDeclaration RecordDeclaration',
    contracts: 'InterfaceDeclaration',
  }),
}

export const rust: Grammar = {
  language: 'rust',
  parser: rustParser,
  comments: 'LineComment BlockComment',
  strings: 'String RawString',
  functions: 'FunctionItem ClosureExpression',
  calls: 'CallExpression MacroInvocation',
  imports: '',
  readImports: () => [],
  readFunction: reader({
    body: 'Block',
    name: 'BoundIdentifier',
    parameters: 'ParamList',
    closures: 'ClosureExpression',
    owners: 'ImplItem TraitItem',
    contracts: 'TraitItem',
  }),
}

export const cpp: Grammar = {
  language: 'cpp',
  parser: cppParser,
  comments: 'LineComment BlockComment',
  strings: 'String RawString',
  functions: 'FunctionDefinition LambdaExpression',
  calls: 'CallExpression NewExpression',
  imports: '',
  readImports: () => [],
  readFunction: reader({
    body: 'CompoundStatement',
    name: 'Identifier FieldIdentifier ScopedIdentifier DestructorName OperatorName',
    parameters: 'ParameterList',
    closures: 'LambdaExpression',
    owners: 'ClassSpecifier StructSpecifier',
    contracts: '',
  }),
}

export const php: Grammar = {
  language: 'php',
  parser: phpParser,
  comments: 'LineComment BlockComment',
  strings: 'String HeredocString',
  functions: 'FunctionDefinition MethodDeclaration FunctionExpression ArrowFunction',
  calls: 'CallExpression NewExpression',
  imports: '',
  readImports: () => [],
  readFunction: reader({
    body: 'Block',
    name: 'Name',
    parameters: 'ParamList',
    closures: 'FunctionExpression ArrowFunction',
    owners: 'ClassDeclaration InterfaceDeclaration TraitDeclaration EnumDeclaration',
    contracts: 'InterfaceDeclaration',
  }),
}

function reader(names: Names): Grammar['readFunction'] {
  const isIn = (list: string) => (node: SyntaxNode) => list.split(' ').includes(node.name)
  return (node, source) => {
    const body = childNamed(node, ...names.body.split(' '))
    const owner = isIn(names.closures)(node)
      ? undefined
      : ownerOf(above(node, isIn(names.owners), isIn(names.body)), isIn(names.contracts), source)
    // C and C++ keep the name with the parameters, in a declarator.
    const head = childNamed(node, 'FunctionDeclarator') ?? node
    const name = isIn(names.closures)(node) ? undefined : childNamed(head, ...names.name.split(' '))
    const parameters = childNamed(head, names.parameters)
    return {
      name: name ? source.textOf(name) : '',
      kind: isIn(names.closures)(node) ? 'arrow' : kindOf(node, name ? source.textOf(name) : '', owner),
      body,
      statements: statementsOf(body),
      isAbstract: body === undefined && !isIn(names.closures)(node),
      isArgument: /^Arg(?:ument)?List$/.test(node.parent?.name ?? ''),
      decorators: decoratorsOf(node, source),
      parameters: parameters ? source.textOf(parameters) : '',
      owner,
    }
  }
}

function kindOf(node: SyntaxNode, name: string, owner: SourceOwner | undefined): FunctionParts['kind'] {
  if (owner === undefined) return 'function'
  return node.name === 'ConstructorDeclaration' || name === owner.name || name === '__construct' ? 'constructor' : 'method'
}

const OWNER_NAMES = ['Definition', 'TypeIdentifier', 'Name'] as const

function ownerOf(node: SyntaxNode | undefined, isContract: (node: SyntaxNode) => boolean, source: SourceFile): SourceOwner | undefined {
  if (node === undefined) return undefined
  const types = childrenOf(node).filter(({name}) => OWNER_NAMES.some((candidate) => candidate === name))
  const lists = childrenOf(node).filter(({name}) =>
    /^(?:Superclass|SuperInterfaces|BaseClassClause|BaseClause|ClassInterfaceClause)$/.test(name),
  )
  // `impl Trait for Type`: the type is the owner, the trait a base.
  const isImpl = node.name === 'ImplItem' && types.length > 1
  const name = isImpl ? types.at(-1) : types[0]
  const bases = [...(isImpl ? types.slice(0, 1) : []), ...lists.flatMap(basesIn)]
  const modifiers = childNamed(node, 'Modifiers') ?? node
  return {
    name: name ? source.textOf(name) : '',
    bases: bases.map((base) => dotted(base, source)),
    isAbstract: isContract(node) || childNamed(modifiers, 'abstract') !== undefined,
    node,
  }
}

function basesIn(clause: SyntaxNode): readonly SyntaxNode[] {
  const list = childNamed(clause, 'InterfaceTypeList') ?? clause
  return childrenOf(list).filter(({name}) => /Name$|Identifier$/.test(name))
}

/** Annotations of Java, attributes of Rust. */
function decoratorsOf(node: SyntaxNode, source: SourceFile): readonly string[] {
  const annotations = childrenOf(childNamed(node, 'Modifiers')).filter(({name}) => name.endsWith('Annotation'))
  const attributes = node.parent?.name === 'AttributeItem' ? childrenOf(node.parent).filter(({name}) => name === 'Attribute') : []
  return [
    ...annotations.map((annotation) => source.textOf(annotation).slice(1)),
    ...attributes.map((attribute) => source.textOf(attribute).replace(/^#?\[([\s\S]*)\]$/, '$1')),
  ]
}
