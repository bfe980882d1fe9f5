import {
  closesFence,
  indentOf,
  isBlank,
  isThematicBreak,
  readAtxHeading,
  readFence,
  readHtmlStart,
  readListMarker,
  readSetextUnderline,
  trimEndBlanks,
  type Fence,
  type HtmlEnd,
} from './block-starts.ts'

/** A heading, a paragraph or a block of code, with what it stands in. Comments, HTML and front matter are left out. */
export interface Block {
  kind: 'heading' | 'paragraph' | 'code'
  /** 1 to 6 for a heading, else 0. */
  depth: number
  /** Made by a line of `=` or `-` under a paragraph. */
  isSetext: boolean
  /** How many list items it stands in. */
  readonly level: number
  /** It is the first thing in its list item. */
  readonly isItem: boolean
  readonly isQuoted: boolean
  /** For code: its lines, as they are. Else without the blanks around. */
  readonly lines: SourceLine[]
}

export interface SourceLine {
  readonly text: string
  /** 1-based, as is `column`. */
  readonly line: number
  readonly column: number
}

export interface Blocks {
  readonly blocks: readonly Block[]
  /** First line that nests deeper than is read. */
  readonly tooDeepAt?: number
}

/** Lists and quotes are read down to here; what is deeper is text. Keeps the work linear in the length of the document. */
export const MAX_NESTING = 100

type Container = {readonly kind: 'quote'} | {readonly kind: 'item'; readonly width: number; isFresh: boolean}

type Leaf =
  | {readonly kind: 'paragraph'; readonly block: Block}
  | {readonly kind: 'indented'; readonly block: Block}
  | {readonly kind: 'fence'; readonly block: Block; readonly fence: Fence; readonly indent: number}
  | {readonly kind: 'html'; readonly end: HtmlEnd}

interface Reader {
  readonly blocks: Block[]
  containers: Container[]
  leaf: Leaf | undefined
  tooDeepAt: number | undefined
}

interface Cursor {
  /** The line, with the tabs before its text as spaces. */
  readonly text: string
  readonly source: string
  readonly line: number
  at: number
}

/**
 * The block structure of a Markdown document, in time linear in its length. micromark reads blocks too, but a list of
 * 40 kB takes it minutes (see docs/adr); the tests hold this reader against it.
 */
export function readBlocks(text: string): Blocks {
  const reader: Reader = {blocks: [], containers: [], leaf: undefined, tooDeepAt: undefined}
  const lines = text.split(/\r\n|\n|\r/)
  for (let index = frontMatterLength(lines); index < lines.length; index++) {
    const source = lines[index] ?? ''
    readLine(reader, {text: expandTabs(source), source, line: index + 1, at: 0})
  }
  return {blocks: reader.blocks, ...(reader.tooDeepAt === undefined ? {} : {tooDeepAt: reader.tooDeepAt})}
}

function frontMatterLength(lines: readonly string[]): number {
  const fence = trimEndBlanks(lines[0] ?? '')
  if (fence !== '---' && fence !== '+++') return 0
  return lines.findIndex((line, index) => index > 0 && trimEndBlanks(line) === fence) + 1
}

/** Tab stops count in front of the text only; inside it a tab is a tab. */
function expandTabs(source: string): string {
  if (!source.includes('\t')) return source
  const prefix = /^(?:[ \t>]|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))*/.exec(source)?.[0] ?? ''
  if (!prefix.includes('\t')) return source
  let expanded = ''
  for (const char of prefix) expanded += char === '\t' ? ' '.repeat(4 - (expanded.length % 4)) : char
  return expanded + source.slice(prefix.length)
}

function readLine(reader: Reader, cursor: Cursor): void {
  const matched = matchContainers(reader, cursor)
  const isInside = matched === reader.containers.length
  if (isInside && continueLeaf(reader, cursor)) return
  const isEmptyLine = isBlank(cursor.text.slice(cursor.at))
  if (isEmptyLine || (!isInside && reader.leaf?.kind !== 'paragraph')) closeTo(reader, matched)
  if (isEmptyLine || openBlocks(reader, cursor, matched)) return
  // Only a list marker or a quote mark stood there.
  if (isBlank(cursor.text.slice(cursor.at))) return
  if (reader.leaf?.kind === 'paragraph') reader.leaf.block.lines.push(textLine(cursor))
  else reader.leaf = {kind: 'paragraph', block: addBlock(reader, 'paragraph', [textLine(cursor)])}
}

/** How many of the open containers this line continues. */
function matchContainers(reader: Reader, cursor: Cursor): number {
  const isEmptyLine = isBlank(cursor.text)
  for (const [index, container] of reader.containers.entries()) {
    const rest = isEmptyLine ? '' : cursor.text.slice(cursor.at)
    if (container.kind === 'quote' ? !skipQuoteMark(cursor, rest) : !skipItemIndent(reader, cursor, container, rest)) return index
  }
  return reader.containers.length
}

function skipQuoteMark(cursor: Cursor, rest: string): boolean {
  const indent = indentOf(rest)
  if (indent > 3 || rest[indent] !== '>') return false
  cursor.at += indent + (rest[indent + 1] === ' ' ? 2 : 1)
  return true
}

function skipItemIndent(reader: Reader, cursor: Cursor, item: Container & {kind: 'item'}, rest: string): boolean {
  if (isBlank(rest)) {
    cursor.at = cursor.text.length
    // An item may begin with one blank line, the one of its marker.
    return !(item.isFresh && item === reader.containers.at(-1))
  }
  if (indentOf(rest) < item.width) return false
  cursor.at += item.width
  return true
}

/** Feeds a line to a block of code or HTML that is open. False when the line has to be looked at further. */
function continueLeaf(reader: Reader, cursor: Cursor): boolean {
  const {leaf} = reader
  const rest = cursor.text.slice(cursor.at)
  switch (leaf?.kind) {
    case 'fence':
      if (closesFence(rest, leaf.fence)) reader.leaf = undefined
      else leaf.block.lines.push(codeLine(cursor, leaf.indent))
      return true
    case 'html':
      if (leaf.end === 'blank' ? isBlank(rest) : leaf.end.test(rest)) reader.leaf = undefined
      return true
    case 'indented':
      if (indentOf(rest) < 4 && !isBlank(rest)) {
        reader.leaf = undefined
        return false
      }
      leaf.block.lines.push(codeLine(cursor, 4))
      return true
    default:
      return false
  }
}

/** Opens what begins on this line. True when that used the line up. */
function openBlocks(reader: Reader, cursor: Cursor, matched: number): boolean {
  for (let isFirst = true; ; isFirst = false) {
    const rest = cursor.text.slice(cursor.at)
    const indent = indentOf(rest)
    if (indent === rest.length) return false
    const hasParagraph = isFirst && reader.leaf?.kind === 'paragraph'
    if (indent > 3) return hasParagraph ? false : openIndented(reader, cursor)
    const start = rest.slice(indent)
    // Most lines are text.
    if (!/^[-#`~<>*_+=\d]/.test(start)) return false
    const isInParagraph = hasParagraph && matched === reader.containers.length
    if (isInParagraph && makeSetext(reader, start)) return true
    const keep = isFirst ? matched : reader.containers.length
    const here: Start = {start, indent, keep, isInParagraph, hasParagraph}
    if (openLeaf(reader, cursor, here)) return true
    if (!openContainer(reader, cursor, here)) return false
  }
}

interface Start {
  readonly start: string
  readonly indent: number
  /** Containers that stay open when something begins here. */
  readonly keep: number
  /** A paragraph is open, here or in containers that this line does not continue. */
  readonly hasParagraph: boolean
  readonly isInParagraph: boolean
}

function openLeaf(reader: Reader, cursor: Cursor, {start, indent, keep, hasParagraph}: Start): boolean {
  const heading = readAtxHeading(start)
  const fence = readFence(start)
  const html = readHtmlStart(start, hasParagraph)
  if (!heading && !fence && !html && !isThematicBreak(start)) return false
  closeTo(reader, keep)
  if (heading) {
    const line = {text: heading.text, line: cursor.line, column: cursor.at + indent + heading.skipped + 1}
    addBlock(reader, 'heading', [line]).depth = heading.depth
  } else if (fence) {
    reader.leaf = {kind: 'fence', block: addBlock(reader, 'code', []), fence, indent}
  } else {
    touchItems(reader)
    // A comment may end on the line that it begins on.
    if (html && (html === 'blank' || !html.test(start))) reader.leaf = {kind: 'html', end: html}
  }
  return true
}

function openContainer(reader: Reader, cursor: Cursor, {start, indent, keep, isInParagraph}: Start): boolean {
  const isQuote = start.startsWith('>')
  const marker = isQuote ? undefined : readListMarker(start, isInParagraph)
  if (!isQuote && !marker) return false
  if (keep >= MAX_NESTING) {
    reader.tooDeepAt ??= cursor.line
    return false
  }
  closeTo(reader, keep)
  if (marker) reader.containers.push({kind: 'item', width: indent + marker.width, isFresh: true})
  else reader.containers.push({kind: 'quote'})
  cursor.at += indent + (marker ? Math.min(marker.width, start.length) : start[1] === ' ' ? 2 : 1)
  return true
}

function openIndented(reader: Reader, cursor: Cursor): true {
  reader.leaf = {kind: 'indented', block: addBlock(reader, 'code', [codeLine(cursor, 4)])}
  return true
}

function makeSetext(reader: Reader, start: string): boolean {
  const depth = readSetextUnderline(start)
  if (depth === undefined || reader.leaf?.kind !== 'paragraph') return false
  Object.assign(reader.leaf.block, {kind: 'heading', depth, isSetext: true})
  reader.leaf = undefined
  return true
}

function closeTo(reader: Reader, keep: number): void {
  reader.containers.length = keep
  reader.leaf = undefined
}

function addBlock(reader: Reader, kind: Block['kind'], lines: SourceLine[]): Block {
  const top = reader.containers.at(-1)
  const items = reader.containers.filter(({kind}) => kind === 'item')
  const block: Block = {
    kind,
    depth: 0,
    isSetext: false,
    level: items.length,
    isItem: top?.kind === 'item' && top.isFresh,
    isQuoted: items.length < reader.containers.length,
    lines,
  }
  touchItems(reader)
  reader.blocks.push(block)
  return block
}

function touchItems(reader: Reader): void {
  for (const container of reader.containers) if (container.kind === 'item') container.isFresh = false
}

function textLine({text, line, at}: Cursor): SourceLine {
  const indent = indentOf(text.slice(at))
  return {text: trimEndBlanks(text.slice(at + indent)), line, column: at + indent + 1}
}

/** A line of code without up to `indent` blanks. Outside lists and quotes its tabs stay tabs: a Makefile needs them. */
function codeLine({text, source, line, at}: Cursor, indent: number): SourceLine {
  const skipped = at + Math.min(indent, indentOf(text.slice(at)))
  return {text: skipped === 0 ? source : text.slice(skipped), line, column: skipped + 1}
}
