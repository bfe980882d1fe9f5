import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {ConductError} from '../../src/errors.ts'
import {identifyProcess} from '../../src/process.ts'
import {withLease, type LeaseUser} from '../../src/run/with-lease.ts'
import {openSqliteStore} from '../../src/store/sqlite-store.ts'
import type {LeaseOwner, Store} from '../../src/store/store.ts'

describe('whoever wants the lease of a task', () => {
  let folder = ''
  let store: Store
  let me: LeaseOwner

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conduct-lease-'))
    store = await openSqliteStore(join(folder, 'state.db'))
    const found = await identifyProcess()
    assert.ok(found)
    me = found
  })

  afterEach(async () => {
    await store[Symbol.asyncDispose]()
    await rm(folder, {recursive: true, force: true})
  })

  const take = <T>(use: () => Promise<T>, more: Partial<LeaseUser> = {}) =>
    withLease({store, now: Date.now, purpose: 'operation', ...more}, 't1', use)
  const holdAs = (owner: LeaseOwner) => store.swapLease('t1', 0, {epoch: 1, owner, expiresAt: Date.now() + 60_000})
  const isLocked = (says: RegExp) => (error: unknown) => {
    assert.ok(error instanceof ConductError && error.code === 'TASK_LOCKED')
    assert.match(error.message, says)
    return true
  }

  it('waits for an operation to end, whatever its own purpose', async () => {
    for (const purpose of ['operation', 'run'] as const) {
      const said: string[] = []
      const {promise: isIn, resolve: enter} = Promise.withResolvers<void>()
      const {promise: gate, resolve: open} = Promise.withResolvers<void>()
      const first = take(async () => (enter(), await gate, said.push('first')))
      await isIn
      const second = take(async () => said.push('second'), {purpose})
      open()
      await Promise.all([first, second])
      assert.deepEqual(said, ['first', 'second'])
    }
  })

  it('is refused at once while a runner has it, also one of a version that did not say so', async () => {
    for (const [epoch, owner] of [{...me, purpose: 'run'} as const, me].entries()) {
      await store.swapLease('t1', epoch, {epoch: epoch + 1, owner, expiresAt: Date.now() + 60_000})
      const begun = performance.now()
      await assert.rejects(take(assert.fail), isLocked(new RegExp(`Process ${me.pid} .* works on task t1`)))
      assert.ok(performance.now() - begun < 5000)
    }
  })

  it('gives up when an operation does not end', async () => {
    await holdAs({...me, purpose: 'operation'})
    await assert.rejects(take(assert.fail, {patienceMs: 50}), isLocked(/still busy with an operation on task t1/))
  })

  it('stops waiting when it is told to', async () => {
    await holdAs({...me, purpose: 'operation'})
    const stop = new AbortController()
    const waiting = take(assert.fail, {signal: stop.signal})
    stop.abort()
    await assert.rejects(waiting, {name: 'AbortError'})
  })

  it('gets it, in the end, from among many', async () => {
    let [inside, most] = [0, 0]
    const use = async () => {
      most = Math.max(most, ++inside)
      await new Promise(setImmediate)
      inside--
    }
    await Promise.all(Array.from({length: 24}, () => take(use)))
    assert.deepEqual([inside, most], [0, 1])
  })

  it('finds it free once a store that was away when it was to be released is back', async () => {
    let isAway = true
    const away = new ConductError('STORE_UNREACHABLE', 'away')
    const flaky = {
      readLease: (id: string) => store.readLease(id),
      swapLease: (...args: Parameters<Store['swapLease']>) => store.swapLease(...args),
      renewLease: (...args: Parameters<Store['renewLease']>) => (isAway ? Promise.reject(away) : store.renewLease(...args)),
    }
    await take(async () => undefined, {store: flaky})
    isAway = false
    assert.equal(await take(async () => 'mine'), 'mine')
  })
})
