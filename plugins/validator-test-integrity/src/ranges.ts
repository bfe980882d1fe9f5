import type {SourceCall, SourceRange, SourceTree, SyntaxNode} from '@conduct-cli/source'

/** Calls that stand in a range, in order. */
export function callsIn(source: SourceTree, range: SourceRange): readonly SourceCall[] {
  return within(source.calls, range)
}

/** Those of a list, which is in order, that stand in a range. */
export function within<Place extends SourceRange>(places: readonly Place[], {from, to}: SourceRange): readonly Place[] {
  let low = 0
  let high = places.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((places[middle]?.from ?? 0) < from) low = middle + 1
    else high = middle
  }
  const found: Place[] = []
  for (let index = low; index < places.length; index++) {
    const place = places[index]
    if (place === undefined || place.from >= to) break
    if (place.to <= to) found.push(place)
  }
  return found
}

const known = new WeakMap<SourceTree, Map<string, readonly SyntaxNode[]>>()

/** Nodes of some names in a range, in order. The whole file is searched once, for each set of names. */
export function nodesIn(source: SourceTree, range: SourceRange, names: readonly string[]): readonly SyntaxNode[] {
  const lists = known.get(source) ?? new Map<string, readonly SyntaxNode[]>()
  known.set(source, lists)
  const key = names.join(' ')
  const nodes = lists.get(key) ?? allNodes(source, new Set(names))
  lists.set(key, nodes)
  return within(nodes, range)
}

function allNodes(source: SourceTree, names: ReadonlySet<string>): readonly SyntaxNode[] {
  const found: SyntaxNode[] = []
  source.tree?.iterate({
    enter(node) {
      if (names.has(node.name)) found.push(node.node)
    },
  })
  return found
}

export const isWithin = (inner: SourceRange, outer: SourceRange): boolean => outer.from <= inner.from && inner.to <= outer.to

/** The text of an expression on one line, without the parentheses and quotes that do not matter. */
export function plainText(source: SourceTree, range: SourceRange): string {
  return source.textOf(range).replaceAll(/\s+/g, ' ').replaceAll(/['`]/g, '"').trim()
}
