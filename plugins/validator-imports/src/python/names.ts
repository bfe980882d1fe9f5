import {childrenOf, childNamed, type SourceTree, type SyntaxNode} from '@conduct-cli/source'

/** Makes names that cannot be read off the source. */
const DYNAMIC = /\b__getattr__\b|\bglobals\s*\(|\bsys\.modules\b|\b__path__\b|\bexec\s*\(|\bsetattr\s*\(|\blazy_loader\b|\bvars\s*\(\s*\)/

/**
 * Names that a module has: all that stand at its top level outside of functions and classes, since a name that is used
 * there is defined there. `undefined` when it has more than can be read: `import *`, `__getattr__`.
 */
export function definedNames(source: SourceTree): ReadonlySet<string> | undefined {
  if (source.tree === undefined || DYNAMIC.test(source.text)) return undefined
  if (source.imports.some(({names}) => names.includes('*'))) return undefined
  const names = new Set(['__name__', '__file__', '__doc__', '__package__', '__path__', '__spec__', '__loader__', '__dict__'])
  source.tree.iterate({
    // To make a node of each would take most of the time.
    enter: (cursor) => {
      const {name} = cursor
      if (name === 'ImportStatement') for (const bound of boundBy(cursor.node)) names.add(source.textOf(bound))
      if (name === 'ScopeStatement') for (const part of childrenOf(cursor.node)) names.add(source.textOf(part))
      if (name === 'VariableName' && isTopLevel(cursor.node)) for (const word of wordsOf(source.textOf(cursor))) names.add(word)
      return name !== 'ImportStatement'
    },
  })
  return names
}

/** Several names that a `with` sets at once may be read as one. */
function wordsOf(text: string): readonly string[] {
  return text.split(/[^\w]+/)
}

/** `import a.b` binds `a`, `import a as b` and `from a import c as b` bind `b`. */
function boundBy(statement: SyntaxNode): readonly SyntaxNode[] {
  const parts = childrenOf(statement)
  const begin = parts.findLastIndex(({name}) => name === 'import')
  return parts.filter(({name, nextSibling, prevSibling}, index) => {
    if (name !== 'VariableName' || index < begin) return false
    return nextSibling?.name !== 'as' && prevSibling?.name !== '.'
  })
}

const SCOPES = new Set(['FunctionDefinition', 'ClassDefinition', 'LambdaExpression'])

function isTopLevel(node: SyntaxNode): boolean {
  let child = node
  for (let parent = node.parent; parent !== null; parent = parent.parent) {
    const isWithin = SCOPES.has(parent.name) && childNamed(parent, 'VariableName')?.from !== child.from
    if (isWithin) return false
    child = parent
  }
  return true
}
