/** How a block begins, as CommonMark defines it. Each function looks at one line, from the first character that is no indentation. */

export interface Fence {
  readonly mark: string
  readonly length: number
  readonly info: string
}

/** Where an HTML block ends: at a text, or at the next blank line. */
export type HtmlEnd = RegExp | 'blank'

export interface ListMarker {
  /** Columns from the marker to the content of the item. */
  readonly width: number
  readonly isEmpty: boolean
}

const HTML_BLOCK_TAGS = new Set(
  (
    'address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset ' +
    'figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link main menu menuitem ' +
    'nav noframes ol optgroup option p param search section summary table tbody td tfoot th thead title tr track ul'
  ).split(' '),
)

/** @see https://spec.commonmark.org/0.31.2/#html-blocks */
const HTML_STARTS: ReadonlyArray<readonly [start: RegExp, end: RegExp]> = [
  [/^<(?:script|pre|style|textarea)(?:[ \t>]|$)/i, /<\/(?:script|pre|style|textarea)>/i],
  [/^<!--/, /-->/],
  [/^<\?/, /\?>/],
  [/^<!\[CDATA\[/, /\]\]>/],
  [/^<![a-z]/i, />/],
]

/** Level and text of an ATX heading (`## Text ##`). */
export function readAtxHeading(rest: string): {readonly depth: number; readonly text: string; readonly skipped: number} | undefined {
  const marks = /^#{1,6}(?=[ \t]|$)/.exec(rest)?.[0]
  if (marks === undefined) return undefined
  const skipped = marks.length + indentOf(rest.slice(marks.length))
  const text = trimEndBlanks(rest.slice(skipped))
  let end = text.length
  while (text[end - 1] === '#') end--
  const isClosed = end === 0 || text[end - 1] === ' ' || text[end - 1] === '\t'
  return {depth: marks.length, text: isClosed ? trimEndBlanks(text.slice(0, end)) : text, skipped}
}

/** The opening line of a fenced code block. */
export function readFence(rest: string): Fence | undefined {
  const match = /^(`{3,}|~{3,})(.*)$/s.exec(rest)
  if (!match) return undefined
  const [, marks = '', info = ''] = match
  const mark = marks.charAt(0)
  return mark === '`' && info.includes('`') ? undefined : {mark, length: marks.length, info: info.trim()}
}

/** True when the line ends the block that `fence` opened. */
export function closesFence(rest: string, fence: Fence): boolean {
  const line = trimEndBlanks(rest)
  return line.length >= fence.length && indentOf(rest) < 4 && isRunOf(line.trimStart(), fence.mark, fence.length)
}

function isRunOf(line: string, mark: string, length: number): boolean {
  return line.length >= length && line === mark.repeat(line.length)
}

/** Where the HTML block that starts here will end. */
export function readHtmlStart(rest: string, isInParagraph: boolean): HtmlEnd | undefined {
  if (!rest.startsWith('<')) return undefined
  const known = HTML_STARTS.find(([start]) => start.test(rest))
  if (known) return known[1]
  const tag = /^<\/?([a-z][a-z0-9-]*)(?:[ \t]|\/?>|$)/i.exec(rest)?.[1]
  if (tag !== undefined && HTML_BLOCK_TAGS.has(tag.toLowerCase())) return 'blank'
  const isAlone = tag !== undefined && /^<[^<>]*>[ \t]*$/.test(rest)
  return isAlone && !isInParagraph ? 'blank' : undefined
}

/** Level of the heading that this underline makes of the paragraph above it. */
export function readSetextUnderline(rest: string): 1 | 2 | undefined {
  if (/^=+[ \t]*$/.test(rest)) return 1
  return /^-+[ \t]*$/.test(rest) ? 2 : undefined
}

/** `---`, `* * *`, `___`. */
export function isThematicBreak(rest: string): boolean {
  return /^(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/.test(rest)
}

/** The marker of a list item. A paragraph is only interrupted by an item that has text and, if numbered, is the first. */
export function readListMarker(rest: string, isInParagraph: boolean): ListMarker | undefined {
  const match = /^(?:[-+*]|(\d{1,9})[.)])(?=[ \t]|$)/.exec(rest)
  if (!match) return undefined
  const after = rest.slice(match[0].length)
  const isEmpty = isBlank(after)
  if (isInParagraph && (isEmpty || (match[1] !== undefined && Number(match[1]) !== 1))) return undefined
  const gap = indentOf(after)
  // Five spaces and more are one space and then indented code.
  return {width: match[0].length + (isEmpty || gap > 4 ? 1 : gap), isEmpty}
}

/** Number of blanks at the start. Tabs there have been turned into spaces. */
export function indentOf(text: string): number {
  let count = 0
  while (text[count] === ' ' || text[count] === '\t') count++
  return count
}

export function isBlank(text: string): boolean {
  return indentOf(text) === text.length
}

/** Without blanks at the end. `trimEnd` would also take the no-break spaces, which Markdown counts as text. */
export function trimEndBlanks(text: string): string {
  let end = text.length
  while (text[end - 1] === ' ' || text[end - 1] === '\t') end--
  return text.slice(0, end)
}
