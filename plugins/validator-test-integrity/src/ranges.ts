import type {SourceCall, SourceRange, SourceTree, SyntaxNode} from '@conduct-cli/source'

/** Calls that stand in a range, in order. */
export function callsIn(source: SourceTree, {from, to}: SourceRange): readonly SourceCall[] {
  const {calls} = source
  let low = 0
  let high = calls.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((calls[middle]?.from ?? 0) < from) low = middle + 1
    else high = middle
  }
  const found: SourceCall[] = []
  for (let index = low; index < calls.length; index++) {
    const call = calls[index]
    if (call === undefined || call.from >= to) break
    if (call.to <= to) found.push(call)
  }
  return found
}

/** Nodes of some names in a range, in order. */
export function nodesIn(source: SourceTree, range: SourceRange, names: readonly string[]): readonly SyntaxNode[] {
  const found: SyntaxNode[] = []
  source.tree?.iterate({
    ...range,
    enter(node) {
      if (names.includes(node.name) && node.from >= range.from && node.to <= range.to) found.push(node.node)
    },
  })
  return found
}

export const isWithin = (inner: SourceRange, outer: SourceRange): boolean => outer.from <= inner.from && inner.to <= outer.to

/** The text of an expression on one line, without the parentheses and quotes that do not matter. */
export function plainText(source: SourceTree, range: SourceRange): string {
  return source.textOf(range).replaceAll(/\s+/g, ' ').replaceAll(/['`]/g, '"').trim()
}
