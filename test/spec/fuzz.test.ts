import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import {parseSpec} from '../../src/spec/parse.ts'
import {renderProblems} from '../../src/spec/problem.ts'
import {renderSpec} from '../../src/spec/render.ts'
import {explainUnsafeName, slugify} from '../../src/spec/slug.ts'

const PIECES = [
  '# Phase 1: a|## Implementation Phases|Modules:|Modules: a, b|Test Command: `x`|Success Criteria:|check: x|Owns: a: b|Depends On: 1',
  '- |  - |> |1. |    |```|~~~|<!--|-->|<a>|---|===|*|**|_|`|``|[|]|](|)|\\|&amp;|&#10;|!|:|<|http://a|é| |a',
].flatMap((line) => line.split('|'))
const piece = fc.constantFrom(...PIECES, '\n', '\n\n', '\n', '\r', '\t', '\0', '\u{FEFF}', '\u{202E}', '\u{D800}')
const markdown = fc
  .array(fc.oneof({weight: 9, arbitrary: piece}, {weight: 1, arbitrary: fc.string()}), {maxLength: 60})
  .map((parts) => parts.join(''))

describe('any text', () => {
  it('is read without an error being thrown, with places that exist', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          markdown,
          markdown.map((text) => `# Phase 1: a\n${text}`),
          fc.string(),
        ),
        (text) => {
          const {spec, problems} = parseSpec(text)
          const lines = text.split(/\r\n|\n|\r/)
          for (const {line, column} of problems) assert.ok(line >= 1 && line <= lines.length && column >= 1)
          for (const {slug} of spec.phases.flatMap(({modules}) => modules)) assert.equal(explainUnsafeName(slug), undefined)
          renderSpec(spec)
          renderProblems('SPEC.md', problems)
        },
      ),
      {numRuns: 1000},
    )
  })

  it('has problems, or phases with modules and test commands', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const {spec, problems} = parseSpec(`# Phase 1: a\n${text}`)
        if (problems.some(({severity}) => severity === 'error')) return
        for (const phase of spec.phases) assert.ok(phase.modules.length > 0 && phase.testCommand !== '')
      }),
      {numRuns: 500},
    )
  })

  const hostile: Readonly<Record<string, string>> = {
    brackets: '['.repeat(100_000),
    emphasis: '*a_ **b '.repeat(10_000),
    quotes: '>'.repeat(100_000),
    lists: '- '.repeat(50_000),
    'deeper and deeper lists': Array.from({length: 200}, (_, depth) => `${' '.repeat(2 * depth)}- a`).join('\n'),
    'list items': '- a\n'.repeat(10_000),
    underlines: 'a\n-\n'.repeat(10_000),
    modules: `Modules: ${'a,'.repeat(150_000)}`,
    owners: `Modules: a\nOwns: ${'a: b;'.repeat(50_000)}`,
    phases: '# Phase 1: a\nDepends On: q\n'.repeat(2_000),
  }
  for (const [name, text] of Object.entries(hostile)) {
    it(`of many ${name} comes to an end`, () => {
      assert.ok(parseSpec(`# Phase 1: a\n\n${text}`).problems.length > 0)
    })
  }
})

describe('slugify', () => {
  it('makes a safe name of any text, and leaves a safe one as it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('con', 'a.lock.lock', '..', 'Ä b', 'aux.lock', 'x'.repeat(100))), (name) => {
        const slug = slugify(name)
        assert.equal(explainUnsafeName(slug), undefined)
        assert.equal(slugify(slug), slug)
      }),
    )
  })
})
