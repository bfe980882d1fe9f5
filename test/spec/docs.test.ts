import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {fromMarkdown} from 'mdast-util-from-markdown'
import {parseSpec} from '../../src/spec/parse.ts'
import {renderProblems} from '../../src/spec/problem.ts'

describe('docs/spec-format.md', () => {
  const page = fromMarkdown(readFileSync(new URL('../../docs/spec-format.md', import.meta.url), 'utf8'))
  const examples = page.children.flatMap((node) => (node.type === 'code' && node.lang === 'markdown' ? [node] : []))

  it('has an example for each label', () => {
    assert.ok(examples.length >= 10)
  })

  for (const example of examples) {
    it(`has an example on line ${example.position?.start.line} that has no problems`, () => {
      assert.equal(renderProblems('example', parseSpec(example.value).problems), '')
    })
  }
})
