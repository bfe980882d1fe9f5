import assert from 'node:assert/strict'
import {Turns} from '../../src/run/turns.ts'

describe('turns', () => {
  it('come one after another, in order of arrival, for each key apart', async () => {
    const turns = new Turns()
    const said: string[] = []
    const {promise: gate, resolve: open} = Promise.withResolvers<void>()
    const first = turns.take('a', async () => (await gate, said.push('first')))
    const second = turns.take('a', async () => said.push('second'))
    const third = turns.take('a', async () => said.push('third'))
    await turns.take('b', async () => said.push('other'))
    open()
    await Promise.all([first, second, third])
    assert.deepEqual(said, ['other', 'first', 'second', 'third'])
  })

  it('go on after work that failed, and tell only its own caller', async () => {
    const turns = new Turns()
    const first = turns.take('a', () => Promise.reject(new Error('no')))
    const second = turns.take('a', async () => 'yes')
    await assert.rejects(first, /no/)
    assert.equal(await second, 'yes')
  })

  it('end the wait of whoever aborts, and keep the order of the others', async () => {
    const turns = new Turns()
    const said: string[] = []
    const {promise: gate, resolve: open} = Promise.withResolvers<void>()
    const first = turns.take('a', async () => (await gate, said.push('first')))
    const impatient = new AbortController()
    const second = turns.take('a', async () => said.push('second'), impatient.signal)
    const third = turns.take('a', async () => said.push('third'))
    impatient.abort(new Error('enough'))
    await assert.rejects(second, /enough/)
    assert.deepEqual(said, [])
    open()
    await Promise.all([first, third])
    assert.deepEqual(said, ['first', 'third'])
  })
})
