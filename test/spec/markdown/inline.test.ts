import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import {readInline, readWithMicromark, type InlineLine} from '../../../src/spec/markdown/inline.ts'

const toLines = (text: string) => text.split('\n').map((line, index) => ({text: line.trim() || 'a', line: index + 1, column: 1}))

/** Neighbouring texts as one: micromark cuts a text where it looked for a mark. */
function describeSpans(lines: readonly InlineLine[]): readonly string[] {
  return lines.map(({spans}) =>
    spans.map(({kind, plain, raw}) => (kind === 'text' && plain === raw ? plain : `{${kind}|${plain}|${raw}}`)).join(''),
  )
}

describe('readInline', () => {
  it('finds what micromark finds', () => {
    const piece = fc.constantFrom(
      'a',
      'b c',
      ' ',
      '`',
      '``',
      '` a `',
      '`*`',
      '*',
      '**',
      '_',
      '\\',
      '[',
      '](x)',
      '<',
      '<b>',
      '&',
      '&amp;',
      '!',
      '\n',
      ':',
    )
    fc.assert(
      fc.property(fc.array(piece, {maxLength: 12}), (pieces) => {
        const lines = toLines(pieces.join(''))
        assert.deepEqual(describeSpans(readInline(lines)), describeSpans(readWithMicromark(lines)))
      }),
      {numRuns: 1000},
    )
  })

  it('keeps emphasis, links and comments apart from their text', () => {
    const [line] = readInline(toLines('**a** [b](c) <!-- d --> e &amp; \\*'))
    assert.equal(line?.spans.map(({plain}) => plain).join(''), 'a b  e & *')
    assert.equal(line?.spans.map(({raw}) => raw).join(''), '**a** [b](c)  e &amp; \\*')
  })
})
