import assert from 'node:assert/strict'
import {openRedisStore} from '../../src/store/redis-store.ts'
import {startRedisCluster, type RedisCluster} from '../support/redis-cluster.ts'
import {describeRedis, rejects} from '../support/redis-suite.ts'
import {note, storeContract, taskStarted} from './store-contract.ts'

const at = '2026-01-02T03:04:05.000Z'

describeRedis('the Redis store on a cluster', ({open, startServer}) => {
  let cluster: RedisCluster
  let prefixes = 0

  before(async () => {
    cluster = await startRedisCluster()
  })

  after(() => cluster.remove())

  const url = (node = 0) => `redis://127.0.0.1:${cluster.nodes[node]?.port}`

  storeContract('A cluster', () => openRedisStore(url(), {prefix: `p${++prefixes}`}))

  it('is found through any of its nodes, and has tasks on all of them', async () => {
    const [one, two] = [await open(url(0), {prefix: 'shared'}), await open(url(2), {prefix: 'shared'})]
    const ids = Array.from({length: 12}, (_, index) => `t${index}`)
    for (const id of ids) assert.equal(await one.append(id, 0, [taskStarted(id), note('a')], {at}), 'appended')
    assert.deepEqual((await two.tasks()).map(({taskId}) => taskId).sort(), ids.toSorted())
    for (const id of ids) assert.equal((await two.read(id)).length, 2)
    assert.deepEqual(
      [...(await two.versions()).values()],
      ids.map(() => 2),
    )
  })

  it('is waited for when one of its nodes is killed, and nothing acknowledged is lost', async () => {
    const store = await open(url(), {prefix: 'killed'})
    const ids = Array.from({length: 9}, (_, index) => `t${index}`)
    const appendToAll = (version: number) => Promise.all(ids.map((id) => store.append(id, version, [note(String(version))], {at})))
    await appendToAll(0)
    const [, node] = cluster.nodes
    await node?.signal('SIGKILL')
    const appending = appendToAll(1)
    await node?.start()
    assert.deepEqual(
      await appending,
      ids.map(() => 'appended'),
    )
    for (const id of ids) assert.equal((await store.read(id)).length, 2)
  })

  it('is refused when one node keeps nothing', async () => {
    const lone = await startServer('--cluster-enabled', 'yes', '--databases', '1', '--appendonly', 'no')
    await rejects(open(`redis://127.0.0.1:${lone.port}`, {patienceMs: 300}), 'STORE_UNREACHABLE', /forgets|did not answer/)
  })

  it('says that nobody serves the tasks, when that is so', async () => {
    const lone = await startServer('--cluster-enabled', 'yes', '--databases', '1')
    await rejects(open(`redis://127.0.0.1:${lone.port}`, {patienceMs: 300}), 'STORE_UNREACHABLE', /CLUSTERDOWN|did not answer/)
  })

  it('has no numbered databases, and says so', async () => {
    await rejects(open(`${url()}/3`), 'STORE_UNREACHABLE', /SELECT is not allowed in cluster mode/, /store\.prefix/)
  })
})
