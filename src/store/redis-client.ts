import {Cluster, Redis, type RedisOptions} from 'ioredis'
import type {RedisAddress} from './redis-address.ts'

export const RETRY_MS = 50

/** One server, not connected yet. Nothing is left in a queue: what was reported as failed is not sent later. */
export function createSingle(address: RedisAddress, patienceMs: number): Redis {
  return new Redis({
    ...commonOptions(address, patienceMs),
    enableOfflineQueue: false,
    retryStrategy: (times) => Math.min(times * RETRY_MS, 500),
  })
}

/** All nodes of a cluster, found through one of them; not connected yet. */
export function createCluster(address: RedisAddress, patienceMs: number): Cluster {
  const {host, port, ...options} = commonOptions(address, patienceMs)
  return new Cluster([{host: host ?? 'localhost', port: port ?? 6379}], {
    redisOptions: options,
    lazyConnect: true,
    enableOfflineQueue: false,
    // A slot that nobody serves says so to each command, and is asked again.
    enableReadyCheck: false,
    slotsRefreshTimeout: patienceMs / 3,
    clusterRetryStrategy: (times) => Math.min(times * RETRY_MS, 500),
  })
}

function commonOptions({options}: RedisAddress, patienceMs: number) {
  return {
    ...options,
    lazyConnect: true,
    // Old servers know no other protocol, and we need nothing of the new one.
    protocol: 2,
    disableClientInfo: true,
    // A server that is loading says so to each command, and is asked again.
    enableReadyCheck: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: patienceMs,
    // A connection that was cut without a word is noticed in time for another.
    socketTimeout: patienceMs / 3,
    disconnectTimeout: RETRY_MS,
  } as const satisfies RedisOptions
}
