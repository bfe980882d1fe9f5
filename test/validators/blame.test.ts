import assert from 'node:assert/strict'
import {findingFor} from '../../src/validators/blame.ts'

const SUSPECTS = [
  {name: 'one', from: 1000, to: 2000},
  {name: 'two', from: 2000, to: 3000},
  {name: 'three', from: 3000},
]

function blamed(...times: readonly (number | undefined)[]): string {
  const changes = times.map((changedAt, index) => ({file: `${index}.txt`, changedAt}))
  return findingFor(SUSPECTS, changes).message.replace(/ changed \d.*/, '')
}

describe('findingFor', () => {
  it('names the validator that was asked when the file changed', () => {
    assert.deepEqual(
      [blamed(1500), blamed(2500), blamed(9000)],
      ['one', 'two', 'three'].map((name) => `The validator \`${name}\`, by the time of the change,`),
    )
  })

  it('names two where files changed under both, or where one began as the other ended', () => {
    const both = 'One of the validators `one`, `two`, by the time of the change,'
    assert.deepEqual([blamed(1500, 2500), blamed(1995)], [both, both])
  })

  it('names all where the times do not tell', () => {
    const all = 'One of the validators `one`, `two`, `three`'
    assert.deepEqual([blamed(undefined), blamed(10), blamed(1500, 10)], [all, all, all])
  })

  it('says what changed, five files at most', () => {
    const changes = ['a', 'b', 'c', 'd', 'e', 'f'].map((file) => ({file, changedAt: 1}))
    const {message} = findingFor([{name: 'one', from: 0, to: 5}], changes)
    assert.equal(message, 'The validator `one` changed 6 tracked files (a, b, c, d, e): a validator only reads.')
  })
})
