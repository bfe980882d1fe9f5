import {above, childNamed, childrenOf, unquote, type SourceTree, type SyntaxNode} from '@conduct-cli/source'

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
    enter: ({name, node}) => {
      if (name === 'ImportDeclaration') isModule = true
      if (name !== 'ExportDeclaration') return !/Function|Class|Block/.test(name)
      isModule = true
      for (const exported of namesOf(node, source)) names.add(exported)
      from.push(...allOf(node, source))
      return false
    },
  })
  return isModule && !/\b(?:module\.exports|exports\.\w|export\s*=)/.test(source.text) ? {names, from} : undefined
}

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
  node.cursor().iterate(({name, node: child}) => {
    if (/^(?:VariableDefinition|TypeDefinition)$/.test(name) && !isInner(child, node)) names.push(source.textOf(child))
  })
  return names
}

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

/** Parameters, and what a body declares, are not exported with what they are in. */
function isInner(child: SyntaxNode, top: SyntaxNode): boolean {
  const outer = above(
    child,
    ({name}) => /^(?:ParamList|Block|ClassBody|TypeParamList|ArrowFunction|ObjectType)$/.test(name),
    ({from, to}) => from === top.from && to === top.to,
  )
  return outer !== undefined
}
