import {childrenOf, type SourceFunction, type SourceTree, type SyntaxNode} from '@conduct-cli/source'

/** `pass`, `...`, a docstring alone, `{}`, `{ return }`; arguments that are put away before nothing is returned. */
export function isEmpty(candidate: SourceFunction, tree: SourceTree): boolean {
  const {statements, body, kind} = candidate
  if (kind === 'arrow' && tree.language === 'python') return false
  const isBlock = body !== undefined && (tree.language === 'python' || tree.text.charAt(body.from) === '{')
  if (!isBlock) return statements.some((value) => /^(?:undefined|void\s+\w+)$/.test(tree.textOf(value)))
  return statements.every((statement) => isInert(statement, tree)) || putsAway(candidate, tree)
}

/** Nothing comes of it. A value that is returned is one, be it `null`. */
function isInert(node: SyntaxNode, tree: SourceTree): boolean {
  if (/^(?:PassStatement|EmptyStatement|DebuggerStatement)$/.test(node.name)) return true
  if (node.to - node.from > 400) return false
  const text = tree.textOf(node)
  if (node.name === 'ReturnStatement') return /^return\s*;?$/.test(text)
  if (node.name === 'Block') return childrenOf(node).every((child) => /^[{}]$|Comment$/.test(child.name) || isInert(child, tree))
  if (node.name === 'IfStatement') return isIdleGuard(text, tree)
  return node.name === 'ExpressionStatement' && (text === '...' || text === ';' || /^void\s+[\w.]+;?$/.test(text))
}

/** `if (!user) return`: with nothing behind it that anybody could be kept from. */
function isIdleGuard(text: string, {language}: SourceTree): boolean {
  return (language === 'python' ? /^if\s+[\w\s.!=<>]+:\s*return$/ : /^if\s*\(?[\w\s.!=<>|&]+\)?\s*\{?\s*return\s*;?\s*\}?$/).test(text)
}

const PUT_AWAY = /^(?:(?:let\s+)?_(?:\s*,\s*_)*\s*=|del\s|void\s)\s*(\w+(?:\s*,\s*\w+)*)\s*;?$/
const NOTHING = String.raw`(?:null|undefined|nil|None|0|''|""|\[\]|\{\}|list\(\)|dict\(\))`
const RETURNS_NOTHING = new RegExp(String.raw`^return(?:\s+${NOTHING}(?:\s*,\s*${NOTHING})*)?\s*;?$`)

/** `_ = n`, `del path`: a linter is told that the arguments are used, and nothing is done with them. */
function putsAway({statements, parameters}: SourceFunction, tree: SourceTree): boolean {
  const texts = statements.slice(0, 4).map(({from, to}) => tree.text.slice(from, Math.min(to, from + 400)))
  const names = new Set(parameters.match(/\w+/g))
  const isPutAway = (text: string) =>
    PUT_AWAY.exec(text)?.[1]
      ?.split(/\s*,\s*/)
      .every((name) => names.has(name)) === true
  const last = texts.at(-1) ?? ''
  const before = RETURNS_NOTHING.test(last) ? texts.slice(0, -1) : texts
  return statements.length === texts.length && before.length > 0 && before.every(isPutAway)
}
