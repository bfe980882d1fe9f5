import assert from 'node:assert/strict'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {RedisStoreOptions} from '../../src/store/redis-store.ts'
import {rightsOf} from '../../src/store/redis-errors.ts'
import type {Store} from '../../src/store/store.ts'
import {HAS_OPENSSL, makeCertificates, type Certificates} from '../support/certificates.ts'
import {startRedisCluster} from '../support/redis-cluster.ts'
import {describeRedis, rejects} from '../support/redis-suite.ts'
import {taskStarted} from './store-contract.ts'

const at = '2026-01-02T03:04:05.000Z'

describeRedis('who may use the Redis store', ({open, startServer, admin, closeLater}) => {
  describe('by TLS', () => {
    if (!HAS_OPENSSL) {
      it('needs openssl on PATH to make certificates', process.env['CI'] === 'true' ? () => assert.fail('There is none.') : undefined)
      return
    }
    let made: Certificates
    before(async () => {
      made = await makeCertificates()
    })
    after(() => made.remove())

    const startTls = async (...settings: readonly string[]) => {
      const files = ['--tls-cert-file', made.server.cert, '--tls-key-file', made.server.key, '--tls-ca-cert-file', made.ca]
      // The last port counts: TLS on the one that was chosen, and none without.
      const {port} = await startServer(...files, '--tls-auth-clients', 'no', ...settings, '--tls')
      return port
    }

    it('is used when the authority is known, with everything that a store does', async () => {
      const store = await open(`rediss://127.0.0.1:${await startTls()}/4`, {tls: {ca: made.ca}})
      await useStore(store)
      assert.match(store.location, /^rediss:\/\/127\.0\.0\.1:\d+\/4$/)
    })

    it('refuses a certificate that nobody known has signed, unless that is allowed', async () => {
      const url = `rediss://127.0.0.1:${await startTls()}`
      await rejects(open(url), 'STORE_UNREACHABLE', /did not answer \(.*(certificate|UnknownIssuer)/i, /store\.tls\.ca/)
      await useStore(await open(url, {tls: {verify: false}}))
    })

    it('refuses a certificate for another host', async () => {
      const url = `rediss://localhost:${await startTls('--bind', '127.0.0.1')}`
      await rejects(open(url, {tls: {ca: made.ca}}), 'STORE_UNREACHABLE', /altnames|NotValidForName|does not match/i, /host name/)
    })

    it('shows a certificate of its own to a server that wants one', async () => {
      const url = `rediss://127.0.0.1:${await startTls('--tls-auth-clients', 'yes')}`
      await useStore(await open(url, {tls: {ca: made.ca, ...made.client}}))
      await rejects(open(url, {tls: {ca: made.ca}, patienceMs: 300}), 'STORE_UNREACHABLE', /did not answer/)
    })

    it('is asked for where it is, and not where it is not', async () => {
      const tlsPort = await startTls()
      const {port} = await startServer()
      await rejects(open(`redis://127.0.0.1:${tlsPort}`, {patienceMs: 300}), 'STORE_UNREACHABLE', /did not answer/, /rediss:/)
      const plain: Partial<RedisStoreOptions> = {tls: {ca: made.ca}, patienceMs: 300}
      await rejects(open(`rediss://127.0.0.1:${port}`, plain), 'STORE_UNREACHABLE', /did not answer/, /redis:\/\/ instead of rediss/)
      await rejects(open(`redis://127.0.0.1:${port}`, plain), 'CONFIG_INVALID', /without TLS/, /rediss:/)
    })

    it('names a file that is not there, is no PEM file, or is half of a pair', async () => {
      const url = 'rediss://127.0.0.1:1'
      const junk = join(made.ca, '..', 'junk')
      await writeFile(junk, 'no certificate')
      await rejects(open(url, {tls: {ca: '/nowhere/ca.pem'}}), 'CONFIG_INVALID', /store\.tls\.ca: \/nowhere\/ca\.pem cannot be read/)
      await rejects(open(url, {tls: {ca: junk}}), 'CONFIG_INVALID', /is no PEM file/)
      await rejects(open(url, {tls: {cert: made.client.cert}}), 'CONFIG_INVALID', /need each other/)
    })
  })

  describe('by its rights', () => {
    const startWithUser = async (rights: string) => {
      const server = await startServer()
      const rules = rights.replaceAll("'", '').split(' ')
      await admin(server).call('ACL', 'SETUSER', 'conduct', 'on', '>sesame', '-@all', ...rules)
      return {server, url: `redis://conduct:sesame@127.0.0.1:${server.port}`}
    }
    const all = rightsOf({pattern: 'conduct:*'})

    it('needs those that are documented, and no more', async () => {
      const {url} = await startWithUser(all)
      await useStore(await open(url))
      await useStore(await open(`${url}/5`))
    })

    for (const lacking of ['xadd', 'hset', 'eval', 'zadd', 'get']) {
      it(`names ${lacking} when that is lacking, before anything is written`, async () => {
        const {url} = await startWithUser(all.replace(` +${lacking}`, ''))
        const line = new RegExp(`ACL SETUSER conduct .*\\+${lacking}`)
        await rejects(open(url), 'STORE_UNREACHABLE', new RegExp(`the user conduct .*${lacking}`, 'is'), line)
      })
    }

    it('names the keys when those are lacking', async () => {
      const {url} = await startWithUser(all)
      await rejects(open(url, {prefix: 'other'}), 'STORE_UNREACHABLE', /key/, /ACL SETUSER conduct '~other:\*'/)
    })

    it('are enough for a cluster with CLUSTER SLOTS on top', async () => {
      const cluster = await startRedisCluster()
      closeLater({[Symbol.asyncDispose]: () => cluster.remove()})
      const rules = `${all.replaceAll("'", '')} +cluster|slots`.split(' ')
      for (const node of cluster.nodes) await admin(node).call('ACL', 'SETUSER', 'conduct', 'on', '>sesame', '-@all', ...rules)
      await useStore(await open(`redis://conduct:sesame@127.0.0.1:${cluster.nodes[0]?.port}`))
    })
  })

  it('keeps stores with other prefixes, and other databases, apart', async () => {
    const server = await startServer()
    const stores = [
      await open(server.url()),
      await open(server.url(), {prefix: 'team-a'}),
      await open(server.url(), {prefix: 'team-a:x'}),
      await open(server.url(1)),
    ]
    for (const store of stores) await useStore(store)
    assert.deepEqual(
      (await admin(server).keys('*')).filter((key) => !/^(conduct|team-a|team-a:x):[^:]/.test(key)),
      [],
    )
  })
})

/** Everything that a store does, once. */
async function useStore(store: Store): Promise<void> {
  assert.deepEqual(await store.tasks(), [])
  assert.equal(await store.append('t1', 0, [taskStarted('t1')], {at}), 'appended')
  const owner = {pid: 1, processStart: '1', bootId: '', host: ''}
  assert.equal(await store.swapLease('t1', 0, {epoch: 1, owner, expiresAt: 9}), true)
  assert.equal(await store.renewLease('t1', 1, 10), true)
  assert.equal((await store.readLease('t1'))?.expiresAt, 10)
  assert.equal((await store.tasks()).length, 1)
  assert.equal((await store.versions()).get('t1'), 1)
  assert.equal((await store.read('t1')).length, 1)
}
