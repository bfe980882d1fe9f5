import {above, childrenOf, type SourceImport, type SourceTree, type SyntaxNode} from '@conduct-cli/source'

/** Conditions under which a program expects that a module may not be there. */
const CONDITION = /\b(?:sys\.platform|os\.name|platform\.|version_info|find_spec|TYPE_CHECKING|HAS_\w+|HAVE_\w+|\w+_AVAILABLE)\b/
const MISSING = /^\s*:|\b(?:ImportError|ModuleNotFoundError|Exception|BaseException)\b/

/** The program runs without what it imports there: it says so with `try`, `if` or `suppress`, around the import. */
export function isOptional({isTypeOnly, from}: SourceImport, source: SourceTree): boolean {
  if (isTypeOnly || source.tree === undefined) return true
  const node = source.tree.resolveInner(from, 1)
  return above(node, (candidate) => isGuard(candidate, source, from)) !== undefined
}

function isGuard(node: SyntaxNode, source: SourceTree, at: number): boolean {
  if (node.name === 'TryStatement') return catches(node, source, at)
  const body = childrenOf(node).find(({name}) => name === 'Body')
  const head = source.text.slice(node.from, body?.from ?? node.from)
  if (node.name === 'IfStatement') return CONDITION.test(head)
  return node.name === 'WithStatement' && /\bsuppress\s*\([^)]*(?:ImportError|ModuleNotFoundError|Exception)/.test(head)
}

/** In its body, or in what replaces it; `else` and `finally` run when nothing is missing. */
function catches(node: SyntaxNode, source: SourceTree, at: number): boolean {
  const parts = childrenOf(node)
  const inside = parts.findIndex(({name, from, to}) => name === 'Body' && from <= at && at < to)
  const word = parts.slice(0, inside).findLast(({name}) => /^(?:try|except|else|finally)$/.test(name))?.name
  if (word === 'except') return true
  const handlers = parts.filter(({name}) => name === 'except').map(({to}) => source.text.slice(to, source.text.indexOf('\n', to)))
  return word === 'try' && handlers.some((handler) => MISSING.test(handler))
}
