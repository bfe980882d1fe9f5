import assert from 'node:assert/strict'
import {findMarked} from '../../src/process.ts'
import type {TaskEvent} from '../../src/events.ts'
import type {LeaseOwner, Store} from '../../src/store/store.ts'
import {conduct, startCli, type RunningCli} from '../support/cli.ts'
import {createCrashProject, readLedger, releaseHeld, send, waitForHeld, type CrashProject} from '../support/crash.ts'
import type {RedisServer} from '../support/redis-server.ts'
import {AT_GATE, placeGate} from './gate.ts'
import {createScenario} from './scenario.ts'
import {describeRedis} from '../support/redis-suite.ts'

describeRedis('a run whose tasks are kept in Redis', ({open, startServer}) => {
  let project: CrashProject
  let server: RedisServer

  beforeEach(async () => {
    project = await createCrashProject()
    server = await startServer()
  })

  afterEach(() => project.remove())

  const env = (more: Readonly<Record<string, string>> = {}) => ({...project.env, CONDUCT_STORE: server.url(), ...more})

  /** A run that has gone as far as its first agent, which waits. */
  const startHeld = async () => {
    const running = startCli(project, ['run'], {env: env({HOLD: 'left'})})
    await waitForHeld(project)
    return running
  }

  const resume = () => conduct(project, ['resume', '--json'], {env: env()})

  it('waits for a server that is killed, says so once, and ends as if nothing had been', async () => {
    const running = await startHeld()
    await server.signal('SIGKILL')
    await said(running, /did not answer .* Waiting for up to 10m 0s; agents go on\./)
    await releaseHeld(project)
    await server.start()
    await said(running, /the store is back after/)
    const {exitCode, stderr} = await running.done
    assert.equal(exitCode, 0, stderr)
    assert.equal(stderr.match(/Waiting for up to/g)?.length, 1)
    await assertWhole()
    assert.equal((await readLedger(project)).length, 5, 'each agent was launched once')
  })

  it('is interrupted while it waits, ends its agents, and can be resumed', async () => {
    const running = await startHeld()
    const store = await open(server.url())
    const [task] = await store.tasks()
    await server.signal('SIGKILL')
    await said(running, /Waiting for up to/)
    send(running.child, 'SIGINT')
    assert.equal((await running.done).exitCode, 130)
    assert.deepEqual(await findMarked(task?.taskId ?? ''), [])
    await server.start()
    assert.equal((await resume()).exitCode, 0)
    await assertWhole()
  })

  it('is given up when the server stays away for longer than was configured, and goes on when it is asked to', async () => {
    const phases = [{name: 'Base', modules: ['base'], test: 'test -f base.txt'}]
    const store = {kind: 'redis', url: server.url(), patience: '2500ms'}
    const gated = await createScenario({phases, agent: `${AT_GATE}\necho base > base.txt`, config: {validators: [], store}})
    const gate = placeGate(gated)
    try {
      const running = startCli(gated, ['run'])
      await gate.reached
      await server.signal('SIGKILL')
      const {exitCode, stderr} = await running.done
      assert.equal(exitCode, 5, stderr)
      assert.match(stderr, /did not answer for 2\.5 s .*ECONNREFUSED.*→ .*conduct resume/s)
      await server.start()
      gate.remove()
      assert.equal((await conduct(gated, ['resume'])).exitCode, 0)
      assert.equal(gated.git('show', 'main:base.txt'), 'base')
    } finally {
      gate.remove()
      await gated.remove()
    }
  })

  it('ends when the server comes back empty, and leaves it so', async () => {
    const running = await startHeld()
    await server.signal('SIGKILL')
    await said(running, /Waiting for up to/)
    await server.clear()
    await server.start()
    const {exitCode, stderr} = await running.done
    assert.equal(exitCode, 5, stderr)
    assert.match(stderr, /came back without what it was told/)
    assert.deepEqual(await (await open(server.url())).tasks(), [])
  })

  it('is refused while another machine works on the task, and goes on where that one died', async () => {
    const running = await startHeld()
    send(running.child, 'SIGKILL')
    await running.done
    const {store, taskId, epoch} = await theTask()
    await store.swapLease(taskId, epoch, {epoch: epoch + 1, owner: ELSEWHERE, expiresAt: Date.now() + 60_000})
    const refused = await resume()
    assert.equal(refused.exitCode, 11)
    assert.match(refused.stdout, /Process 7 on elsewhere works on task/)
    await store.renewLease(taskId, epoch + 1, Date.now() - 1)
    assert.equal((await resume()).exitCode, 0)
    await assertWhole()
  })

  it('stops as soon as another machine has taken the task over, and records nothing more', async () => {
    const running = await startHeld()
    const {store, taskId, epoch} = await theTask()
    await store.swapLease(taskId, epoch, {epoch: epoch + 1, owner: ELSEWHERE, expiresAt: Date.now() + 60_000})
    const before = await store.read(taskId)
    await releaseHeld(project)
    const {exitCode, stderr} = await running.done
    assert.equal(exitCode, 11, stderr)
    assert.deepEqual(await store.read(taskId), before)
  })

  it('has no password of the store in its log', async () => {
    const secret = await startServer('--requirepass', 'sesame')
    const url = `redis://:sesame@127.0.0.1:${secret.port}`
    assert.equal((await conduct(project, ['start', 'Build'], {env: {CONDUCT_STORE: url}})).exitCode, 0)
    const store = await open(url)
    const events = await store.read((await store.tasks())[0]?.taskId ?? '')
    assert.doesNotMatch(JSON.stringify(events), /sesame/)
  })

  const theTask = async (): Promise<{readonly store: Store; readonly taskId: string; readonly epoch: number}> => {
    const store = await open(server.url())
    const [task] = await store.tasks()
    assert.ok(task)
    return {store, taskId: task.taskId, epoch: (await store.readLease(task.taskId))?.epoch ?? 0}
  }

  /** The result of an uninterrupted run, and a log without gaps. */
  const assertWhole = async () => {
    const {store, taskId} = await theTask()
    const events: readonly TaskEvent[] = await store.read(taskId)
    assert.deepEqual(
      events.map(({version}) => version),
      events.map((_event, index) => index + 1),
    )
    assert.equal(events.filter(({type}) => type === 'task.completed').length, 1)
    assert.equal(project.git('rev-parse', 'main^{tree}'), project.tree)
    assert.deepEqual(await findMarked(taskId), [])
  }
})

const ELSEWHERE: LeaseOwner = {pid: 7, processStart: '1', bootId: 'other', host: 'elsewhere'}

/** Resolves when it was said on stderr; a run that ends before fails. */
async function said({child, done}: RunningCli, words: RegExp): Promise<void> {
  let text = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (chunk: string) => {
      text += chunk
      if (words.test(text)) resolve()
    })
    done.then(({exitCode, stderr}) => reject(new Error(`ended with ${exitCode}: ${stderr}`)), reject)
  })
}
