import assert from 'node:assert/strict'
import type {EventData, TaskStarted} from '../../src/events.ts'
import type {Lease, LeaseOwner, Store} from '../../src/store/store.ts'

const at = '2026-01-02T03:04:05.000Z'

const alice: LeaseOwner = {pid: 1, processStart: '100', bootId: 'boot', host: 'a'}
const bob: LeaseOwner = {pid: 2, processStart: '200', bootId: 'boot', host: 'b'}

/** The first event of a task, with what a test cares about. */
export function taskStarted(taskId: string, changes: Partial<TaskStarted> = {}): TaskStarted {
  return {
    type: 'task.started',
    task_id: taskId,
    description: 'Build it',
    working_directory: '/home/ada/project',
    repository: '/home/ada/project/.git',
    base: {branch: 'main', sha: '0'.repeat(40)},
    spec: null,
    config: {},
    prompts: {},
    conduct_version: '0.1.0',
    hooks: '',
    ...changes,
  }
}

/** An event that is told apart by its text. */
export function note(what: string): EventData {
  return {type: 'drift.repaired', what}
}

/**
 * The tests every store must pass. `open` gives an empty store, each time another one; closing it is the suite's.
 */
export function storeContract(name: string, open: () => Promise<Store>) {
  describe(`${name} as a Store`, () => {
    let store: Store

    beforeEach(async () => {
      store = await open()
    })

    afterEach(() => store[Symbol.asyncDispose]())

    describe('a log', () => {
      it('is empty for a task nobody started', async () => {
        assert.deepEqual(await store.read('t1'), [])
      })

      it('gives back what was appended, in order, with versions from 1 and the time', async () => {
        assert.equal(await store.append('t1', 0, [note('a'), note('b')], {at}), 'appended')
        assert.equal(await store.append('t1', 2, [note('c')], {at: '2026-01-02T03:04:06.000Z'}), 'appended')
        assert.deepEqual(await store.read('t1'), [
          {type: 'drift.repaired', what: 'a', version: 1, at},
          {type: 'drift.repaired', what: 'b', version: 2, at},
          {type: 'drift.repaired', what: 'c', version: 3, at: '2026-01-02T03:04:06.000Z'},
        ])
      })

      it('takes a time for each event, where they have happened before', async () => {
        const times = ['2026-01-02T03:04:05.000Z', '2026-01-03T03:04:05.000Z']
        await store.append('t1', 0, [taskStarted('t1'), note('a')], {at: times})
        assert.deepEqual(
          (await store.read('t1')).map((event) => event.at),
          times,
        )
        assert.equal((await store.tasks())[0]?.startedAt, times[0])
      })

      it('reads on after a version', async () => {
        await store.append('t1', 0, [note('a'), note('b'), note('c')], {at})
        assert.deepEqual(
          (await store.read('t1', 1)).map((event) => event.version),
          [2, 3],
        )
        assert.deepEqual(await store.read('t1', 3), [])
      })

      it('refuses an append that lost the race, writes none of it, and keeps the winner', async () => {
        await store.append('t1', 0, [note('first')], {at})
        assert.equal(await store.append('t1', 0, [note('second'), note('third')], {at}), 'conflict')
        assert.deepEqual(
          (await store.read('t1')).map((event) => event.type === 'drift.repaired' && event.what),
          ['first'],
        )
      })

      it('refuses a version that the log has not reached', async () => {
        assert.equal(await store.append('t1', 1, [note('a')], {at}), 'conflict')
        assert.deepEqual(await store.read('t1'), [])
      })

      it('checks the version even when there is nothing to append', async () => {
        assert.equal(await store.append('t1', 0, [], {at}), 'appended')
        assert.equal(await store.append('t1', 7, [], {at}), 'conflict')
      })

      it('keeps the logs of tasks apart', async () => {
        await store.append('t1', 0, [note('a')], {at})
        assert.equal(await store.append('t2', 0, [note('b')], {at}), 'appended')
        assert.equal((await store.read('t1')).length, 1)
      })

      it('lets exactly one of many appends at the same version win', async () => {
        const results = await Promise.all(Array.from({length: 20}, (_, i) => store.append('t1', 0, [note(String(i))], {at})))
        assert.equal(results.filter((result) => result === 'appended').length, 1)
        assert.equal((await store.read('t1')).length, 1)
      })

      it('keeps any text whole: NUL, lone surrogates, quotes, line ends, a megabyte', async () => {
        const hostile = `a\0b \ud800 "'; DROP TABLE events; -- \r\n 😀 ${'x'.repeat(1024 * 1024)}`
        await store.append('t1', 0, [note(hostile)], {at})
        const [event] = await store.read('t1')
        assert.ok(event?.type === 'drift.repaired' && event.what === hostile)
      })

      it('keeps 2,000 events appended at once', async () => {
        await store.append(
          't1',
          0,
          Array.from({length: 2000}, (_, i) => note(String(i))),
          {at},
        )
        const events = await store.read('t1')
        assert.ok(events.length === 2000 && events.every((event, i) => event.version === i + 1))
      })
    })

    describe('the list of tasks', () => {
      it('is empty at first', async () => {
        assert.deepEqual(await store.tasks(), [])
      })

      it('says what each task is, the newest first', async () => {
        await store.append('t1', 0, [taskStarted('t1', {description: 'Old'})], {at: '2026-01-01T00:00:00.000Z'})
        await store.append('t2', 0, [taskStarted('t2', {description: 'New'}), note('a')], {at: '2026-01-02T00:00:00.000Z'})
        const repository = '/home/ada/project/.git'
        assert.deepEqual(await store.tasks(), [
          {taskId: 't2', repository, description: 'New', startedAt: '2026-01-02T00:00:00.000Z'},
          {taskId: 't1', repository, description: 'Old', startedAt: '2026-01-01T00:00:00.000Z'},
        ])
      })

      it('can be asked for one repository', async () => {
        await store.append('t1', 0, [taskStarted('t1', {repository: '/a/.git'})], {at})
        await store.append('t2', 0, [taskStarted('t2', {repository: '/b/.git'})], {at})
        assert.deepEqual(
          (await store.tasks({repository: '/b/.git'})).map((task) => task.taskId),
          ['t2'],
        )
        assert.deepEqual(await store.tasks({repository: '/c/.git'}), [])
      })

      it('keeps a hostile description whole', async () => {
        const description = 'a\0b \ud800 "\'; DROP TABLE tasks; --'
        await store.append('t1', 0, [taskStarted('t1', {description})], {at})
        assert.equal((await store.tasks())[0]?.description, description)
      })

      it('has no task whose first append was refused', async () => {
        assert.equal(await store.append('t1', 3, [taskStarted('t1')], {at}), 'conflict')
        assert.deepEqual(await store.tasks(), [])
      })
    })

    describe('the versions', () => {
      it('are none at first', async () => {
        assert.deepEqual([...(await store.versions())], [])
      })

      it('grow with each event of each task, and hold still without one', async () => {
        await store.append('t1', 0, [taskStarted('t1')], {at})
        await store.append('t2', 0, [taskStarted('t2'), note('a')], {at})
        assert.deepEqual([...(await store.versions())].sort(), [
          ['t1', 1],
          ['t2', 2],
        ])
        await store.append('t1', 1, [note('b'), note('c')], {at})
        assert.equal((await store.versions()).get('t1'), 3)
        assert.equal((await store.versions()).get('t1'), 3)
        await store.append('t1', 0, [note('refused')], {at})
        assert.equal((await store.versions()).get('t1'), 3)
      })
    })

    describe('a lease', () => {
      it('is undefined when nobody ever held it', async () => {
        assert.equal(await store.readLease('t1'), undefined)
      })

      it('is held by the first to swap', async () => {
        const lease: Lease = {epoch: 1, owner: alice, expiresAt: 5000}
        assert.equal(await store.swapLease('t1', 0, lease), true)
        assert.deepEqual(await store.readLease('t1'), lease)
      })

      it('stays with its owner when a swap expects another epoch', async () => {
        await store.swapLease('t1', 0, {epoch: 1, owner: alice, expiresAt: 5000})
        assert.equal(await store.swapLease('t1', 0, {epoch: 1, owner: bob, expiresAt: 9000}), false)
        assert.equal(await store.swapLease('t1', 2, {epoch: 3, owner: bob, expiresAt: 9000}), false)
        assert.deepEqual((await store.readLease('t1'))?.owner, alice)
      })

      it('goes to exactly one of many swaps at the same epoch', async () => {
        const swaps = Array.from({length: 20}, (_, pid) => store.swapLease('t1', 0, {epoch: 1, owner: {...bob, pid}, expiresAt: 1}))
        assert.equal((await Promise.all(swaps)).filter(Boolean).length, 1)
      })

      it('is renewed by its owner', async () => {
        await store.swapLease('t1', 0, {epoch: 1, owner: alice, expiresAt: 5000})
        assert.equal(await store.renewLease('t1', 1, 8000), true)
        assert.deepEqual(await store.readLease('t1'), {epoch: 1, owner: alice, expiresAt: 8000})
      })

      it('cannot be renewed after another took over, nor when there is none', async () => {
        assert.equal(await store.renewLease('t1', 1, 8000), false)
        await store.swapLease('t1', 0, {epoch: 1, owner: alice, expiresAt: 5000})
        await store.swapLease('t1', 1, {epoch: 2, owner: bob, expiresAt: 6000})
        assert.equal(await store.renewLease('t1', 1, 8000), false)
        assert.equal((await store.readLease('t1'))?.expiresAt, 6000)
      })

      it('that was released keeps its epoch, and cannot be renewed', async () => {
        await store.swapLease('t1', 0, {epoch: 1, owner: alice, expiresAt: 5000})
        assert.equal(await store.renewLease('t1', 1, 0), true)
        assert.deepEqual(await store.readLease('t1'), {epoch: 1, owner: alice, expiresAt: 0})
        assert.equal(await store.renewLease('t1', 1, 8000), false)
        assert.equal(await store.swapLease('t1', 1, {epoch: 2, owner: bob, expiresAt: 9000}), true)
      })
    })

    describe('a fence', () => {
      it('lets the present owner append', async () => {
        await store.swapLease('t1', 0, {epoch: 1, owner: alice, expiresAt: 5000})
        assert.equal(await store.append('t1', 0, [note('a')], {at, fence: 1}), 'appended')
      })

      it('refuses an owner that was replaced, and writes nothing', async () => {
        await store.swapLease('t1', 0, {epoch: 1, owner: alice, expiresAt: 5000})
        await store.swapLease('t1', 1, {epoch: 2, owner: bob, expiresAt: 5000})
        assert.equal(await store.append('t1', 0, [note('stale')], {at, fence: 1}), 'fenced')
        assert.deepEqual(await store.read('t1'), [])
      })

      it('tells a replaced owner so even when its version is old too', async () => {
        await store.swapLease('t1', 0, {epoch: 1, owner: alice, expiresAt: 5000})
        await store.swapLease('t1', 1, {epoch: 2, owner: bob, expiresAt: 5000})
        await store.append('t1', 0, [note('a')], {at, fence: 2})
        assert.equal(await store.append('t1', 0, [note('stale')], {at, fence: 1}), 'fenced')
      })

      it('does not stop a writer without a lease, such as `conduct cancel`', async () => {
        await store.swapLease('t1', 0, {epoch: 5, owner: alice, expiresAt: 5000})
        assert.equal(await store.append('t1', 0, [{type: 'cancel.requested'}], {at}), 'appended')
      })
    })

    it('may be closed twice', async () => {
      await store[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
    })
  })
}
