import {indentOf} from './markdown/block-starts.ts'
import type {InlineLine, Span} from './markdown/inline.ts'
import {findLabel} from './labels.ts'

/** A line of the form `Name: rest`. */
export interface LabelLine {
  readonly name: string
  /** All of the name is emphasised. */
  readonly isBold: boolean
  readonly rest: InlineLine
}

const MAX_NAME = 40

/** Takes a line apart at its first colon; `undefined` when what stands before it can be no label. */
export function splitLabel(line: InlineLine): LabelLine | undefined {
  const isBold = line.spans[0]?.kind === 'mark'
  let name = ''
  let offset = 0
  for (const [index, span] of line.spans.entries()) {
    if (span.kind === 'code') return undefined
    const colon = span.kind === 'text' ? span.plain.indexOf(':') : -1
    name += colon < 0 ? span.plain : span.plain.slice(0, colon)
    if (name.length > MAX_NAME) return undefined
    if (colon >= 0) return finish({line, index, colon, offset: offset + colon + 1, name: name.trim(), isBold})
    offset += span.raw.length
  }
  return isBold ? splitBoldLine(line, name.trim()) : undefined
}

/** `**Success Criteria**` on a line of its own needs no colon. */
function splitBoldLine(line: InlineLine, name: string): LabelLine | undefined {
  const isWhole = line.spans.at(-1)?.kind === 'mark' && findLabel(name) !== undefined
  return isWhole ? {name, isBold: true, rest: {...line, text: '', column: line.column + line.text.length, spans: []}} : undefined
}

interface Cut {
  readonly line: InlineLine
  readonly index: number
  readonly colon: number
  readonly offset: number
  readonly name: string
  readonly isBold: boolean
}

function finish({line, index, colon, offset, name, isBold}: Cut): LabelLine | undefined {
  const tail = tailOf(line.spans[index], colon + 1)
  const spans = withoutClosings([...(tail ? [tail] : []), ...line.spans.slice(index + 1)])
  // `std::vector` and `http://x` have colons too; a name that we know may do without the blank.
  const isTight = tail !== undefined && !/^\s/u.test(tail.plain)
  if (name === '' || (isTight && findLabel(name) === undefined)) return undefined
  const start = offset + indentOf(line.text.slice(offset))
  return {name, isBold, rest: {...line, text: line.text.slice(start), column: line.column + start, spans}}
}

function tailOf(span: Span | undefined, from: number): Span | undefined {
  if (span === undefined || span.plain.length <= from) return undefined
  const plain = span.plain.slice(from)
  // An escape in front of the colon makes the source longer than the text; behind it they end alike or the text is safe.
  const raw = span.raw.slice(from + span.raw.length - span.plain.length)
  return {...span, plain, raw: span.raw.startsWith(span.plain.slice(0, from)) ? span.raw.slice(from) : raw}
}

/** In `**Files: a**` the emphasis ends behind the value; its mark is none of the value. */
function withoutClosings(spans: readonly Span[]): readonly Span[] {
  let nesting = 0
  return spans.filter((span) => {
    const isUnopened = span.nesting < 0 && nesting === 0
    if (!isUnopened) nesting += span.nesting
    return !isUnopened
  })
}
