import type {Nodes, Parents, PhrasingContent, Text} from 'mdast'
import {fromMarkdown} from 'mdast-util-from-markdown'
import type {SourceLine} from './blocks.ts'

/** One line of a paragraph, taken apart. */
export interface InlineLine extends SourceLine {
  readonly spans: readonly Span[]
}

export interface Span {
  readonly kind: 'text' | 'code' | 'mark'
  /** Without Markdown marks; `''` for a mark. */
  readonly plain: string
  /** As it stands in the document. */
  readonly raw: string
  /** For a mark: +1 opens, -1 closes. */
  readonly nesting: number
}

/** A paragraph with more marks than this is taken literally: micromark's time grows with their square. */
export const MAX_MARKS = 200

const MARKS = /[*_[\]<!`&\\]/g

/** Without any of these a text means what it says: pairs of emphasis or backticks, links, tags, references, escapes. */
const MEANING = /\*[^*]*\*|_[^_]*_|`[^`]*`|\]\(|<[a-z/!?]|&[#a-z]|\\(?:\n|$|[!-/:-@[-`{-~])/i

/** The blocks are known already; only what is inside a paragraph is asked for. */
const INLINE_ONLY = {
  disable: {
    null: ['blockQuote', 'codeFenced', 'codeIndented', 'definition', 'headingAtx', 'htmlFlow', 'list', 'setextUnderline', 'thematicBreak'],
  },
}

/** Inline code that starts and ends on one line, between single backticks. */
const SIMPLE_CODE = /`([^`\n]+)`/g

/** Plain text, code and emphasis of a paragraph or heading, line by line. */
export function readInline(lines: readonly SourceLine[]): readonly InlineLine[] {
  const source = lines.map(({text}) => text).join('\n')
  if (hasOnlyCode(source)) return lines.map(readSimply)
  return countMarks(source) > MAX_MARKS ? lines.map(readLiterally) : readWithMicromark(lines, source)
}

/** micromark needs some 0.1 ms for a paragraph: where nothing but simple code can be meant, it is not asked. */
function hasOnlyCode(source: string): boolean {
  if (source.includes('``')) return false
  const rest = source.replaceAll(SIMPLE_CODE, 'x')
  // A backtick that is left may begin code that goes on in the next line; one behind a backslash begins none.
  return !/`|\\x/.test(rest) && !MEANING.test(rest)
}

/** As `readInline`, by micromark whatever the text: the reference for the short cut. */
export function readWithMicromark(lines: readonly SourceLine[], source = lines.map(({text}) => text).join('\n')): readonly InlineLine[] {
  const [paragraph, ...others] = fromMarkdown(source, {extensions: [INLINE_ONLY]}).children
  if (paragraph?.type !== 'paragraph' || others.length > 0) return lines.map(readLiterally)
  const spans: Span[][] = lines.map(() => [])
  for (const child of paragraph.children) addSpans(child, {source, spans})
  return lines.map((line, index) => ({...line, spans: spans[index] ?? []}))
}

/** How much work micromark would have with this text. */
export function countMarks(text: string): number {
  return text.match(MARKS)?.length ?? 0
}

function readSimply(line: SourceLine): InlineLine {
  // Split by an expression with a group: every second part is code.
  const parts = line.text.split(SIMPLE_CODE)
  const spans = parts.map((part, index): Span => (index % 2 === 0 ? createText(part) : createCode(part)))
  return {...line, spans: spans.filter(({raw}) => raw !== '')}
}

function createText(text: string): Span {
  return {kind: 'text', plain: text, raw: text, nesting: 0}
}

/** One blank on both sides makes room for a backtick and is none of the code. */
function createCode(code: string): Span {
  const isPadded = code.startsWith(' ') && code.endsWith(' ') && code.trim() !== ''
  return {kind: 'code', plain: isPadded ? code.slice(1, -1) : code, raw: `\`${code}\``, nesting: 0}
}

function readLiterally(line: SourceLine): InlineLine {
  return {...line, spans: [createText(line.text)]}
}

interface Target {
  readonly source: string
  readonly spans: readonly Span[][]
}

function addSpans(node: PhrasingContent, target: Target): void {
  const raw = rawOf(node, target.source)
  switch (node.type) {
    case 'text':
      addText(node, raw, target)
      return
    case 'inlineCode':
      add(node, target, {kind: 'code', plain: node.value.replaceAll('\n', ' '), raw: raw.replaceAll('\n', ' '), nesting: 0})
      return
    case 'break':
      add(node, target, {kind: 'text', plain: '', raw: raw.startsWith('\\') ? '\\' : '', nesting: 0})
      return
    case 'html':
      // What a comment hides is not for the reader; `<name>` most often means a place to fill in.
      if (!raw.startsWith('<!--')) add(node, target, {kind: 'text', plain: raw, raw, nesting: 0})
      return
    case 'image':
      add(node, target, {kind: 'text', plain: node.alt ?? '', raw, nesting: 0})
      return
    default:
      if ('children' in node) addWrapped(node, raw, target)
  }
}

function addText(node: Text, raw: string, target: Target): void {
  const rawLines = raw.split('\n')
  const plainLines = node.value.split('\n')
  // A character reference can name a line break, which makes no new line.
  const plain = plainLines.length === rawLines.length ? plainLines : rawLines
  const first = (node.position?.start.line ?? 1) - 1
  for (const [index, text] of plain.entries()) {
    target.spans[first + index]?.push({kind: 'text', plain: text, raw: rawLines[index] ?? '', nesting: 0})
  }
}

function addWrapped(node: PhrasingContent & Parents, raw: string, target: Target): void {
  const start = offsetOf(node, 'start')
  const [first, last] = [node.children[0], node.children.at(-1)]
  const opening = first ? target.source.slice(start, offsetOf(first, 'start')) : raw
  const closing = last ? target.source.slice(offsetOf(last, 'end'), offsetOf(node, 'end')) : ''
  const isLiteral = node.type !== 'link' && isGlob(target.source, start, offsetOf(node, 'end'))
  add(node, target, createMark(opening, isLiteral, 1))
  for (const child of node.children) addSpans(child, target)
  target.spans[(node.position?.end.line ?? 1) - 1]?.push(createMark(closing, isLiteral, -1))
}

function createMark(raw: string, isLiteral: boolean, nesting: number): Span {
  return isLiteral ? {kind: 'text', plain: raw, raw, nesting: 0} : {kind: 'mark', plain: '', raw, nesting}
}

/** `src/*.ts and test/*.ts` has emphasis between its stars by Markdown's rules, and no author means it. */
function isGlob(source: string, start: number, end: number): boolean {
  const [before, after] = [source[start - 1] ?? ' ', source.slice(end, end + 2)]
  return !/[\s([{"'“‘*_~–—-]/u.test(before) || /^(?:[\p{L}\p{N}/]|\.[\p{L}\p{N}*])/u.test(after)
}

function add(node: Nodes, {spans}: Target, span: Span): void {
  spans[(node.position?.start.line ?? 1) - 1]?.push(span)
}

function rawOf(node: Nodes, source: string): string {
  return source.slice(offsetOf(node, 'start'), offsetOf(node, 'end'))
}

function offsetOf(node: Nodes, side: 'start' | 'end'): number {
  return node.position?.[side].offset ?? 0
}
