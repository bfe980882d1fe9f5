import type {SourceRange, SourceTree} from '@conduct-cli/source'
import {within} from './ranges.ts'

/** A word of the program, without regard to how it is laid out. */
export interface Token extends SourceRange {
  /** Strings have double quotes, whatever they had. */
  readonly text: string
  /** A number, string, `true`, `null`: a value that stands in the source. */
  readonly isLiteral: boolean
}

const SIGNED: ReadonlySet<string> = new Set(['UnaryExpression', 'UnaryExp'])
/** Read as one token although the grammar sees parts in them. */
const WHOLE: ReadonlySet<string> = new Set(['TemplateString', 'FormatString'])
const LITERALS: ReadonlySet<string> = new Set(
  'String Number BooleanLiteral Boolean None null Bool Nil Rune RegExp TemplateString FormatString ContinuedString UnaryExpression UnaryExp'.split(
    ' ',
  ),
)
/** A text with values put into it. */
const COMPUTED = /^(?:[fF][rR]?|[rR][fF])["']|^`[^]*\$\{/
/** What a formatter adds and takes away. */
const LAYOUT = /^(?:[(),;]|[:]?\s*)$/

const known = new WeakMap<SourceTree, readonly Token[]>()

/** The tokens in a range, in order. Comments, commas, semicolons and parentheses are left out: formatting changes them. */
export function tokensOf(source: SourceTree, range: SourceRange): readonly Token[] {
  const tokens = known.get(source) ?? allTokens(source)
  known.set(source, tokens)
  return within(tokens, range)
}

function allTokens(source: SourceTree): readonly Token[] {
  const tokens: Token[] = []
  let isLeaf = false
  const add = ({from, to, name}: SourceRange & {readonly name: string}) => {
    const text = normalised(source.text.slice(from, to), name)
    if (!LAYOUT.test(text)) tokens.push({text, from, to, isLiteral: LITERALS.has(name) && !COMPUTED.test(text)})
  }
  source.tree?.iterate({
    enter(node) {
      const {name} = node
      if (name.endsWith('Comment')) return false
      const isWhole = WHOLE.has(name) || (SIGNED.has(name) && /^[-+]\s*[\d.]+$/.test(source.text.slice(node.from, node.to)))
      if (isWhole) add(node)
      isLeaf = !isWhole
      return !isWhole
    },
    leave(node) {
      if (isLeaf) add(node)
      isLeaf = false
    },
  })
  return tokens
}

function normalised(text: string, name: string): string {
  if (name === 'String')
    return text.replace(/^([a-zA-Z]*)(?:'([^'"\\]*)'|`([^`"\\$]*)`)$/, (_, prefix, one, two) => `${prefix}"${one ?? two}"`)
  return SIGNED.has(name) ? text.replaceAll(/\s/g, '') : text
}

/** How alike two lists of tokens are, from 0 to 1, whatever the order. */
export function similarity(one: readonly string[], other: readonly string[]): number {
  if (one.length === 0 || other.length === 0) return one.length === other.length ? 1 : 0
  return (2 * countShared(one, other)) / (one.length + other.length)
}

/** How much of one list is in another, from 0 to 1, whatever the order. */
export function containment(part: readonly string[], whole: readonly string[]): number {
  return part.length === 0 ? 0 : countShared(part, whole) / part.length
}

function countShared(one: readonly string[], other: readonly string[]): number {
  const counts = new Map<string, number>()
  for (const token of one) counts.set(token, (counts.get(token) ?? 0) + 1)
  let shared = 0
  for (const token of other) {
    const left = counts.get(token) ?? 0
    if (left > 0) shared += 1
    counts.set(token, left - 1)
  }
  return shared
}
