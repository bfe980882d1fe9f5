import assert from 'node:assert/strict'
import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {openRedisStore} from '../../src/store/redis-store.ts'
import {openSqliteStore} from '../../src/store/sqlite-store.ts'
import type {Store} from '../../src/store/store.ts'
import {TaskLog} from '../../src/tasks/task-log.ts'
import type {TaskState} from '../../src/tasks/state.ts'
import {RawClient} from '../mcp/raw-client.ts'
import {createProject, type Project} from '../support/project.ts'
import {REDIS_PROGRAM, startRedisServer, type RedisServer} from '../support/redis-server.ts'
import {isThorough} from '../support/scope.ts'
import {speakerOf} from './speaker.ts'

/** As many processes at once, each with work of its own on the same task. */
const HANDS = isThorough ? 16 : 8

interface Checkpoint {
  readonly id: string
  readonly sha: string
}

interface Rollback {
  readonly sha: string
  readonly safety_checkpoint: string
}

/** One of those who drive the task, by commands or as a client of a server. */
interface Hand {
  start(): Promise<string>
  checkpoint(phase: string): Promise<Checkpoint>
  list(): Promise<readonly Checkpoint[]>
  rollBack(id: string): Promise<Rollback>
  close(): Promise<void>
}

interface Setting {
  readonly project: Project
  readonly env: Readonly<Record<string, string>>
  readonly task: string
}

/** A process for each call. */
async function takeCommands({project, env, task}: Setting): Promise<Hand> {
  const {say, json} = speakerOf(project, env)
  const onTask = ['--task', task]
  return {
    start: () => say('start', 'Another'),
    checkpoint: (phase) => json<Checkpoint>('checkpoint', phase, ...onTask),
    list: async () => (await json<{checkpoints: readonly Checkpoint[]}>('checkpoint', 'list', ...onTask)).checkpoints,
    rollBack: (id) => json<Rollback>('rollback', id, ...onTask),
    close: async () => undefined,
  }
}

/** One server for all its calls. */
async function takeServer({project, env, task: task_id}: Setting): Promise<Hand> {
  const client = await RawClient.open(project, {env})
  async function call<T>(name: string, args: Readonly<Record<string, unknown>>): Promise<T> {
    const {isError, content, structuredContent} = await client.call(name, args)
    assert.notEqual(isError, true, `${name}: ${content[0]?.text}`)
    return structuredContent as T
  }
  return {
    start: async () => (await call<{task_id: string}>('start_task', {description: 'Another', working_directory: project.root})).task_id,
    checkpoint: (phase) => call('create_checkpoint', {task_id, phase}),
    list: async () => (await call<{checkpoints: readonly Checkpoint[]}>('list_checkpoints', {task_id})).checkpoints,
    rollBack: (checkpoint_id) => call('rollback_to_checkpoint', {task_id, checkpoint_id, confirm: true}),
    close: async () => {
      assert.deepEqual(await client.close(), [0, null])
      assert.equal(client.stderr, '')
    },
  }
}

describe(`${HANDS} processes that hammer one task`, function () {
  this.timeout(180_000)
  let redis: RedisServer | undefined
  let project: Project

  before(async () => {
    redis = REDIS_PROGRAM === undefined ? undefined : await startRedisServer()
  })
  after(() => redis?.remove())
  beforeEach(async () => {
    project = await createProject({'notes.txt': 'first\n'})
  })
  afterEach(() => project.remove())

  for (const [database, [how, take]] of [['commands', takeCommands] as const, ['MCP servers', takeServer] as const].entries()) {
    it(`by ${how} on SQLite lose nothing and collide nowhere`, async () => {
      const acknowledged = await hammer({project, env: {}}, take)
      await inspect(project, acknowledged, await openSqliteStore(join(project.stateDir, 'state.db')))
    })

    it(`by ${how} on Redis lose nothing and collide nowhere`, async function () {
      if (!redis) {
        assert.notEqual(process.env['CI'], 'true', 'CI needs redis-server or valkey-server')
        if (this.test) this.test.title += ' (skipped: no redis-server or valkey-server on PATH)'
        return this.skip()
      }
      const acknowledged = await hammer({project, env: {CONDUCT_STORE: redis.url(database)}}, take)
      await inspect(project, acknowledged, await openRedisStore(redis.url(database)))
    })
  }
})

/** What was acknowledged to the hands that made it; the first task is the one they hammer. */
interface Acknowledged {
  readonly tasks: readonly string[]
  readonly checkpoints: readonly Checkpoint[]
  readonly rollbacks: readonly Rollback[]
}

async function hammer(setting: Omit<Setting, 'task'>, take: (setting: Setting) => Promise<Hand>): Promise<Acknowledged> {
  const {say, json} = speakerOf(setting.project, setting.env)
  const task = await say('start', 'Shop')
  const first = await json<Checkpoint>('checkpoint', 'First')
  const hands = await Promise.all(Array.from({length: HANDS}, () => take({...setting, task})))
  // Whatever goes wrong, no server is left running.
  const done = await Promise.allSettled(hands.map((hand, index) => work(setting.project, hand, index)))
  await Promise.all(hands.map((hand) => hand.close()))
  const values = done.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
  return {
    tasks: [task, ...values.flatMap(({tasks}) => tasks)],
    checkpoints: [first, ...values.flatMap(({checkpoints}) => checkpoints)],
    rollbacks: values.flatMap(({rollbacks}) => rollbacks),
  }
}

const fileOf = (index: number) => `file-${index}.txt`

/** Every hand writes a file of its own and keeps it; every fourth goes back to the beginning, under the feet of the others. */
async function work(project: Project, hand: Hand, index: number): Promise<Acknowledged> {
  const [tasks, checkpoints, rollbacks]: [string[], Checkpoint[], Rollback[]] = [[], [], []]
  if (index % 2 === 0) tasks.push(await hand.start())
  await project.write(fileOf(index), `${index}\n`)
  const made = await hand.checkpoint(`Hand ${index}`)
  checkpoints.push(made)
  const isListed = (await hand.list()).some(({id, sha}) => id === made.id && sha === made.sha)
  assert.ok(isListed, `${made.id} is acknowledged and not listed`)
  if (index % 4 === 3) rollbacks.push(await hand.rollBack('c1'))
  await project.write(fileOf(index), `${index} again\n`)
  checkpoints.push(await hand.checkpoint(`Hand ${index}`))
  return {tasks, checkpoints, rollbacks}
}

async function inspect(project: Project, {tasks, checkpoints, rollbacks}: Acknowledged, store: Store): Promise<void> {
  try {
    const [task = ''] = tasks
    const {state} = await TaskLog.open(store, task, {now: Date.now})
    assert.equal(new Set(tasks).size, tasks.length, 'every start is a task of its own')
    assert.deepEqual((await store.tasks()).map(({taskId}) => taskId).toSorted(), tasks.toSorted())
    const known = new Map(state.checkpoints.map(({id, sha}) => [id, sha]))
    assert.deepEqual(
      [...known.keys()],
      state.checkpoints.map((_checkpoint, index) => `c${index + 1}`),
      'no id twice, and none left out',
    )
    for (const {id, sha} of checkpoints) assert.equal(known.get(id), sha, `${id} was acknowledged as ${sha}`)
    for (const {safety_checkpoint: id} of rollbacks) assert.ok(known.has(id), `${id} was acknowledged`)
    await inspectRepository(project, state)
    assert.equal((await store.readLease(task))?.expiresAt, 0, 'nobody holds the task any more')
  } finally {
    await store[Symbol.asyncDispose]()
  }
}

async function inspectRepository(project: Project, state: TaskState): Promise<void> {
  for (const {ref, sha} of state.checkpoints) assert.equal(project.git('rev-parse', ref), sha)
  const kept = new Set(state.checkpoints.flatMap(({sha}) => project.git('ls-tree', '-r', '--name-only', sha).split('\n')))
  const files = Array.from({length: HANDS}, (_file, index) => fileOf(index))
  assert.deepEqual(
    files.filter((file) => !kept.has(file)),
    [],
    'every file is in a checkpoint',
  )
  assert.equal(project.git('status', '--porcelain'), '')
  project.git('fsck', '--strict')
  const names = await readdir(join(project.root, '.git'), {recursive: true})
  assert.deepEqual(
    names.filter((name) => name.endsWith('.lock')),
    [],
  )
}
