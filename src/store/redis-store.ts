import {randomUUID} from 'node:crypto'
import type {EventData, TaskEvent} from '../events.ts'
import {parseRedisUrl} from './redis-address.ts'
import {RedisConnection} from './redis-connection.ts'
import {APPEND, RENEW_LEASE, SWAP_LEASE} from './redis-scripts.ts'
import {objectionTo} from './redis-server-check.ts'
import type {AppendOptions, AppendResult, Lease, LeaseOwner, Store, TaskSummary} from './store.ts'

export interface RedisStoreOptions {
  /** Accept a server that forgets what it was told when it stops. */
  readonly allowVolatile: boolean
  /** How long a call waits for a server that is gone. */
  readonly patienceMs: number
  /** A new id for each write. */
  readonly newWriteId: () => string
}

/**
 * The store of several machines: a Redis or Valkey server. Must be closed. What was acknowledged survives a kill of
 * the server; to survive a power cut of its machine too, the server needs `appendfsync always`.
 *
 * @throws {ConductError} `STORE_UNREACHABLE`, `CONFIG_INVALID`
 */
export async function openRedisStore(url: string, options: Partial<RedisStoreOptions> = {}): Promise<Store> {
  const {allowVolatile = false, patienceMs = 10_000, newWriteId = randomUUID} = options
  const connection = await RedisConnection.open(parseRedisUrl(url), patienceMs)
  try {
    await checkServer(connection, allowVolatile)
  } catch (error) {
    await connection[Symbol.asyncDispose]()
    throw error
  }
  return new RedisStore(connection, newWriteId)
}

async function checkServer(connection: RedisConnection, allowVolatile: boolean): Promise<void> {
  // Refused as long as the server reads its files; until then INFO shows it without them.
  await connection.call('PING')
  const info = await connection.call('INFO').then(String, (error: unknown) => {
    if (error instanceof Error && error.message.includes('NOPERM')) return undefined
    throw error
  })
  const objection = objectionTo({info, location: connection.location, allowVolatile})
  if (objection) throw objection
}

/** Braces make the keys of one task neighbours, also for a later cluster. Text that others wrote is kept as JSON. */
const KEYS = {
  events: (taskId: string) => `conduct:{${taskId}}:events`,
  lease: (taskId: string) => `conduct:{${taskId}}:lease`,
  summaries: 'conduct:summaries',
  tasks: 'conduct:tasks',
  tasksOf: (repository: string) => `conduct:tasks:${JSON.stringify(repository)}`,
} as const

/** Events asked for at a time, so that a long log does not hold up other clients. */
const PAGE = 1000

class RedisStore implements Store {
  readonly location: string
  readonly #connection: RedisConnection
  readonly #newWriteId: () => string

  constructor(connection: RedisConnection, newWriteId: () => string) {
    this.location = connection.location
    this.#connection = connection
    this.#newWriteId = newWriteId
  }

  async append(taskId: string, expectedVersion: number, events: readonly EventData[], options: AppendOptions): Promise<AppendResult> {
    const {at, fence = ''} = options
    const start = events.find((event) => event.type === 'task.started')
    const keys = [KEYS.events(taskId), KEYS.lease(taskId), ...(start ? [KEYS.summaries, KEYS.tasks, KEYS.tasksOf(start.repository)] : [])]
    const summary = start ? JSON.stringify({repository: start.repository, description: start.description, startedAt: at}) : ''
    const rows = events.map((event) => JSON.stringify(event))
    const args = [expectedVersion, fence, this.#newWriteId(), at, taskId, Date.parse(at), summary, ...rows]
    // The script returns nothing else.
    return (await this.#evaluate(APPEND, keys, args)) as AppendResult
  }

  async read(taskId: string, afterVersion = 0): Promise<readonly TaskEvent[]> {
    const events: TaskEvent[] = []
    let page: readonly TaskEvent[]
    do {
      const next = (events.at(-1)?.version ?? afterVersion) + 1
      const entries = await this.#connection.call('XRANGE', KEYS.events(taskId), `${next}-0`, '+', 'COUNT', PAGE)
      page = (entries as readonly StreamEntry[]).map(toEvent)
      events.push(...page)
    } while (page.length === PAGE)
    return events
  }

  async tasks({repository}: {readonly repository?: string} = {}): Promise<readonly TaskSummary[]> {
    const key = repository === undefined ? KEYS.tasks : KEYS.tasksOf(repository)
    const ids = (await this.#connection.call('ZREVRANGE', key, 0, -1)) as readonly string[]
    if (ids.length === 0) return []
    const summaries = (await this.#connection.call('HMGET', KEYS.summaries, ...ids)) as readonly string[]
    // Only `append` writes them.
    return summaries.map((summary, index) => ({taskId: ids[index], ...JSON.parse(summary)}) as TaskSummary)
  }

  async versions(): Promise<ReadonlyMap<string, number>> {
    const ids = (await this.#connection.call('ZREVRANGE', KEYS.tasks, 0, -1)) as readonly string[]
    // A log has no gaps and loses nothing, so its length is its version.
    const lengths = await Promise.all(ids.map((taskId) => this.#connection.call('XLEN', KEYS.events(taskId))))
    return new Map(ids.map((taskId, index) => [taskId, Number(lengths[index])]))
  }

  async readLease(taskId: string): Promise<Lease | undefined> {
    const fields = await this.#connection.call('HMGET', KEYS.lease(taskId), 'epoch', 'owner', 'expires_at')
    const [epoch, owner, expiresAt] = fields as readonly (string | null)[]
    if (typeof owner !== 'string') return undefined
    // Only `swapLease` writes this field.
    return {epoch: Number(epoch), owner: JSON.parse(owner) as LeaseOwner, expiresAt: Number(expiresAt)}
  }

  async swapLease(taskId: string, expectedEpoch: number, {epoch, owner, expiresAt}: Lease): Promise<boolean> {
    const args = [expectedEpoch, this.#newWriteId(), epoch, JSON.stringify(owner), expiresAt]
    return (await this.#evaluate(SWAP_LEASE, [KEYS.lease(taskId)], args)) === 1
  }

  async renewLease(taskId: string, epoch: number, expiresAt: number): Promise<boolean> {
    return (await this.#evaluate(RENEW_LEASE, [KEYS.lease(taskId)], [epoch, this.#newWriteId(), expiresAt])) === 1
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]()
  }

  #evaluate(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.#connection.call('EVAL', script, keys.length, ...keys, ...args)
  }
}

/** Id and fields, in the order in which the script writes them. */
type StreamEntry = readonly [string, readonly ['write', string, 'at', string, 'data', string]]

function toEvent([id, [, , , at, , data]]: StreamEntry): TaskEvent {
  // Only `append` writes this field, and only events.
  return {...JSON.parse(data), version: Number.parseInt(id, 10), at} as TaskEvent
}
