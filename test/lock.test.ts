import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {withLock} from '../src/lock.ts'

const HOLDER = fileURLToPath(new URL('support/lock-holder.ts', import.meta.url))

describe('a lock file', () => {
  let dir = ''
  let file = ''
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'conduct-lock-'))
    file = join(dir, 'deep', 'test.lock')
  })
  afterEach(() => rm(dir, {recursive: true, force: true}))

  it('is given to each of many who race for it, one after the other', async () => {
    let running = 0
    let most = 0
    let done = 0
    const work = async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      done += 1
    }
    await Promise.all(Array.from({length: 8}, () => withLock(file, work)))
    assert.deepEqual({most, done}, {most: 1, done: 8})
  })

  it('is free again after work that failed', async () => {
    await assert.rejects(
      withLock(file, () => Promise.reject(new Error('no luck'))),
      /no luck/,
    )
    assert.equal(await withLock(file, () => Promise.resolve(1)), 1)
  })

  it('is waited for no longer than the signal allows', async () => {
    const stop = new AbortController()
    await withLock(file, async () => {
      const second = withLock(file, () => Promise.resolve(), {signal: stop.signal})
      stop.abort()
      await assert.rejects(second, {name: 'AbortError'})
    })
  })

  it('is held against other processes, and free at once when its holder is killed', async function () {
    this.timeout(60_000)
    const run = 'Deno' in globalThis ? ['run', '--allow-all', '--quiet'] : []
    const holder = spawn(process.execPath, [...run, HOLDER, file], {stdio: ['ignore', 'pipe', 'inherit']})
    await once(holder.stdout, 'data')
    const stop = new AbortController()
    const waiting = withLock(file, () => Promise.resolve('mine'), {signal: stop.signal})
    const isFree = await Promise.race([waiting.then(() => true), new Promise((resolve) => setImmediate(() => resolve(false)))])
    assert.equal(isFree, false)
    holder.kill('SIGKILL')
    assert.equal(await waiting, 'mine')
  })
})
