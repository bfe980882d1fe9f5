import {resolve} from 'node:path'
import type {DatabaseSync} from 'node:sqlite'
import type {EventData, TaskEvent} from '../events.ts'
import {timesOf} from './event-times.ts'
import {connectSqlite, type Patience, type SqliteConnection} from './sqlite-connection.ts'
import type {AppendOptions, AppendResult, Lease, LeaseOwner, Store, StorePatience, TaskSummary} from './store.ts'

/**
 * The embedded store: one SQLite file that any number of processes of this host share. Must be closed.
 *
 * @throws {ConductError} `STORE_UNREACHABLE`, `STORE_READ_ONLY`, `STORE_FULL`
 */
export async function openSqliteStore(path: string, {jitter = Math.random, patienceMs = 10_000}: Partial<Patience> = {}): Promise<Store> {
  const file = resolve(path)
  return new SqliteStore(file, await connectSqlite(file, {jitter, patienceMs}))
}

class SqliteStore implements Store {
  readonly location: string
  readonly #connection: SqliteConnection
  #isOpen = true
  #seen: {readonly stamp: string; readonly versions: ReadonlyMap<string, number>} | undefined

  constructor(location: string, connection: SqliteConnection) {
    this.location = location
    this.#connection = connection
  }

  async append(taskId: string, expectedVersion: number, events: readonly EventData[], options: AppendOptions): Promise<AppendResult> {
    const {fence} = options
    const times = timesOf(events, options)
    const rows = events.map((event, index) => ({event, at: times[index] ?? '', data: JSON.stringify(event)}))
    return this.#connection.withTx((db): AppendResult => {
      if (fence !== undefined && selectEpoch(db, taskId) > fence) return 'fenced'
      if (selectVersion(db, taskId) !== expectedVersion) return 'conflict'
      const insert = db.prepare('INSERT INTO events (task_id, version, at, data) VALUES (?, ?, ?, ?)')
      for (const [index, {event, at, data}] of rows.entries()) {
        insert.run(taskId, expectedVersion + index + 1, at, data)
        if (event.type === 'task.started') insertTask(db, {...event, taskId, at})
      }
      return 'appended'
    })
  }

  async read(taskId: string, afterVersion = 0): Promise<readonly TaskEvent[]> {
    const rows = await this.#connection.read((db) =>
      db.prepare('SELECT version, at, data FROM events WHERE task_id = ? AND version > ? ORDER BY version').all(taskId, afterVersion),
    )
    // Only `append` writes this column, and only events.
    return rows.map(({version, at, data}) => ({...JSON.parse(String(data)), version: Number(version), at: String(at)}) as TaskEvent)
  }

  async tasks({repository}: {readonly repository?: string} = {}): Promise<readonly TaskSummary[]> {
    const wanted = repository === undefined ? null : JSON.stringify(repository)
    const rows = await this.#connection.read((db) =>
      db.prepare('SELECT * FROM tasks WHERE ?1 IS NULL OR repository = ?1 ORDER BY started_at DESC, rowid DESC').all(wanted),
    )
    return rows.map((row) => ({
      taskId: String(row['task_id']),
      repository: String(JSON.parse(String(row['repository']))),
      description: String(JSON.parse(String(row['description']))),
      startedAt: String(row['started_at']),
    }))
  }

  async versions(): Promise<ReadonlyMap<string, number>> {
    return this.#connection.read((db) => {
      // The stamp first: what is written after it was read is seen the next time.
      const stamp = selectStamp(db)
      if (this.#seen?.stamp !== stamp) this.#seen = {stamp, versions: selectVersions(db)}
      return this.#seen.versions
    })
  }

  async readLease(taskId: string): Promise<Lease | undefined> {
    const row = await this.#connection.read((db) => db.prepare('SELECT epoch, owner, expires_at FROM leases WHERE task_id = ?').get(taskId))
    if (!row) return undefined
    // Only `swapLease` writes this column.
    const owner = JSON.parse(String(row['owner'])) as LeaseOwner
    return {epoch: Number(row['epoch']), owner, expiresAt: Number(row['expires_at'])}
  }

  async swapLease(taskId: string, expectedEpoch: number, {epoch, owner, expiresAt}: Lease): Promise<boolean> {
    return this.#connection.withTx((db) => {
      if (selectEpoch(db, taskId) !== expectedEpoch) return false
      db.prepare('INSERT OR REPLACE INTO leases (task_id, epoch, owner, expires_at) VALUES (?, ?, ?, ?)').run(
        taskId,
        epoch,
        JSON.stringify(owner),
        expiresAt,
      )
      return true
    })
  }

  async renewLease(taskId: string, epoch: number, expiresAt: number): Promise<boolean> {
    // A released lease (0) is nobody's: a heartbeat that comes late must not bring it back to life.
    const sql = 'UPDATE leases SET expires_at = ? WHERE task_id = ? AND epoch = ? AND expires_at > 0'
    return this.#connection.withTx((db) => Number(db.prepare(sql).run(expiresAt, taskId, epoch).changes) === 1)
  }

  extendPatience(patience: StorePatience): void {
    this.#connection.waiting.extend(patience)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOpen) this.#connection.db.close()
    this.#isOpen = false
  }
}

function selectVersion(db: DatabaseSync, taskId: string): number {
  return Number(db.prepare('SELECT max(version) AS version FROM events WHERE task_id = ?').get(taskId)?.['version'] ?? 0)
}

/** Another one after each write: `data_version` counts those of other connections, `total_changes` our own. */
function selectStamp(db: DatabaseSync): string {
  const others = db.prepare('PRAGMA data_version').get()?.['data_version']
  const ours = db.prepare('SELECT total_changes() AS changes').get()?.['changes']
  return `${others}:${ours}`
}

function selectVersions(db: DatabaseSync): ReadonlyMap<string, number> {
  const sql = 'SELECT task_id, (SELECT max(version) FROM events WHERE events.task_id = tasks.task_id) AS version FROM tasks'
  return new Map(
    db
      .prepare(sql)
      .all()
      .map(({task_id, version}) => [String(task_id), Number(version)]),
  )
}

function selectEpoch(db: DatabaseSync, taskId: string): number {
  return Number(db.prepare('SELECT epoch FROM leases WHERE task_id = ?').get(taskId)?.['epoch'] ?? 0)
}

interface NewTask {
  readonly taskId: string
  readonly repository: string
  readonly description: string
  readonly at: string
}

function insertTask(db: DatabaseSync, {taskId, repository, description, at}: NewTask): void {
  db.prepare('INSERT INTO tasks (task_id, repository, description, started_at) VALUES (?, ?, ?, ?)').run(
    taskId,
    JSON.stringify(repository),
    JSON.stringify(description),
    at,
  )
}
