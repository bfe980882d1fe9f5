import assert from 'node:assert/strict'
import type {ChildProcess} from 'node:child_process'
import {join} from 'node:path'
import {ConductError} from '../../src/errors.ts'
import type {TaskEvent} from '../../src/events.ts'
import {findMarked} from '../../src/process.ts'
import {openSqliteStore} from '../../src/store/sqlite-store.ts'
import type {Store} from '../../src/store/store.ts'
import {conduct, startCli} from '../support/cli.ts'
import {
  assertRecovered,
  createCrashProject,
  goOn,
  readEvents,
  releaseHeld,
  send,
  startHeld,
  taskOf,
  waitForHeld,
  type CrashProject,
} from '../support/crash.ts'

interface ErrorJson {
  readonly error: {readonly code: string; readonly message: string}
}

describe('two processes on one task', function () {
  this.timeout(120_000)
  let project: CrashProject

  beforeEach(async () => {
    project = await createCrashProject()
  })

  afterEach(() => project.remove())

  it('do not both work: a resume beside a living run exits 11 and names it', async () => {
    const run = await startHeld(project, 'left')
    const other = await conduct(project, ['resume', '--json'], {env: project.env})
    assert.equal(other.exitCode, 11, other.stderr)
    const {error} = other.json<ErrorJson>()
    assert.equal(error.code, 'TASK_LOCKED')
    assert.match(error.message, new RegExp(`\\b${run.child.pid}\\b`))
    await run.release()
    assert.equal((await run.done).exitCode, 0)
    await assertRecovered(project)
  })

  it('that resume it at the same moment: one works, the other exits 11', async () => {
    const run = await startHeld(project, 'left')
    send(run.child, 'SIGKILL')
    await run.done
    const resume = () => startCli(project, ['resume', '--json'], {env: {...project.env, HOLD: 'left'}})
    const both = [resume(), resume()]
    const first = await Promise.race(both.map(({done}) => done))
    assert.equal(first.exitCode, 11, `${first.stdout}${first.stderr}`)
    const ends = await letGo(project, both)
    assert.deepEqual(ends.map(({exitCode}) => exitCode).toSorted(), [0, 11])
    await assertRecovered(project)
  })

  it('do not both work while the first is stopped: a living owner keeps its lease', async () => {
    const run = await startHeld(project, 'left')
    await stopBetweenWrites(project, run.child, await taskOf(project))
    const other = await conduct(project, ['resume', '--json'], {env: project.env})
    assert.equal(other.exitCode, 11, other.stderr)
    send(run.child, 'SIGCONT')
    await run.release()
    assert.equal((await run.done).exitCode, 0)
    await assertRecovered(project)
  })

  it('of which one was replaced while it slept: it writes nothing more and exits 11', async () => {
    const run = await startHeld(project, 'left')
    const taskId = await taskOf(project)
    await stopBetweenWrites(project, run.child, taskId)
    const epoch = await withStore(project, (store) => replaceOwner(store, taskId))
    const before = await readEvents(project)
    send(run.child, 'SIGCONT')
    await run.release()
    const {exitCode, stdout} = await run.done
    assert.equal(exitCode, 11, stdout)
    assert.deepEqual(await readEvents(project), before)
    await withStore(project, (store) => store.renewLease(taskId, epoch, 0))
    assert.equal((await goOn(project)).exitCode, 0)
    await assertRecovered(project, before)
  })

  it('cancel from one, and the agents of the other die', async () => {
    const run = await startHeld(project, 'left')
    const taskId = await taskOf(project)
    const cancel = await conduct(project, ['cancel', '--json'], {env: project.env})
    assert.deepEqual([cancel.exitCode, cancel.json<{status: string}>().status], [0, 'cancelled'])
    assert.equal((await run.done).exitCode, 130)
    assert.deepEqual(await findMarked(taskId), [])
    assert.equal(project.git('status', '--porcelain'), '')
    assert.deepEqual(tail(await readEvents(project)), ['task.cancelled', 'runner.stopped'])
  })

  it('of which one was killed: cancel ends what it left', async () => {
    const run = await startHeld(project, 'left')
    send(run.child, 'SIGKILL')
    await run.done
    const cancel = await conduct(project, ['cancel', '--json'], {env: project.env})
    assert.equal(cancel.json<{status: string}>().status, 'cancelled')
    assert.deepEqual(await findMarked(await taskOf(project)), [])
    assert.deepEqual(tail(await readEvents(project)), ['orphans.killed', 'task.cancelled'])
  })
})

const tail = (events: readonly TaskEvent[]) => events.slice(-2).map(({type}) => type)

/** Lets a run that is held go on, and waits for all. */
async function letGo(project: CrashProject, runs: readonly {readonly done: ReturnType<typeof conduct>}[]) {
  await waitForHeld(project)
  await releaseHeld(project)
  return Promise.all(runs.map(({done}) => done))
}

/** A store that is busy is given up soon: here that means that its writer is stopped. */
const PATIENCE_MS = 500

async function withStore<T>({stateDir}: CrashProject, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openSqliteStore(join(stateDir, 'state.db'), {patienceMs: PATIENCE_MS})
  try {
    return await use(store)
  } finally {
    await store[Symbol.asyncDispose]()
  }
}

/** Stops a run where it is not writing: one that is stopped in the middle of it holds the store against everybody. */
async function stopBetweenWrites(project: CrashProject, child: ChildProcess, taskId: string): Promise<void> {
  for (;;) {
    send(child, 'SIGSTOP')
    try {
      // A write that changes nothing, since epoch 0 is nobody's.
      await withStore(project, (store) => store.renewLease(taskId, 0, 0))
      return
    } catch (error) {
      if (!(error instanceof ConductError) || error.code !== 'STORE_UNREACHABLE') throw error
      send(child, 'SIGCONT')
    }
  }
}

/** What a runner on another host does once the lease has expired; returns its epoch. */
async function replaceOwner(store: Store, taskId: string): Promise<number> {
  const lease = await store.readLease(taskId)
  assert.ok(lease)
  const owner = {...lease.owner, host: 'elsewhere', pid: 1}
  const epoch = lease.epoch + 1
  assert.ok(await store.swapLease(taskId, lease.epoch, {epoch, owner, expiresAt: Date.now() + 60_000}))
  return epoch
}
