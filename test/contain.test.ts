import assert from 'node:assert/strict'
import {contain, watchBusy, withinLimit} from '../src/contain.ts'

describe('a plugin that was left behind', () => {
  it('has nobody else cut short, however little time it had', async () => {
    watchBusy()
    const left = await withinLimit(
      contain('plugin', () => new Promise(() => undefined), 50),
      50,
      () => 'left behind',
    )
    // Longer than the heartbeat of the watch, without a pause.
    const until = performance.now() + 1_000
    while (performance.now() < until);
    await new Promise((next) => setImmediate(next))
    assert.equal(left, 'left behind')
  })
})
