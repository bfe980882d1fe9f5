import {Redis} from 'ioredis'
import {startRedisServer, type RedisServer} from './redis-server.ts'

/** Three primaries that share the 16384 slots. */
export interface RedisCluster {
  readonly nodes: readonly RedisServer[]
  remove(): Promise<void>
}

const BOUNDS = [
  [0, 5460],
  [5461, 10922],
  [10923, 16383],
] as const

/** Starts a cluster; returns when every node finds that all slots are served. */
export async function startRedisCluster(settings: readonly string[] = []): Promise<RedisCluster> {
  const clustered = ['--cluster-enabled', 'yes', '--databases', '1', ...settings]
  const nodes = await Promise.all(BOUNDS.map(() => startRedisServer(clustered)))
  const clients = nodes.map(({port}) => new Redis({port, host: '127.0.0.1'}))
  try {
    await Promise.all(clients.map((client, index) => client.call('CLUSTER', 'ADDSLOTSRANGE', ...(BOUNDS[index] ?? []))))
    // Nodes of one epoch must agree who comes first, which takes them a while unless it is said.
    await Promise.all(clients.map((client, index) => client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1)))
    await Promise.all(nodes.map(({port}) => clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', port)))
    await Promise.all(clients.map(isReady))
  } finally {
    for (const client of clients) client.disconnect()
  }
  return {nodes, remove: async () => void (await Promise.all(nodes.map((node) => node.remove())))}
}

async function isReady(client: Redis): Promise<void> {
  for (;;) {
    const info = String(await client.call('CLUSTER', 'INFO'))
    if (info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${BOUNDS.length}`)) return
  }
}
