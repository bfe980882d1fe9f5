import assert from 'node:assert/strict'
import {priceOf} from '../../src/agents/prices.ts'

const prices = {m1: {input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75}, m2: {input: 1, output: 2}}
const usage = {tokens: 4_000_000, cacheRead: 1_000_000, cacheWrite: 1_000_000, output: 1_000_000}

describe('the price of what an agent used', () => {
  it('counts each kind of token by its own price', () => {
    assert.equal(priceOf(usage, prices, ['m1']), 3 + 0.3 + 3.75 + 15)
  })

  it('takes for the cache what input costs where it has no price of its own, and for input what is told of no kind', () => {
    assert.equal(priceOf(usage, prices, ['m2']), 3 + 2)
    assert.equal(priceOf({tokens: 2_000_000}, prices, ['m2']), 2)
  })

  it('goes by the model that answered before the one that was asked for, and is nothing where no model has a price', () => {
    assert.equal(priceOf({tokens: 1_000_000}, prices, ['m2', 'm1']), 1)
    assert.equal(priceOf({tokens: 1_000_000}, prices, ['m2-2026', 'm1']), 3)
    assert.equal(priceOf(usage, prices, [undefined, 'constructor']), 0)
  })
})
