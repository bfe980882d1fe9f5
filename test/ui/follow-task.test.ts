import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {identifyProcess} from '../../src/process.ts'
import {openSqliteStore} from '../../src/store/sqlite-store.ts'
import type {LeaseOwner, Store} from '../../src/store/store.ts'
import {TaskLog} from '../../src/tasks/task-log.ts'
import {followTask, isTaskRunning} from '../../src/ui/follow-task.ts'
import * as make from '../support/task-fixture.ts'

const ID = 'k3f9abcd'
const now = () => make.BEGIN_MS

describe('a task that is watched', () => {
  let folder = ''
  let store: Store
  let me: LeaseOwner

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conduct-follow-'))
    store = await openSqliteStore(join(folder, 'state.db'))
    const found = await identifyProcess()
    assert.ok(found)
    me = found
    await store.append(ID, 0, [make.taskStarted(make.createPhase(1, 'Base', ['a']))], {at: new Date(now()).toISOString()})
  })

  afterEach(async () => {
    await store[Symbol.asyncDispose]()
    await rm(folder, {recursive: true, force: true})
  })

  const lease = (epoch: number, owner: LeaseOwner, expiresAt = now() + 1000) => store.swapLease(ID, epoch - 1, {epoch, owner, expiresAt})

  it('runs as long as the process that holds it lives', async () => {
    assert.equal(await isTaskRunning(store, ID, now()), false)
    await lease(1, me)
    assert.equal(await isTaskRunning(store, ID, now() + 999_999), true)
    await lease(2, {...me, processStart: '0'})
    assert.equal(await isTaskRunning(store, ID, now()), false)
  })

  it('runs nowhere once its lease was given back', async () => {
    await lease(1, me, 0)
    assert.equal(await isTaskRunning(store, ID, now()), false)
  })

  it('is looked at until it has ended, and each growth is told', async () => {
    await lease(1, me)
    const log = await TaskLog.open(store, ID, {now})
    const writer = await TaskLog.open(store, ID, {now})
    const news = [[], [make.runnerStarted()], [{type: 'task.cancelled', reason: 'enough'} as const]]
    const looks: boolean[] = []
    const state = await followTask(log, {
      store,
      now,
      wait: async () => void (await writer.append(...(news.shift() ?? []))),
      onLook: (_state, {grew}) => void looks.push(grew),
    })
    assert.equal(state.status, 'cancelled')
    assert.deepEqual(looks, [true, false, true, true])
  })

  it('is left when nobody works on it any more', async () => {
    await lease(1, me)
    const log = await TaskLog.open(store, ID, {now})
    let waits = 0
    await followTask(log, {
      store,
      now,
      wait: async () => {
        waits += 1
        await store.renewLease(ID, 1, 0)
      },
      onLook: () => undefined,
    })
    assert.equal(waits, 1)
  })
})
