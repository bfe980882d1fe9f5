import type {Delimiters} from './delimiters.ts'

/** A comment or a string, delimiters included. */
export interface Token {
  readonly kind: 'comment' | 'string'
  readonly from: number
  readonly to: number
}

/**
 * Finds the comments and strings of a text, in order. It needs no grammar, only the delimiters, and never fails: what
 * is not closed ends with its line, or with the file.
 */
export function scan(text: string, delimiters: Delimiters): readonly Token[] {
  const tokens: Token[] = []
  const endless = new Set<string>()
  for (const {index} of text.matchAll(openings(delimiters))) {
    if (index < (tokens.at(-1)?.to ?? 0)) continue
    const token = tokenAt(text, index, delimiters, endless)
    if (token) tokens.push(token)
  }
  return tokens
}

/** The delimiters that may begin something; whatever else stands in the text is skipped at the speed of a search. */
function openings({lineComments, blockComments, strings, heredocs}: Delimiters): RegExp {
  const all = [...blockComments.map(([open]) => open), ...lineComments, ...strings, ...(heredocs ? ['<<'] : [])]
  return new RegExp(all.map((open) => open.replaceAll(/[^\w]/g, String.raw`\$&`)).join('|'), 'g')
}

function tokenAt(text: string, from: number, delimiters: Delimiters, endless: Set<string>): Token | undefined {
  const block = delimiters.blockComments.find(([open]) => text.startsWith(open, from))
  if (block) return {kind: 'comment', from, to: blockEnd(text, from, block, delimiters.nested)}
  if (delimiters.lineComments.some((open) => text.startsWith(open, from))) {
    return mayComment(text, from, delimiters) ? {kind: 'comment', from, to: lineEnd(text, from)} : undefined
  }
  const quote = delimiters.strings.find((open) => text.startsWith(open, from))
  if (quote !== undefined) return {kind: 'string', from, to: stringEnd(text, from, quote, delimiters.multiline.includes(quote))}
  return heredocAt(text, from, endless)
}

function mayComment(text: string, from: number, {spaced}: Delimiters): boolean {
  return !spaced || from === 0 || /[\s;(]/.test(text.charAt(from - 1))
}

function blockEnd(text: string, from: number, [open, close]: readonly [string, string], nested: boolean): number {
  let depth = 1
  let index = from + open.length
  while (depth > 0) {
    const end = text.indexOf(close, index)
    if (end === -1) return text.length
    const inner = nested ? text.slice(index, end).indexOf(open) : -1
    depth += inner === -1 ? -1 : 1
    index = inner === -1 ? end + close.length : index + inner + open.length
  }
  return index
}

function stringEnd(text: string, from: number, quote: string, isMultiline: boolean): number {
  let index = from + quote.length
  while (index < text.length) {
    if (text.startsWith(quote, index)) return index + quote.length
    const character = text.charAt(index)
    if (character === '\n' && !isMultiline) return index
    index += character === '\\' ? 2 : 1
  }
  return text.length
}

/** From the line below `<<END` to the line `END`; none when no such line comes, which is not looked for again. */
function heredocAt(text: string, from: number, endless: Set<string>): Token | undefined {
  const word = /^<<[-~]?\s?\\?(["']?)([A-Za-z_]\w*)\1/.exec(text.slice(from, from + 80))?.[2]
  if (word === undefined || endless.has(word)) return undefined
  const begin = lineEnd(text, from) + 1
  const end = new RegExp(String.raw`^[ \t]*${word}[ \t]*\r?$`, 'gm')
  end.lastIndex = begin
  const last = end.exec(text)
  if (last) return {kind: 'string', from: begin, to: last.index}
  endless.add(word)
  return undefined
}

function lineEnd(text: string, index: number): number {
  const end = text.indexOf('\n', index)
  return end === -1 ? text.length : end
}
