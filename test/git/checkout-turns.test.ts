import assert from 'node:assert/strict'
import {CheckoutTurns} from '../../src/git/checkout-turns.ts'

/** Begins so many checkouts; each ends when it is told to. */
function begin(turns: CheckoutTurns, count: number) {
  const [given, ends]: [number[], (() => void)[]] = [[], []]
  const work = async (workers: number) => {
    given.push(workers)
    await new Promise<void>((resolve) => ends.push(resolve))
  }
  return {given, ends, done: Promise.all(Array.from({length: count}, () => turns.use(work)))}
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('CheckoutTurns', () => {
  it('gives a tree that is alone every processor, and those that follow what is left', async () => {
    const {given, ends, done} = begin(new CheckoutTurns(8), 4)
    await settled()
    assert.deepEqual(given, [8, 4, 3, 2])
    for (const end of ends) end()
    await done
  })

  it('writes no more trees at a time than helps, and the next when one has ended', async () => {
    const {given, ends, done} = begin(new CheckoutTurns(2), 3)
    await settled()
    assert.deepEqual(given, [2, 1])
    ends.shift()?.()
    await settled()
    assert.deepEqual(given, [2, 1, 1])
    for (const end of ends) end()
    await done
  })

  it('goes on after a checkout that failed', async () => {
    const turns = new CheckoutTurns(1)
    const failing = [1, 2, 3].map(() => turns.use(async () => Promise.reject(new Error('no space left'))))
    for (const outcome of await Promise.allSettled(failing)) assert.equal(outcome.status, 'rejected')
    assert.equal(await turns.use(async (workers) => workers), 1)
  })
})
