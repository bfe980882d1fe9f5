import {mkdir} from 'node:fs/promises'
import {dirname} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import type {DatabaseSync} from 'node:sqlite'
import {openDatabase} from './sqlite.ts'

export interface LockOptions {
  /** Ends the wait for the lock; `work`, once begun, looks after itself. */
  readonly signal?: AbortSignal
  /** How often a lock that is taken is tried again; jittered. Default 4: for work of milliseconds. */
  readonly pollMs?: number
  /** Told once, when the lock is taken already. */
  onWait?(): void | Promise<void>
}

/**
 * Runs `work` while no other process of this machine holds the same lock file. The lock is one of the kernel's, taken
 * through SQLite: it ends with its process, so there is no stale one to judge by pid and start time, and none to steal.
 *
 * @throws the signal's reason, as an `AbortError`, when it aborts while waiting
 */
export async function withLock<T>(file: string, work: () => Promise<T>, {signal, pollMs = 4, onWait}: LockOptions = {}): Promise<T> {
  await mkdir(dirname(file), {recursive: true, mode: 0o700})
  const database = openDatabase(file)
  try {
    if (!tryLock(database)) {
      await onWait?.()
      do await wait(pollMs * (0.5 + Math.random()), undefined, signal ? {signal} : {})
      while (!tryLock(database))
    }
    return await work()
  } finally {
    database.close()
  }
}

const SQLITE_BUSY = 5

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
    return true
  } catch (error) {
    // Node and Deno both put SQLite's own code on the error; its low byte is the primary one.
    if (error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY) return false
    if (error instanceof Error && error.message.includes('database is locked')) return false
    throw error
  }
}
