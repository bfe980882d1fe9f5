import assert from 'node:assert/strict'
import {createRecent} from '../src/recent.ts'
import {parseSource} from '../src/source.ts'

describe('createRecent', () => {
  it('makes what was made a short while ago of the same name and text only once', () => {
    const made: string[] = []
    const recent = createRecent<string>(10)
    const find = (file: string, text: string) => recent.find(file, text, () => `${made.push(file + text)}`)
    const first = find('a', '1')
    assert.equal(find('a', '1'), first)
    for (const [file, text] of [
      ['a', '2'],
      ['b', '1'],
      ['a', '1'],
    ] as const)
      find(file, text)
    assert.deepEqual(made, ['a1', 'a2', 'b1'])
  })

  it('forgets the oldest when there is no room, and keeps nothing that has none', () => {
    let count = 0
    const recent = createRecent<number>(10)
    const find = (text: string) => recent.find('a', text, () => (count += 1))
    for (const text of ['aaaa', 'bbbb', 'cccc', 'bbbb', 'cccc']) find(text)
    assert.equal(count, 3)
    find('aaaa')
    assert.equal(count, 4)
    for (const text of ['d'.repeat(11), 'd'.repeat(11)]) find(text)
    assert.equal(count, 6)
  })

  it('spares a second reading of a source file', () => {
    const read = (file: string, text: string) => parseSource(file, text)
    assert.equal(read('a.js', 'let a'), read('a.js', 'let a'))
    assert.notEqual(read('a.js', 'let a'), read('a.ts', 'let a'))
  })
})
