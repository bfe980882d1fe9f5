import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {ConductError} from '../../src/errors.ts'
import {openSqliteStore} from '../../src/store/sqlite-store.ts'
import {TaskLog} from '../../src/tasks/task-log.ts'
import {note, taskStarted} from '../store/store-contract.ts'

const at = '2026-01-02T03:04:05.000Z'

describe('the log of a task', () => {
  let folder = ''

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conduct-log-'))
  })

  afterEach(() => rm(folder, {recursive: true, force: true}))

  it('stops when its store has lost events, instead of waiting for them forever', async () => {
    const file = join(folder, 'state.db')
    const store = await openSqliteStore(file)
    await store.append('t1', 0, [taskStarted('t1'), note('a')], {at})
    const log = await TaskLog.open(store, 't1', {now: () => 0})
    const db = new DatabaseSync(file)
    db.exec('DELETE FROM events WHERE version = 2')
    db.close()
    await assert.rejects(log.append(note('b')), (error: unknown) => {
      assert.ok(error instanceof ConductError)
      assert.equal(error.code, 'STORE_UNREACHABLE')
      assert.match(error.message, /has lost events of task t1/)
      return true
    })
    await store[Symbol.asyncDispose]()
  })
})
