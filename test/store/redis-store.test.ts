import assert from 'node:assert/strict'
import {openRedisStore} from '../../src/store/redis-store.ts'
import type {Lease, Store} from '../../src/store/store.ts'
import {openCutProxy} from '../support/cut-proxy.ts'
import {findFreePort, startRedisServer, type RedisServer} from '../support/redis-server.ts'
import {describeRedis, rejects} from '../support/redis-suite.ts'
import {note, storeContract, taskStarted} from './store-contract.ts'

const at = '2026-01-02T03:04:05.000Z'
const lease: Lease = {epoch: 1, owner: {pid: 1, processStart: '1', bootId: '', host: ''}, expiresAt: 9}

describeRedis('the Redis store', ({open, startServer, closeLater}) => {
  let server: RedisServer
  let database = 0

  before(async () => {
    server = await startRedisServer()
  })

  after(() => server.remove())

  /** An empty database. */
  const newUrl = () => server.url(++database)

  storeContract('Redis', () => openRedisStore(newUrl()))

  it('shares one server between several connections', async () => {
    const url = newUrl()
    const [one, two] = [await open(url), await open(url)]
    await one.append('t1', 0, [note('a')], {at})
    assert.equal(await two.append('t1', 0, [note('b')], {at}), 'conflict')
    assert.equal(await two.append('t1', 1, [note('b')], {at}), 'appended')
    assert.equal((await one.read('t1')).length, 2)
  })

  it('reads a log that is longer than a page', async () => {
    const store = await open(newUrl())
    const events = Array.from({length: 2500}, (_, index) => note(String(index)))
    await store.append('t1', 0, events, {at})
    const versions = (await store.read('t1', 200)).map((event) => event.version)
    assert.deepEqual(
      versions,
      Array.from({length: 2300}, (_, index) => index + 201),
    )
  })

  describe('its address', () => {
    it('is shown without the password', async () => {
      const {port} = await startServer('--requirepass', 'open sesame')
      const store = await open(`redis://default:open%20sesame@127.0.0.1:${port}/7`)
      assert.equal(store.location, `redis://default@127.0.0.1:${port}/7`)
    })

    it('may not carry what would be ignored', async () => {
      await rejects(open('redis://127.0.0.1/?db=3&password=x'), 'CONFIG_INVALID', /127\.0\.0\.1\/, cannot be used/, /redis:\/\/user/)
      await rejects(open('redis://127.0.0.1/songs'), 'CONFIG_INVALID', /"songs" is not the number/, /redis:\/\/user/)
      await rejects(open('redis://u:100%@127.0.0.1'), 'CONFIG_INVALID', /written as %25/, /redis:\/\/user/)
    })
  })

  describe('refuses a server', () => {
    it('that keeps nothing, unless that is allowed', async () => {
      const {url} = await startServer('--appendonly', 'no')
      await rejects(open(url()), 'STORE_UNREACHABLE', /forgets .* \(appendonly no\)/, /appendonly yes.*allowVolatile/s)
      const store = await open(url(), {allowVolatile: true})
      assert.equal(await store.append('t1', 0, [note('a')], {at}), 'appended')
    })

    it('that may drop events when its memory is full, whatever is allowed', async () => {
      const {url} = await startServer('--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru')
      await rejects(open(url(), {allowVolatile: true}), 'STORE_UNREACHABLE', /maxmemory-policy allkeys-lru/, /noeviction/)
    })

    it('that does not say what it keeps, unless that is allowed', async () => {
      const {url} = await startServer('--user', 'default', 'on', 'nopass', '~*', '+@all', '-info')
      await rejects(open(url()), 'STORE_UNREACHABLE', /does not say/, /\+info.*allowVolatile/s)
      const store = await open(url(), {allowVolatile: true})
      assert.equal(await store.append('t1', 0, [note('a')], {at}), 'appended')
    })

    it('that wants another password, or any, without telling the wrong one', async () => {
      const {port} = await startServer('--requirepass', 'open sesame')
      const wrong = open(`redis://:guess@127.0.0.1:${port}`)
      await rejects(wrong, 'STORE_UNREACHABLE', /did not let conduct in \(WRONGPASS/, /right user and password/)
      await wrong.catch((error: unknown) => assert.doesNotMatch(JSON.stringify(error) + String(error), /guess/))
      await rejects(open(`redis://127.0.0.1:${port}`), 'STORE_UNREACHABLE', /NOAUTH/, /user and password/)
    })

    it('that has no such database', async () => {
      await rejects(open(server.url(1000)), 'STORE_UNREACHABLE', /out of range/, /number in the URL/)
    })

    it('that is a replica, when it is to write', async () => {
      const {url} = await startServer('--replicaof', '127.0.0.1', String(server.port))
      const store = await open(url())
      await rejects(store.append('t1', 0, [note('a')], {at}), 'STORE_READ_ONLY', /replica/, /primary/)
    })

    it('whose memory is full, when it is to write, and writes nothing', async () => {
      const {url} = await startServer('--maxmemory', '1mb')
      const store = await open(url())
      const events = [taskStarted('t1'), note('x'.repeat(3_000_000))]
      await rejects(store.append('t1', 0, events, {at}), 'STORE_FULL', /OOM/, /maxmemory/)
      assert.deepEqual(await store.read('t1'), [])
      assert.deepEqual(await store.tasks(), [])
    })
  })

  describe('a server that goes away', () => {
    it('is told of at once when nobody ever listened', async () => {
      const url = `redis://127.0.0.1:${await findFreePort()}`
      await rejects(open(url), 'STORE_UNREACHABLE', /did not answer \(.*ECONNREFUSED/, /Start Redis/)
    })

    it('is given up after a while, and found again when it is back', async () => {
      const other = await startServer()
      const store = await open(other.url(), {patienceMs: 300})
      await store.append('t1', 0, [note('a')], {at})
      await other.signal('SIGKILL')
      await rejects(store.read('t1'), 'STORE_UNREACHABLE', /did not answer for 0\.3 s \(.*ECONNREFUSED/, /conduct resume/)
      await rejects(store.append('t1', 1, [note('lost')], {at}), 'STORE_UNREACHABLE', /did not answer/, /Start Redis/)
      await other.start()
      assert.equal(await store.append('t1', 1, [note('b')], {at}), 'appended')
      assert.deepEqual(await notes(store), ['a', 'b'])
    })

    it('is waited for once, not by each call anew', async () => {
      const other = await startServer()
      const store = await open(other.url(), {patienceMs: 2000})
      await other.signal('SIGKILL')
      const reading = async () => {
        const begin = performance.now()
        await rejects(store.read('t1'), 'STORE_UNREACHABLE', /did not answer for 2 s/)
        return performance.now() - begin
      }
      const [first, second] = [await reading(), await reading()]
      assert.ok(first >= 2000 && second < first, `${first} ms, then ${second} ms`)
    })

    it('is given up when it is there but silent', async () => {
      const other = await startServer()
      const store = await open(other.url(), {patienceMs: 300})
      await other.signal('SIGSTOP')
      await rejects(store.read('t1'), 'STORE_UNREACHABLE', /did not answer for 0\.3 s/, /Start Redis/)
      await other.signal('SIGCONT')
      assert.deepEqual(await store.read('t1'), [])
    })

    it('loses nothing that was acknowledged, killed in the middle of it, and gets every event once', async () => {
      const other = await startServer()
      const stores = [await open(other.url()), await open(other.url()), await open(other.url())]
      const writing = Promise.all(stores.map((store, index) => writeNotes(store, `t${index}`, 150)))
      for (let kill = 0; kill < 3; kill++) {
        await reached(stores[0], 't0', 40 * (kill + 1))
        await other.signal('SIGKILL')
        await other.start()
      }
      await writing
      const wanted = Array.from({length: 150}, (_, index) => String(index))
      for (const [index, store] of stores.entries()) assert.deepEqual(await notes(store, `t${index}`), wanted)
    })
  })

  describe('an answer that was lost on the way', () => {
    const openCuttable = async () => {
      const proxy = await openCutProxy(server.port)
      closeLater({[Symbol.asyncDispose]: () => proxy.close()})
      return {proxy, store: await open(`redis://127.0.0.1:${proxy.port}/${++database}`)}
    }

    it('does not make an append happen twice, nor look like a race that was lost', async () => {
      const {proxy, store} = await openCuttable()
      proxy.loseNextAnswer()
      assert.equal(await store.append('t1', 0, [note('a'), note('b')], {at}), 'appended')
      assert.deepEqual(await notes(store), ['a', 'b'])
    })

    it('does not make a lease look like another process has it', async () => {
      const {proxy, store} = await openCuttable()
      proxy.loseNextAnswer()
      assert.equal(await store.swapLease('t1', 0, lease), true)
      proxy.loseNextAnswer()
      assert.equal(await store.renewLease('t1', 1, 0), true)
      assert.deepEqual(await store.readLease('t1'), {...lease, expiresAt: 0})
    })
  })

  it('fails what is on its way when it is closed', async () => {
    const other = await startServer()
    const store = await open(other.url())
    await other.signal('SIGSTOP')
    const reading = store.read('t1')
    const failing = rejects(reading, 'STORE_UNREACHABLE', /closed/)
    await store[Symbol.asyncDispose]()
    await failing
    await rejects(store.read('t1'), 'STORE_UNREACHABLE', /closed/)
  })
})

/** Appends `length` notes, one after another, as a task's log does. */
async function writeNotes(store: Store, taskId: string, length: number): Promise<void> {
  for (let version = 0; version < length; version++) {
    assert.equal(await store.append(taskId, version, [note(String(version))], {at}), 'appended')
  }
}

async function reached(store: Store | undefined, taskId: string, length: number): Promise<void> {
  let version = 0
  while (version < length) version = (await store?.read(taskId, version))?.at(-1)?.version ?? version
}

async function notes(store: Store, taskId = 't1'): Promise<readonly string[]> {
  return (await store.read(taskId)).flatMap((event) => (event.type === 'drift.repaired' ? [event.what] : []))
}
