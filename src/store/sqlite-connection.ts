import {statSync} from 'node:fs'
import {mkdir} from 'node:fs/promises'
import {dirname} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import type {DatabaseSync} from 'node:sqlite'
import {openDatabase} from '../sqlite.ts'
import {storeUnreachable} from './errors.ts'
import {isBusy, toStoreError} from './sqlite-errors.ts'
import {Waiting} from './waiting.ts'
import {createSchema, hasSchema} from './sqlite-schema.ts'

/** How a connection waits for other processes. */
export interface Patience {
  /** In [0, 1): spreads the waiting processes. */
  readonly jitter: () => number
  /** How long a call waits for a lock before it gives up. */
  readonly patienceMs: number
}

/** One open file. Faults come out as `ConductError`s; the caller closes `db`. */
export interface SqliteConnection {
  readonly db: DatabaseSync
  readonly waiting: Waiting
  /** Runs `work`, again and again while another process is in the way. */
  read<T>(work: (db: DatabaseSync) => T): Promise<T>
  /** The same in one write transaction: all or nothing, on disk when it returns. `work` must be synchronous. */
  withTx<T>(work: (db: DatabaseSync) => T): Promise<T>
}

/** Opens `file`, making its folder (only for its owner) and its tables where they are missing. */
export async function connectSqlite(file: string, patience: Patience): Promise<SqliteConnection> {
  const db = await createDatabase(file).catch(async (error: unknown) => {
    throw await toStoreError(error, file)
  })
  const waiting = new Waiting({ms: patience.patienceMs})
  const way = {file, waiting, jitter: patience.jitter}
  try {
    await retry(() => prepare(db, file), way)
  } catch (error) {
    db.close()
    throw error
  }
  const identity = identityOf(file)
  return {
    db,
    waiting,
    read: (work) => retry(() => work(db), way),
    withTx: (work) =>
      retry(() => {
        if (identityOf(file) !== identity) throw storeGone(file)
        return transaction(db, work)
      }, way),
  }
}

async function createDatabase(file: string): Promise<DatabaseSync> {
  await mkdir(dirname(file), {recursive: true, mode: 0o700})
  return openDatabase(file)
}

/**
 * SQLite's own waiting (`busy_timeout`) lets one process starve the others, so it is off and `retry` waits.
 * `synchronous = FULL`: a commit that returned survives a power cut.
 */
function prepare(db: DatabaseSync, file: string): void {
  db.exec('PRAGMA busy_timeout = 0; PRAGMA synchronous = FULL')
  const isOurs = hasSchema(db, file)
  db.exec('PRAGMA journal_mode = WAL')
  if (isOurs) return
  transaction(db, () => {
    if (!hasSchema(db, file)) createSchema(db)
  })
}

interface Way {
  readonly file: string
  readonly waiting: Waiting
  readonly jitter: () => number
}

async function retry<T>(work: () => T, {file, waiting, jitter}: Way): Promise<T> {
  const begunAt = performance.now()
  for (let attempt = 1; ; attempt++) {
    try {
      const result = work()
      // Reading goes on while another process writes for ever: that says nothing of the lock.
      if (attempt > 1) waiting.answered()
      return result
    } catch (error) {
      if (!isBusy(error)) throw await toStoreError(error, file)
      const busy = () => storeBusy(file, waiting.limitMs, error)
      if (!waiting.missed(begunAt, busy)) throw busy()
    }
    await wait(1 + 3 * jitter())
  }
}

function transaction<T>(db: DatabaseSync, work: (db: DatabaseSync) => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work(db)
    db.exec('COMMIT')
    return result
  } catch (error) {
    rollBack(db)
    throw error
  }
}

function rollBack(db: DatabaseSync): void {
  try {
    db.exec('ROLLBACK')
  } catch {
    // A full disk makes SQLite roll back by itself; then there is nothing left to undo.
  }
}

/** SQLite goes on writing into a file that was deleted or replaced, and those events would be lost. */
function identityOf(file: string): string | undefined {
  const stats = statSync(file, {bigint: true, throwIfNoEntry: false})
  return stats && `${stats.dev}:${stats.ino}`
}

const storeGone = (file: string) =>
  storeUnreachable(file, 'was removed or replaced while conduct was using it', ['Put the file back, then run `conduct resume`.'])

const storeBusy = (file: string, patienceMs: number, cause: unknown) =>
  storeUnreachable(
    file,
    `was locked by another process for ${patienceMs / 1000} s`,
    [
      `Find that process with \`fuser ${file}\`, end it, and try again.`,
      'Keep the store on a local disk: locks of network file systems cannot be trusted.',
    ],
    cause,
  )
