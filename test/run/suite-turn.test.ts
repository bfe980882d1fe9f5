import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {inSuiteTurn, turnVariables} from '../../src/run/suite-turn.ts'

describe('the turn of a test suite', () => {
  let stateDir: string
  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'conduct-test-'))
  })
  afterEach(() => rm(stateDir, {recursive: true}))

  it('is waited for, and the wait told once', async () => {
    const told: string[] = []
    const stop = new AbortController()
    const turn = (onWait: () => void) => ({stateDir, hostEnv: {}, signal: stop.signal, onWait})
    await inSuiteTurn(turn(assert.fail), async () => {
      const second = inSuiteTurn(
        turn(() => {
          told.push('waits')
          stop.abort()
        }),
        async () => told.push('runs'),
      )
      await assert.rejects(second, {name: 'AbortError'})
    })
    assert.deepEqual(told, ['waits'])
  })

  it('is that of what runs in it: a suite that validates something does not wait for its own end', async () => {
    const turn = {stateDir, signal: new AbortController().signal}
    const inner = () => inSuiteTurn({...turn, hostEnv: turnVariables(stateDir)}, async () => 'ran')
    assert.equal(await inSuiteTurn({...turn, hostEnv: {}}, inner), 'ran')
  })
})
