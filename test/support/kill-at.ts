import {DatabaseSync, type StatementSync} from 'node:sqlite'

/**
 * A preload (`--import`): the process kills itself with SIGKILL at the `CONDUCT_KILL_AT`-th append to a log, right before
 * the append is on disk or right after (`CONDUCT_KILL_WHEN`). What a power cut, the OOM killer or an impatient person do.
 */

const at = Number(process.env['CONDUCT_KILL_AT'] ?? 0)
const when = process.env['CONDUCT_KILL_WHEN'] ?? 'after'
let appends = 0
let isAppending = false

type Prepare = (this: DatabaseSync, sql: string) => StatementSync
type Exec = (this: DatabaseSync, sql: string) => void
const {prepare, exec} = DatabaseSync.prototype as unknown as {readonly prepare: Prepare; readonly exec: Exec}

const die = () => process.kill(process.pid, 'SIGKILL')

DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string) {
  if (sql.startsWith('INSERT INTO events')) isAppending = true
  return prepare.call(this, sql)
}

DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string) {
  const isOurs = sql === 'COMMIT' && isAppending && ++appends === at
  if (sql === 'COMMIT' || sql === 'ROLLBACK') isAppending = false
  if (isOurs && when === 'before') die()
  exec.call(this, sql)
  if (isOurs) die()
}
