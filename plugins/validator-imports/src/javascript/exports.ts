import {childNamed, childrenOf, unquote, type SourceTree, type SyntaxNode} from '@conduct-cli/source'

/** What a module gives to others. */
export interface Exported {
  readonly names: ReadonlySet<string>
  /** Specifiers of `export * from`: what those give, but `default`, it gives too. */
  readonly from: readonly string[]
}

/** `undefined` for what is no ES module, or has exports that cannot be read: then nobody can tell what it gives. */
export function exportedNames(source: SourceTree): Exported | undefined {
  const {tree} = source
  if (tree === undefined) return undefined
  const names = new Set<string>()
  const from: string[] = []
  let isModule = false
  tree.iterate({
    enter: (cursor) => {
      const {name} = cursor
      if (name === 'ImportDeclaration') isModule = true
      if (name !== 'ExportDeclaration') return !/Function|Class|Block/.test(name)
      isModule = true
      const {node} = cursor
      for (const exported of namesOf(node, source)) names.add(exported)
      from.push(...allOf(node, source))
      return false
    },
  })
  return isModule && !/\b(?:module\.exports|exports\.\w|export\s*=)/.test(source.text) ? {names, from} : undefined
}

/**
 * Names after `export`, read without parsing: all that a text can give, and more where the word stands in a comment.
 * `undefined` where it takes a parser: lists, variables, `export *`, and what this does not know.
 */
export function namesAfterExport(text: string): readonly string[] | undefined {
  const names: string[] = []
  for (const [, word, name = word] of text.matchAll(AFTER_EXPORT)) {
    if (name === undefined) return undefined
    names.push(name)
  }
  return names
}

const AFTER_EXPORT =
  /\bexport\b(?:\s+(default)\b|\s+(?:(?:declare|abstract|async)\s+)*(?:function\b\s*\*?|(?:class|interface|enum)\b)\s*([\p{ID_Continue}$]+))?/gu

function allOf(node: SyntaxNode, source: SourceTree): readonly string[] {
  const star = childNamed(node, 'Star')
  const literal = childNamed(node, 'String')
  return star && literal && star.nextSibling?.name !== 'as' ? [unquote(source.textOf(literal))] : []
}

function namesOf(node: SyntaxNode, source: SourceTree): readonly string[] {
  const group = childNamed(node, 'ExportGroup')
  if (group) return lastNames(group, source)
  if (childNamed(node, 'default')) return ['default']
  const star = childNamed(node, 'Star')
  if (star) return childrenOf(node).flatMap((child) => (/Name$|Definition$/.test(child.name) ? [source.textOf(child)] : []))
  const names: string[] = []
  node.cursor().iterate(({name, from, to}) => {
    if (/^(?:VariableDefinition|TypeDefinition)$/.test(name)) names.push(source.textOf({from, to}))
    return !INNER.test(name)
  })
  return names
}

/** Parameters, and what a body declares, are not exported with what they are in. */
const INNER = /^(?:ParamList|Block|ClassBody|TypeParamList|ArrowFunction|ObjectType)$/

/** In `{a as b}` it is `b`. */
function lastNames(group: SyntaxNode, source: SourceTree): readonly string[] {
  const names: string[] = []
  for (const child of childrenOf(group)) {
    if (/^[{},]$|^(?:as|type)$|Comment$/.test(child.name)) continue
    if (child.prevSibling?.name === 'as') names.pop()
    names.push(unquote(source.textOf(child)))
  }
  return names
}
