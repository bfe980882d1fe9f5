import type {SyntaxNode} from '@lezer/common'
import {parser} from '@lezer/javascript'
import {withoutExportTypes} from './export-types.ts'
import type {FunctionParts, Grammar, ImportParts, SourceFile} from './grammar.ts'
import {above, childNamed, childrenOf, dotted, splitAtCommas, statementsOf, unquote} from './nodes.ts'
import type {SourceFunction, SourceOwner} from './source-tree.ts'

const SHARED = {
  comments: 'LineComment BlockComment',
  strings: 'String TemplateString JSXAttributeValue',
  functions: 'FunctionDeclaration AmbientFunctionDeclaration FunctionExpression ArrowFunction MethodDeclaration MethodType Property',
  calls: 'CallExpression NewExpression TaggedTemplateExpression',
  imports: 'ImportDeclaration ExportDeclaration DynamicImport ImportType CallExpression',
  readFunction,
  readImports,
} as const

/** JSX is read everywhere but in `.ts`, where `<T>x` is a cast. */
export const javascript: Grammar = {...SHARED, language: 'javascript', parser: parser.configure({dialect: 'jsx'})}
export const typescript: Grammar = {
  ...SHARED,
  language: 'typescript',
  parser: parser.configure({dialect: 'ts'}),
  prepare: withoutExportTypes,
}
export const tsx: Grammar = {...SHARED, language: 'typescript', parser: parser.configure({dialect: 'ts jsx'}), prepare: withoutExportTypes}

function readFunction(node: SyntaxNode, source: SourceFile): FunctionParts | undefined {
  const parameters = childNamed(node, 'ParamList')
  // `{key: value}` is a property, too.
  if (node.name === 'Property' && parameters === undefined) return undefined
  const body = node.name === 'ArrowFunction' ? arrowBody(node) : childNamed(node, 'Block')
  const owner = ownerOf(node, source)
  const name = nameOf(node, source)
  const isAbstract = body === undefined || childNamed(node, 'abstract') !== undefined || source.file.endsWith('.d.ts')
  return {
    name,
    kind: kindOf(node, name, owner),
    body,
    statements: body === undefined || body.name === 'Block' ? statementsOf(body) : [body],
    isAbstract,
    isArgument: node.parent?.name === 'ArgList',
    decorators: childrenOf(node)
      .filter((child) => child.name === 'Decorator')
      .map((child) => source.textOf(child).slice(1)),
    parameters: parameters === undefined ? '' : source.textOf(parameters),
    owner,
  }
}

function arrowBody(node: SyntaxNode): SyntaxNode | undefined {
  const arrow = childNamed(node, 'Arrow')
  return childrenOf(node).find(({from, name}) => arrow !== undefined && from >= arrow.to && !name.endsWith('Comment'))
}

function kindOf(node: SyntaxNode, name: string, owner: SourceOwner | undefined): SourceFunction['kind'] {
  if (node.name === 'ArrowFunction') return 'arrow'
  if (!/^(?:MethodDeclaration|MethodType|Property)$/.test(node.name)) return 'function'
  if (name === 'constructor' && owner !== undefined) return 'constructor'
  return childNamed(node, 'get', 'set') ? 'accessor' : 'method'
}

const NAMES = ['VariableDefinition', 'PropertyDefinition', 'PrivatePropertyDefinition', 'PropertyName'] as const

function nameOf(node: SyntaxNode, source: SourceFile): string {
  const own = node.name === 'ArrowFunction' ? undefined : childNamed(node, ...NAMES, 'String', 'Number')
  const name = own ?? namedByParent(node)
  return name === undefined ? '' : unquote(source.textOf(name))
}

/** `const f = () => …`, `{f: () => …}`, `f = () => …` in a class, `exports.f = () => …`. */
function namedByParent(node: SyntaxNode): SyntaxNode | undefined {
  const {parent} = node
  if (parent?.name === 'AssignmentExpression') return parent.firstChild?.name === node.name ? undefined : (parent.firstChild ?? undefined)
  if (!/^(?:VariableDeclaration|Property|PropertyDeclaration)$/.test(parent?.name ?? '')) return undefined
  let before = node.prevSibling
  while (before !== null && before.name !== ',' && !NAMES.some((name) => name === before?.name)) before = before.prevSibling
  return before === null || before.name === ',' ? undefined : before
}

const CLASSES = /^(?:ClassDeclaration|ClassExpression|InterfaceDeclaration)$/

function ownerOf(node: SyntaxNode, source: SourceFile): SourceOwner | undefined {
  if (!node.name.startsWith('Method')) return undefined
  const owner = above(
    node,
    ({name}) => CLASSES.test(name),
    ({name}) => name === 'Block',
  )
  if (owner === undefined) return undefined
  const name = childNamed(owner, 'VariableDefinition', 'TypeDefinition') ?? namedByParent(owner)
  const bases = childrenOf(owner).filter(({name: part}) => /^(?:VariableName|TypeName|MemberExpression|ParameterizedType)$/.test(part))
  return {
    name: name === undefined ? '' : source.textOf(name),
    bases: bases.map((base) => dotted(base.name === 'ParameterizedType' ? (base.firstChild ?? base) : base, source)),
    isAbstract: owner.name === 'InterfaceDeclaration' || childNamed(owner, 'abstract') !== undefined,
    node: owner,
  }
}

function readImports(node: SyntaxNode, source: SourceFile): readonly ImportParts[] {
  const kind = importKind(node, source)
  const literal = kind === undefined ? undefined : specifierOf(node)
  if (kind === undefined || literal === undefined) return []
  return [
    {
      specifier: unquote(source.textOf(literal)),
      names: namesOf(node, source),
      kind,
      isTypeOnly: isTypeOnly(node),
      isGuarded: isGuarded(node),
      level: 0,
    },
  ]
}

function importKind(node: SyntaxNode, source: SourceFile): ImportParts['kind'] | undefined {
  if (node.name === 'ImportDeclaration' || node.name === 'ImportType') return 'static'
  if (node.name === 'ExportDeclaration') return childNamed(node, 'from') ? 'reexport' : undefined
  if (node.name === 'DynamicImport') return 'dynamic'
  const callee = node.firstChild
  return callee && callee.to - callee.from <= 15 && /^require(?:\.resolve)?$/.test(source.textOf(callee)) ? 'require' : undefined
}

function specifierOf(node: SyntaxNode): SyntaxNode | undefined {
  const list = childNamed(node, 'ArgList')
  const literal = list ? childrenOf(list)[1] : childrenOf(node).findLast(({name}) => name === 'String' || name === 'TemplateString')
  return literal && /^(?:String|TemplateString)$/.test(literal.name) && !childNamed(literal, 'Interpolation') ? literal : undefined
}

/** In `import {a as b}` the first name is the one that the other file has. */
function namesOf(node: SyntaxNode, source: SourceFile): readonly string[] {
  const group = childNamed(node, 'ImportGroup', 'ExportGroup')
  const inGroup = splitAtCommas(childrenOf(group).filter(({name}) => !/^[{}]$|^type$|Comment$/.test(name))).map(([first]) => first)
  const isDefault =
    node.name === 'ImportDeclaration' && node.getChild('VariableDefinition') !== null && childNamed(node, 'Star') === undefined
  return [
    ...(isDefault ? ['default'] : []),
    ...(childNamed(node, 'Star') ? ['*'] : []),
    ...inGroup.flatMap((name) => (name ? [unquote(source.textOf(name))] : [])),
  ]
}

function isTypeOnly(node: SyntaxNode): boolean {
  if (node.name === 'ImportType' || childNamed(node, 'type')) return true
  const names = splitAtCommas(childrenOf(childNamed(node, 'ImportGroup', 'ExportGroup')).filter(({name}) => !/^[{}]$/.test(name)))
  return names.length > 0 && names.every(([first]) => first?.name === 'type')
}

function isGuarded(node: SyntaxNode): boolean {
  const inTry = above(
    node,
    ({name, parent}) => name === 'Block' && parent?.name === 'TryStatement',
    ({name}) => /Function/.test(name),
  )
  return inTry !== undefined && inTry.prevSibling?.name === 'try'
}
