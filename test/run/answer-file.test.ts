import assert from 'node:assert/strict'
import {findAnswer} from '../../src/run/answer-file.ts'

const answerIn = (...lines: readonly string[]) => findAnswer(lines.join('\n'))?.json

describe('findAnswer', () => {
  it('takes the whole text, or the last fenced block that is a JSON object', () => {
    assert.deepEqual(answerIn(' {"findings": []}\n'), {findings: []})
    assert.deepEqual(answerIn('First:', '```json', '{"a": 1}', '```', 'Rather:', '```', '{"a": "```", "b": 2}', '```', 'Done.'), {
      a: '```',
      b: 2,
    })
    assert.deepEqual(answerIn('- as a list item:', '  ~~~JSON', '  {"a":', '   1}', '  ~~~'), {a: 1})
    assert.deepEqual(answerIn('```json', '{"a": 1}', '```', '```ts', 'const a = {}', '```'), {a: 1})
  })

  it('finds none in text without one, in one that is cut off, and in what is no object', () => {
    for (const text of ['', 'All is well.', '```json\n{"a": 1}', '```json\n{"a": \n```', '42', '```json\n[1]\n```']) {
      assert.equal(findAnswer(text), undefined, text)
    }
  })

  it('reads a long answer whole', () => {
    const message = 'x'.repeat(20_000)
    assert.deepEqual(answerIn('```json', JSON.stringify({message}), '```'), {message})
  })
})
