import {randomUUID} from 'node:crypto'
import type {EventData, TaskEvent, TaskStarted} from '../events.ts'
import {timesOf} from './event-times.ts'
import {parseRedisUrl, withTls, type RedisAddress, type TlsFiles} from './redis-address.ts'
import {createCluster, createSingle} from './redis-client.ts'
import {RedisConnection} from './redis-connection.ts'
import type {RedisPlace} from './redis-errors.ts'
import {redisKeys, type RedisKeys} from './redis-keys.ts'
import {APPEND, RENEW_LEASE, SWAP_LEASE} from './redis-scripts.ts'
import {createSessionCheck, isCluster} from './redis-session.ts'
import type {AppendOptions, AppendResult, Lease, LeaseOwner, Store, StorePatience, TaskSummary} from './store.ts'

export interface RedisStoreOptions {
  /** Accept a server that forgets what it was told when it stops. */
  readonly allowVolatile: boolean
  /** How long a call waits for a server that is gone. */
  readonly patienceMs: number
  /** What every key begins with: several may share a server and do not see each other. */
  readonly prefix: string
  readonly tls: TlsFiles | undefined
  /** A new id for each write. */
  readonly newWriteId: () => string
}

/**
 * The store of several machines: a Redis or Valkey server, or a cluster of them. Must be closed. What was acknowledged
 * survives a kill of the server; to survive a power cut of its machine too, the server needs `appendfsync always`.
 *
 * @throws {ConductError} `STORE_UNREACHABLE`, `CONFIG_INVALID`
 */
export async function openRedisStore(url: string, options: Partial<RedisStoreOptions> = {}): Promise<Store> {
  const {allowVolatile = false, patienceMs = 10_000, prefix = 'conduct', newWriteId = randomUUID} = options
  const address = await withTls(parseRedisUrl(url), options.tls)
  const keys = redisKeys(prefix)
  const place = {location: address.location, user: address.options.username ?? 'default', pattern: keys.pattern}
  const connection = await connect(address, place, patienceMs)
  connection.checkSessions(createSessionCheck({place, keys, allowVolatile, newId: newWriteId}))
  try {
    await connection.call('GET', keys.identity)
  } catch (error) {
    await connection[Symbol.asyncDispose]()
    throw error
  }
  return new RedisStore(connection, keys, newWriteId)
}

/** To the server, or to the whole cluster that it is a part of. */
async function connect(address: RedisAddress, place: RedisPlace, patienceMs: number): Promise<RedisConnection> {
  const single = await RedisConnection.open(createSingle(address, patienceMs), place, patienceMs)
  try {
    if (!(await isCluster((command) => single.call(command)))) return single
  } catch (error) {
    await single[Symbol.asyncDispose]()
    throw error
  }
  await single[Symbol.asyncDispose]()
  return RedisConnection.open(createCluster(address, patienceMs), place, patienceMs)
}

/** Events asked for at a time, so that a long log does not hold up other clients. */
const PAGE = 1000

/** Text that others wrote is kept as JSON. */
class RedisStore implements Store {
  readonly location: string
  readonly #connection: RedisConnection
  readonly #keys: RedisKeys
  readonly #newWriteId: () => string

  constructor(connection: RedisConnection, keys: RedisKeys, newWriteId: () => string) {
    this.location = connection.place.location
    this.#connection = connection
    this.#keys = keys
    this.#newWriteId = newWriteId
  }

  async append(taskId: string, expectedVersion: number, events: readonly EventData[], options: AppendOptions): Promise<AppendResult> {
    const times = timesOf(events, options)
    const index = events.findIndex(({type}) => type === 'task.started')
    const [start, startedAt = ''] = [events[index], times[index]]
    if (start?.type === 'task.started') await this.#list(taskId, start, startedAt)
    const summary = start?.type === 'task.started' ? JSON.stringify(summaryOf(start, startedAt)) : ''
    const rows = events.flatMap((event, at) => [times[at] ?? '', JSON.stringify(event)])
    const keys = [this.#keys.events(taskId), this.#keys.lease(taskId), this.#keys.summary(taskId)]
    const args = [expectedVersion, options.fence ?? '', this.#newWriteId(), summary, ...rows]
    // The script returns nothing else.
    return (await this.#evaluate(APPEND, keys, args)) as AppendResult
  }

  /** Before the task itself, so that no task is missing from the lists; what is listed in vain is not shown. */
  async #list(taskId: string, {repository}: TaskStarted, startedAt: string): Promise<void> {
    const lists = [this.#keys.tasks, this.#keys.tasksOf(repository)]
    await Promise.all(lists.map((list) => this.#connection.call('ZADD', list, 'NX', Date.parse(startedAt), taskId)))
  }

  async read(taskId: string, afterVersion = 0): Promise<readonly TaskEvent[]> {
    const events: TaskEvent[] = []
    let page: readonly TaskEvent[]
    do {
      const next = (events.at(-1)?.version ?? afterVersion) + 1
      const entries = await this.#connection.call('XRANGE', this.#keys.events(taskId), `${next}-0`, '+', 'COUNT', PAGE)
      page = (entries as readonly StreamEntry[]).map(toEvent)
      events.push(...page)
    } while (page.length === PAGE)
    return events
  }

  async tasks({repository}: {readonly repository?: string} = {}): Promise<readonly TaskSummary[]> {
    const list = repository === undefined ? this.#keys.tasks : this.#keys.tasksOf(repository)
    const ids = (await this.#connection.call('ZREVRANGE', list, 0, -1)) as readonly string[]
    const texts = await Promise.all(ids.map((taskId) => this.#connection.call('GET', this.#keys.summary(taskId))))
    const summaries = texts.flatMap((text, index): readonly TaskSummary[] =>
      // Only `append` writes them.
      typeof text === 'string' ? [{taskId: ids[index], ...JSON.parse(text)} as TaskSummary] : [],
    )
    return repository === undefined ? summaries : summaries.filter((summary) => summary.repository === repository)
  }

  async versions(): Promise<ReadonlyMap<string, number>> {
    const ids = (await this.#connection.call('ZREVRANGE', this.#keys.tasks, 0, -1)) as readonly string[]
    // A log has no gaps, so its length is its version.
    const lengths = await Promise.all(ids.map((taskId) => this.#connection.call('XLEN', this.#keys.events(taskId))))
    return new Map(ids.map((taskId, index) => [taskId, Number(lengths[index])] as const).filter(([, length]) => length > 0))
  }

  async readLease(taskId: string): Promise<Lease | undefined> {
    const fields = await this.#connection.call('HMGET', this.#keys.lease(taskId), 'epoch', 'owner', 'expires_at')
    const [epoch, owner, expiresAt] = fields as readonly (string | null)[]
    if (typeof owner !== 'string') return undefined
    // Only `swapLease` writes this field.
    return {epoch: Number(epoch), owner: JSON.parse(owner) as LeaseOwner, expiresAt: Number(expiresAt)}
  }

  async swapLease(taskId: string, expectedEpoch: number, {epoch, owner, expiresAt}: Lease): Promise<boolean> {
    const args = [expectedEpoch, this.#newWriteId(), epoch, JSON.stringify(owner), expiresAt]
    return (await this.#evaluate(SWAP_LEASE, [this.#keys.lease(taskId)], args)) === 1
  }

  async renewLease(taskId: string, epoch: number, expiresAt: number): Promise<boolean> {
    return (await this.#evaluate(RENEW_LEASE, [this.#keys.lease(taskId)], [epoch, this.#newWriteId(), expiresAt])) === 1
  }

  extendPatience(patience: StorePatience): void {
    this.#connection.extendPatience(patience)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]()
  }

  #evaluate(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.#connection.call('EVAL', script, keys.length, ...keys, ...args)
  }
}

function summaryOf({repository, description}: TaskStarted, startedAt: string): Omit<TaskSummary, 'taskId'> {
  return {repository, description, startedAt}
}

/** Id, and the one field that the script writes. */
type StreamEntry = readonly [string, readonly [string, string]]

function toEvent([id, [writeAndTime, data]]: StreamEntry): TaskEvent {
  const at = writeAndTime.slice(writeAndTime.lastIndexOf(' ') + 1)
  // Only `append` writes entries, and only events.
  return {...JSON.parse(data), version: Number.parseInt(id, 10), at} as TaskEvent
}
