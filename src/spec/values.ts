import type {InlineLine, Span} from './markdown/inline.ts'

/** The ways to read a line: as text, as a shell command, as globs. */

/** Plain text of lines, with one blank where the line was broken. */
export function toPlainText(lines: readonly InlineLine[]): string {
  return lines
    .map(({spans}) => spans.map(({plain}) => plain).join(''))
    .join(' ')
    .replaceAll(/\s+/gu, ' ')
    .trim()
}

/** Inline code in lines, in order. */
export function toCode(lines: readonly InlineLine[]): readonly string[] {
  return lines.flatMap(({spans}) => spans.filter(({kind}) => kind === 'code').map(({plain}) => plain))
}

/**
 * The shell command on a line: what is between its backticks, or the line as written, so that Markdown takes no star
 * out of it. `undefined` when code and prose are mixed and nobody can tell which part is to be run.
 */
export function toCommand({spans}: InlineLine): string | undefined {
  const code = spans.filter(({kind}) => kind === 'code')
  if (code.length === 0) return toRaw(spans).trim()
  const isAlone = spans.every(({kind, plain}) => kind !== 'text' || plain.trim() === '')
  return isAlone && code.length === 1 ? code[0]?.plain.trim() : undefined
}

/** The line as it stands in the document, without comments. */
export function toRaw(spans: readonly Span[]): string {
  return spans.map(({raw}) => raw).join('')
}

/** Globs that are separated by commas or blanks. One with a blank in it has to be inline code. */
export function toGlobs({spans}: InlineLine): readonly string[] {
  const isSeparator = ({kind, plain}: Span) => kind === 'mark' || /^[\s,]*(?:and[\s,]*)?$/.test(plain)
  if (spans.every((span) => span.kind === 'code' || isSeparator(span))) {
    return spans.filter(({kind}) => kind === 'code').map(({plain}) => plain.trim())
  }
  const text = spans.map(({kind, plain, raw}) => (kind === 'mark' ? raw : plain)).join('')
  return splitOutsideBraces(text).filter((glob) => glob !== '' && glob !== 'and')
}

/** `src/{a,b}/** test` has two parts, not three. */
function splitOutsideBraces(text: string): readonly string[] {
  const parts = ['']
  let depth = 0
  for (const char of text) {
    if (char === '{') depth++
    if (char === '}') depth--
    if (depth <= 0 && /[\s,]/u.test(char)) parts.push('')
    else parts.push((parts.pop() ?? '') + char)
  }
  return parts
}
