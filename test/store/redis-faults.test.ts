import assert from 'node:assert/strict'
import {rm} from 'node:fs/promises'
import type {Store, StoreWait} from '../../src/store/store.ts'
import {TaskLog} from '../../src/tasks/task-log.ts'
import type {RedisServer} from '../support/redis-server.ts'
import {describeRedis, rejects} from '../support/redis-suite.ts'
import {note, taskStarted} from './store-contract.ts'

const at = '2026-01-02T03:04:05.000Z'

describeRedis('a Redis server that comes back', ({open, startServer, admin}) => {
  /** A store in use, with two events of `t1`. */
  const begin = async (server: RedisServer, options: Parameters<typeof open>[1] = {}) => {
    const store = await open(server.url(), options)
    await store.append('t1', 0, [taskStarted('t1'), note('a')], {at})
    return store
  }
  const restart = async (server: RedisServer, ...changes: readonly string[]) => {
    await server.signal('SIGKILL')
    await server.start(...changes)
  }

  it('without its data is refused, by readers and by writers, and is not written over', async () => {
    const server = await startServer()
    const store = await begin(server)
    await server.signal('SIGKILL')
    await server.clear()
    await server.start()
    await rejects(
      store.append('t1', 2, [note('b')], {at}),
      'STORE_UNREACHABLE',
      /came back without what it was told/,
      /files back.*resume/s,
    )
    await rejects(store.read('t1'), 'STORE_UNREACHABLE', /came back without/)
    await rejects(store.renewLease('t1', 1, 9), 'STORE_UNREACHABLE', /came back without/)
    assert.deepEqual(await admin(server).keys('*'), [])
  })

  it('with the data of somebody else is refused too', async () => {
    const server = await startServer()
    const store = await begin(server)
    await server.signal('SIGKILL')
    await server.clear()
    await server.start()
    await begin(server)
    await rejects(store.append('t1', 2, [note('b')], {at}), 'STORE_UNREACHABLE', /the data of another/)
  })

  it('that was emptied while it ran is noticed by whoever has read the log', async () => {
    const server = await startServer()
    const store = await begin(server)
    const log = await TaskLog.open(store, 't1', {now: () => 0})
    await admin(server).flushall()
    await rejects(log.append(note('b')), 'STORE_UNREACHABLE', /has lost events of task t1/, /git branch/)
    assert.deepEqual(await store.read('t1'), [])
  })

  it('without its append-only file switched on is refused', async () => {
    const server = await startServer()
    const store = await begin(server)
    await restart(server, '--appendonly', 'no', '--dbfilename', 'none')
    await rejects(store.append('t1', 2, [note('b')], {at}), 'STORE_UNREACHABLE', /forgets what it was told/, /appendonly yes/)
  })

  it('with another password is refused, and its data are there for whoever has it', async () => {
    const server = await startServer()
    const store = await begin(server)
    await restart(server, '--requirepass', 'changed')
    await rejects(
      store.append('t1', 2, [note('b')], {at}),
      'STORE_UNREACHABLE',
      /did not let conduct in \(NOAUTH/,
      /right user and password/,
    )
    assert.equal(await (await open(`redis://:changed@127.0.0.1:${server.port}`)).append('t1', 2, [note('b')], {at}), 'appended')
  })

  it('as a replica is waited for, since it may become the primary again', async () => {
    const [server, other] = [await startServer(), await startServer()]
    const store = await begin(server, {patienceMs: 1500})
    const client = admin(server)
    await client.replicaof('127.0.0.1', String(other.port + 1))
    await rejects(store.append('t1', 2, [note('lost')], {at}), 'STORE_READ_ONLY', /is a replica/, /primary.*resume/s)
    const appending = store.append('t1', 2, [note('b')], {at})
    await client.replicaof('NO', 'ONE')
    assert.equal(await appending, 'appended')
    assert.equal((await store.read('t1')).length, 3)
  })
})

describeRedis('a Redis server that accepts nothing new', ({open, startServer, admin}) => {
  const refusesTheNext = async (store: Store, server: RedisServer, code: string, message: RegExp, suggestion: RegExp) => {
    await rejects(store.append('t1', 1, [note('b')], {at}), code, message, suggestion)
    assert.equal((await store.read('t1')).length, 1)
    await admin(server).config('SET', 'maxmemory', '0')
  }

  it('since its memory is full says so, and takes it once there is room', async () => {
    const server = await startServer()
    const store = await open(server.url())
    await store.append('t1', 0, [note('a')], {at})
    await admin(server).config('SET', 'maxmemory', '1')
    await refusesTheNext(store, server, 'STORE_FULL', /No room .*OOM.*Nothing that was recorded is lost/, /maxmemory.*resume/s)
    assert.equal(await store.append('t1', 1, [note('b')], {at}), 'appended')
  })

  it('since it cannot write its snapshots says so', async () => {
    const server = await startServer('--save', '900 1')
    const store = await open(server.url())
    await store.append('t1', 0, [note('a')], {at})
    await rm(server.folder, {recursive: true})
    const client = admin(server)
    await client.bgsave()
    while (!(await client.info('persistence')).includes('rdb_last_bgsave_status:err'));
    await refusesTheNext(store, server, 'STORE_UNREACHABLE', /cannot write to its disk.*MISCONF/, /server's log.*resume/s)
  })

  it('since its disk is full says so, and keeps what it acknowledged', async () => {
    const server = await startServer('--appendfsync', 'everysec', '--max-file-kilobytes', '64')
    const store = await open(server.url())
    const {version, refusal} = await fill(store)
    await rejects(Promise.reject(refusal), 'STORE_FULL', /MISCONF.*Nothing that was recorded is lost/s, /server's disk/)
    assert.equal((await store.read('t1')).length, version)
    assert.equal((await (await open(server.url())).read('t1')).length, version)
  })

  it('since its disk is full and it ended of it, as one does that is to keep every write, has all it acknowledged', async () => {
    const server = await startServer('--appendfsync', 'always', '--max-file-kilobytes', '64')
    const store = await open(server.url(), {patienceMs: 300})
    const {version, refusal} = await fill(store)
    await rejects(Promise.reject(refusal), 'STORE_UNREACHABLE', /did not answer/)
    await server.start('--max-file-kilobytes', 'none')
    assert.equal((await store.read('t1')).length, version)
    assert.equal(await store.append('t1', version, [note('b')], {at}), 'appended')
  })

  /** Appends until the server refuses; how many it acknowledged. */
  async function fill(store: Store): Promise<{readonly version: number; readonly refusal: unknown}> {
    for (let version = 0; ; version++) {
      const result = await store.append('t1', version, [note('x'.repeat(4000))], {at}).catch((error: unknown) => error)
      if (result !== 'appended') return {version, refusal: result}
    }
  }
})

describeRedis('the patience of a run', ({open, startServer}) => {
  const recordWaits = () => {
    const waits: StoreWait[] = []
    let tell: (() => void) | undefined
    const told = new Promise<void>((resolve) => (tell = resolve))
    return {waits, told, onWait: (wait: StoreWait) => (waits.push(wait), tell?.())}
  }

  it('outlasts that of a command, and tells once that it waits and once that it is over', async () => {
    const server = await startServer()
    const store = await open(server.url(), {patienceMs: 300})
    const {waits, told, onWait} = recordWaits()
    store.extendPatience({ms: 20_000, onWait})
    await server.signal('SIGKILL')
    const appending = Promise.all([store.append('t1', 0, [note('a')], {at}), store.append('t2', 0, [note('a')], {at})])
    await told
    await server.start()
    assert.deepEqual(await appending, ['appended', 'appended'])
    assert.deepEqual(
      waits.map(({status}) => status),
      ['waiting', 'over'],
    )
    assert.match(JSON.stringify(waits[0]), /did not answer .*ECONNREFUSED/)
    assert.equal((await store.read('t1')).length, 1)
  })

  it('ends when the run is interrupted', async () => {
    const server = await startServer()
    const store = await open(server.url(), {patienceMs: 300})
    const {told, onWait} = recordWaits()
    const interrupt = new AbortController()
    store.extendPatience({ms: 600_000, signal: interrupt.signal, onWait})
    await server.signal('SIGKILL')
    const appending = store.append('t1', 0, [note('a')], {at})
    await told
    interrupt.abort()
    await rejects(appending, 'STORE_UNREACHABLE', /did not answer/, /conduct resume/)
  })
})
