import assert from 'node:assert/strict'
import {mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {identifyProcess} from '../../src/process.ts'
import {lockSuite} from '../../src/validators/suite-lock.ts'

describe('the lock of test suites', () => {
  let dir = ''
  const never = new AbortController().signal
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'conduct-suite-lock-'))
  })
  afterEach(() => rm(dir, {recursive: true, force: true}))

  it('lets one suite run at a time, and says whom the others wait for', async () => {
    const order: string[] = []
    const first = await lockSuite({dir, signal: never})
    const waiting = new Promise<number>((resolve) => {
      void lockSuite({dir, signal: never, onWait: ({pid}) => resolve(pid)}).then(async (second) => {
        order.push('second')
        await second[Symbol.asyncDispose]()
      })
    })
    assert.equal(await waiting, process.pid)
    order.push('first')
    await first[Symbol.asyncDispose]()
    const third = await lockSuite({dir, signal: never})
    await third[Symbol.asyncDispose]()
    assert.equal(order[0], 'first')
  })

  it('takes over from a process that is dead, or another one by now', async () => {
    const me = await identifyProcess()
    for (const dead of [
      {...me, pid: 999_999_999},
      {...me, processStart: 'once'},
    ]) {
      await writeFile(join(dir, 'test-suite.lock'), JSON.stringify(dead))
      const lock = await lockSuite({dir, signal: never})
      await lock[Symbol.asyncDispose]()
    }
  })

  it('takes over from a file that is no lock', async () => {
    await writeFile(join(dir, 'test-suite.lock'), 'half')
    const lock = await lockSuite({dir, signal: never})
    await lock[Symbol.asyncDispose]()
  })

  it('stops waiting when it is told to, and leaves nothing behind', async () => {
    const stop = new AbortController()
    const first = await lockSuite({dir, signal: never})
    const second = lockSuite({dir, signal: stop.signal, onWait: () => stop.abort()})
    await assert.rejects(second, {name: 'AbortError'})
    await first[Symbol.asyncDispose]()
    assert.deepEqual(await readdir(dir), [])
  })

  it('is given to each of many who race for it, one after the other', async () => {
    let running = 0
    let most = 0
    await writeFile(join(dir, 'test-suite.lock'), JSON.stringify({...(await identifyProcess()), processStart: 'once'}))
    await Promise.all(
      Array.from({length: 4}, async () => {
        const lock = await lockSuite({dir, signal: never})
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setImmediate(resolve))
        running -= 1
        await lock[Symbol.asyncDispose]()
      }),
    )
    assert.equal(most, 1)
  })
})
