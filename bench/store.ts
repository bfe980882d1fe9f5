import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {Redis} from 'ioredis'
import type {EventData} from '../src/events.ts'
import {openRedisStore} from '../src/store/redis-store.ts'
import {openSqliteStore} from '../src/store/sqlite-store.ts'
import type {Store} from '../src/store/store.ts'
import {REDIS_PROGRAM, startRedisServer} from '../test/support/redis-server.ts'
import {median, medianRatio, round, timeOf, type Measurement} from './measure.ts'

/**
 * What our stores add to what they stand on: one event appended, and a log of `events` read, against the bare statements
 * on the same server or the same kind of file, as durable: on disk before the call returns.
 */
export async function measureStores(options: StoreOptions): Promise<readonly Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), 'conduct-bench-'))
  try {
    return [...(await measureSqlite(folder, options)), ...(await measureRedis(options))]
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

export interface StoreOptions {
  readonly appends: number
  /** Of the log that is read. */
  readonly events: number
}

/** The bare thing beside the store. Versions count from 1. */
interface Bare {
  append(version: number, data: string): unknown
  read(): unknown
}

const AT = new Date(0).toISOString()
const TASK = 'bench'
const EVENT: EventData = {
  type: 'checkpoint.created',
  id: 'c1',
  ref: 'refs/conduct/bench/checkpoints/1',
  sha: '0'.repeat(40),
  message: 'Checkpoint: Bench',
  phase: 'Bench',
  safety: false,
  branch: 'refs/heads/main',
}

async function measureSqlite(folder: string, options: StoreOptions): Promise<readonly Measurement[]> {
  const store = await openSqliteStore(join(folder, 'state.db'))
  const db = new DatabaseSync(join(folder, 'bare.db'))
  try {
    return await measureBoth('SQLite', store, bareSqlite(db), options)
  } finally {
    db.close()
    await store[Symbol.asyncDispose]()
  }
}

function bareSqlite(db: DatabaseSync): Bare {
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  db.exec('CREATE TABLE events (task_id TEXT, version INTEGER, at TEXT, data TEXT, PRIMARY KEY (task_id, version))')
  const insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?)')
  const select = db.prepare('SELECT version, at, data FROM events WHERE task_id = ? ORDER BY version')
  return {
    append: (version, data) => insert.run(TASK, version, AT, data),
    read: () => select.all(TASK).map(({data}) => JSON.parse(String(data))),
  }
}

async function measureRedis(options: StoreOptions): Promise<readonly Measurement[]> {
  if (REDIS_PROGRAM === undefined) {
    console.error('No redis-server or valkey-server on PATH: the Redis store is not measured.')
    return []
  }
  const server = await startRedisServer()
  const store = await openRedisStore(server.url(0))
  const client = new Redis(server.url(1))
  try {
    return await measureBoth('Redis', store, bareRedis(client), options)
  } finally {
    client.disconnect()
    await store[Symbol.asyncDispose]()
    await server.remove()
  }
}

function bareRedis(client: Redis): Bare {
  return {
    append: (version, data) => client.xadd(TASK, `${version}-0`, 'at', AT, 'data', data),
    read: async () => (await client.xrange(TASK, '-', '+')).map(([, fields]) => JSON.parse(fields[3] ?? 'null')),
  }
}

async function measureBoth(name: string, store: Store, bare: Bare, {appends, events}: StoreOptions): Promise<readonly Measurement[]> {
  const append = await measureAppends(store, bare, appends)
  const [missing, data] = [Math.max(0, events - appends), JSON.stringify(EVENT)]
  if (missing > 0)
    await store.append(
      TASK,
      appends,
      Array.from({length: missing}, () => EVENT),
      {at: AT},
    )
  for (let version = appends + 1; version <= events; version += 1) await bare.append(version, data)
  const reads: (readonly [number, number])[] = []
  for (let run = 0; run < 15; run += 1) reads.push([await timeOf(() => bare.read()), await timeOf(() => store.read(TASK))])
  return [toMeasurement(`append to ${name}`, append), toMeasurement(`read ${events} events from ${name}`, reads)]
}

async function measureAppends(store: Store, bare: Bare, appends: number) {
  const pairs: (readonly [number, number])[] = []
  for (let version = 1; version <= appends; version += 1) {
    pairs.push([
      await timeOf(() => bare.append(version, JSON.stringify(EVENT))),
      await timeOf(() => store.append(TASK, version - 1, [EVENT], {at: AT})),
    ])
  }
  // The first ones are compiled on the way.
  return pairs.slice(Math.floor(appends / 10))
}

function toMeasurement(name: string, pairs: readonly (readonly [number, number])[]): Measurement {
  const [bare, ours] = [median(pairs.map(([first]) => first)), median(pairs.map(([, second]) => second))]
  return {name, ratio: medianRatio(pairs), details: {bare_ms: round(bare), ours_ms: round(ours)}}
}
