import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {identifyProcess} from '../../src/process.ts'
import {type AcquireOptions, acquireLease, heartbeat, isOwnerAlive, releaseLease} from '../../src/run/lease.ts'
import {openSqliteStore} from '../../src/store/sqlite-store.ts'
import type {LeaseOwner, Store} from '../../src/store/store.ts'

const alice: LeaseOwner = {pid: 1, processStart: '100', bootId: 'boot', host: 'a'}
const bob: LeaseOwner = {pid: 2, processStart: '200', bootId: 'boot', host: 'b'}

describe('a lease', () => {
  let folder = ''
  let store: Store

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conduct-lease-'))
    store = await openSqliteStore(join(folder, 'state.db'))
  })

  afterEach(async () => {
    await store[Symbol.asyncDispose]()
    await rm(folder, {recursive: true, force: true})
  })

  const acquire = (owner: LeaseOwner, options: Partial<AcquireOptions> = {}) =>
    acquireLease(store, 't1', {owner, now: () => 1000, ttlMs: 500, isAlive: async () => 'unknown', ...options})

  it('is taken when nobody ever held it', async () => {
    assert.deepEqual(await acquire(alice), {ok: true, epoch: 1})
    assert.deepEqual(await store.readLease('t1'), {epoch: 1, owner: alice, expiresAt: 1500})
  })

  it('is taken again, under a new epoch, after it was released', async () => {
    await acquire(alice)
    assert.equal(await releaseLease(store, 't1', 1), true)
    assert.deepEqual(await acquire(bob, {isAlive: async () => true}), {ok: true, epoch: 2})
  })

  it('stays with a living owner, even when it has expired', async () => {
    await acquire(alice)
    assert.deepEqual(await acquire(bob, {now: () => 999_999, isAlive: async () => true}), {ok: false, owner: alice, epoch: 1})
  })

  it('is taken from a dead owner at once, and names it', async () => {
    await acquire(alice)
    assert.deepEqual(await acquire(bob, {isAlive: async () => false}), {ok: true, epoch: 2, previous: alice})
  })

  it('of an owner nobody can ask about is taken when it has expired, not before', async () => {
    await acquire(alice)
    assert.deepEqual(await acquire(bob, {now: () => 1499}), {ok: false, owner: alice, epoch: 1})
    assert.deepEqual(await acquire(bob, {now: () => 1500}), {ok: true, epoch: 2, previous: alice})
  })

  it('goes to exactly one of several who race for it', async () => {
    const owners = Array.from({length: 10}, (_, pid) => ({...alice, pid}))
    const results = await Promise.all(owners.map((owner) => acquire(owner, {isAlive: async () => true})))
    assert.equal(results.filter(({ok}) => ok).length, 1)
    const {owner} = (await store.readLease('t1')) ?? {}
    assert.ok(results.every((result) => result.ok || result.owner.pid === owner?.pid))
  })

  it('goes to exactly one of several who race to replace a dead owner', async () => {
    await acquire(bob)
    const owners = Array.from({length: 10}, (_, pid) => ({...alice, pid}))
    const isAlive = async ({host}: LeaseOwner) => host === 'a'
    const results = await Promise.all(owners.map((owner) => acquire(owner, {isAlive})))
    assert.equal(results.filter(({ok}) => ok).length, 1)
    assert.equal((await store.readLease('t1'))?.epoch, 2)
  })

  it('cannot be released by an owner that was replaced', async () => {
    await acquire(alice)
    await acquire(bob, {isAlive: async () => false})
    assert.equal(await releaseLease(store, 't1', 1), false)
    assert.deepEqual((await store.readLease('t1'))?.owner, bob)
  })

  describe('heartbeat', () => {
    it('renews the lease until it is told to stop', async () => {
      await acquire(alice)
      const stop = new AbortController()
      let beats = 0
      // The second beat proves that the first is in the store.
      const now = () => (++beats === 2 && stop.abort(), 7000)
      await heartbeat(store, 't1', 1, {ttlMs: 30, signal: stop.signal, now, onLost: assert.fail})
      assert.deepEqual([beats, (await store.readLease('t1'))?.expiresAt], [2, 7030])
    })

    it('tells that the lease was lost, once, and ends', async () => {
      await acquire(alice)
      await acquire(bob, {isAlive: async () => false})
      let lost = 0
      const {signal} = new AbortController()
      await heartbeat(store, 't1', 1, {ttlMs: 3, signal, now: () => 7000, onLost: () => lost++})
      assert.deepEqual([lost, (await store.readLease('t1'))?.owner], [1, bob])
    })

    it('outlives a store that cannot be written for a while', async () => {
      await acquire(alice)
      const impatient = await openSqliteStore(join(folder, 'state.db'), {patienceMs: 1})
      const {DatabaseSync} = await import('node:sqlite')
      const blocker = new DatabaseSync(join(folder, 'state.db'))
      blocker.exec('BEGIN IMMEDIATE')
      const stop = new AbortController()
      let beats = 0
      const now = () => {
        beats++
        if (beats === 2) blocker.exec('COMMIT')
        if (beats === 3) stop.abort()
        return 7000
      }
      await heartbeat(impatient, 't1', 1, {ttlMs: 30, signal: stop.signal, now, onLost: assert.fail})
      assert.equal((await store.readLease('t1'))?.expiresAt, 7030)
      blocker.close()
      await impatient[Symbol.asyncDispose]()
    })

    it('does not begin when it is already told to stop', async () => {
      await heartbeat(store, 't1', 1, {ttlMs: 3, signal: AbortSignal.abort(), now: assert.fail, onLost: assert.fail})
    })
  })
})

describe('the owner of a lease', () => {
  let here: LeaseOwner

  before(async () => {
    const found = await identifyProcess()
    assert.ok(found)
    here = found
  })

  it('is alive when it is this process', async () => {
    assert.equal(await isOwnerAlive(here, here), true)
  })

  it('is dead when its process has ended', async () => {
    const child = spawn(process.execPath, ['--version'], {stdio: 'ignore'})
    assert.ok(child.pid)
    const exited = once(child, 'exit')
    const pid = child.pid
    await exited
    assert.equal(await isOwnerAlive({...here, pid, processStart: '1'}, here), false)
  })

  it('is dead when its pid belongs to another process by now', async () => {
    assert.equal(await isOwnerAlive({...here, processStart: 'earlier'}, here), false)
  })

  it('is unknown on another host, and after a restart', async () => {
    assert.equal(await isOwnerAlive({...here, host: `${here.host}-2`}, here), 'unknown')
    assert.equal(await isOwnerAlive({...here, bootId: 'another'}, here), 'unknown')
  })
})
