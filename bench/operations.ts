import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {App} from '../src/app.ts'
import type {EventData} from '../src/events.ts'
import {openSqliteStore} from '../src/store/sqlite-store.ts'
import {createCheckpoint, listCheckpoints} from '../src/tasks/operations/checkpoints.ts'
import {getTaskState} from '../src/tasks/operations/get-task-state.ts'
import {startTask} from '../src/tasks/operations/start-task.ts'
import {TaskLog} from '../src/tasks/task-log.ts'
import {RawClient} from '../test/mcp/raw-client.ts'
import {median, medianRatio, round, timeOf, type Measurement} from './measure.ts'
import {makeRepository} from './repository.ts'

/** What the operations cost: above store and git in one process, through MCP, and on a log that has grown long. */
export async function measureOperations({runs}: {readonly runs: number}): Promise<readonly Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), 'conduct-bench-'))
  try {
    const root = createProject(folder)
    return [...(await measureOverStoreAndGit(folder, root, runs)), await measureMcp(folder, root), ...(await measureLongLog(folder))]
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

function createProject(folder: string): string {
  const root = join(folder, 'project')
  mkdirSync(root)
  for (let index = 0; index < 50; index += 1) writeFileSync(join(root, `file-${index}.txt`), `${index}\n`.repeat(20))
  makeRepository(root)
  return root
}

/** Time in calls of the store and of git is counted apart from the rest, in the same call. */
async function measureOverStoreAndGit(folder: string, root: string, runs: number): Promise<readonly Measurement[]> {
  const env = {...process.env, CONDUCT_STATE_DIR: join(folder, 'state')}
  const loadPlugins = () => Promise.reject(new Error('no plugin is needed'))
  const app = await App.open({cwd: root, env, conductVersion: '0.0.0', loadPlugins})
  try {
    const {task_id} = await app.call(startTask, {description: 'Bench', working_directory: root})
    const watch = new Stopwatch()
    watch.observe(app.store, ['append', 'read', 'readLease', 'swapLease', 'renewLease'])
    watch.observe(await app.services.openTaskGit((await app.services.readTask(task_id)).state.started), ['runRepo', 'runObjects'])
    let count = 0
    const change = () => writeFileSync(join(root, 'file-0.txt'), `${(count += 1)}\n`)
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      get_task_state: () => app.call(getTaskState, {task_id}),
      list_checkpoints: () => app.call(listCheckpoints, {task_id}),
      create_checkpoint: () => (change(), app.call(createCheckpoint, {task_id, phase: 'Bench'})),
      'create_checkpoint, nothing new': () => app.call(createCheckpoint, {task_id, phase: 'Bench'}),
    }
    const figures: Measurement[] = []
    for (const [name, call] of Object.entries(calls)) figures.push(await watch.measure(name, call, runs))
    return figures
  } finally {
    await app[Symbol.asyncDispose]()
  }
}

/** Adds up how long the methods that it observes take; they must not overlap. */
class Stopwatch {
  #within = 0

  observe(target: object, methods: readonly string[]): void {
    for (const method of methods) {
      const original: unknown = Reflect.get(target, method)
      if (typeof original !== 'function') throw new Error(`There is no ${method} to observe.`)
      Reflect.set(target, method, async (...args: readonly unknown[]) => {
        const begun = performance.now()
        try {
          return await Reflect.apply(original, target, args)
        } finally {
          this.#within += performance.now() - begun
        }
      })
    }
  }

  async measure(name: string, call: () => Promise<unknown>, runs: number): Promise<Measurement> {
    await call()
    const times: {readonly total: number; readonly within: number}[] = []
    for (let run = 0; run < runs; run += 1) {
      this.#within = 0
      const begun = performance.now()
      await call()
      times.push({total: performance.now() - begun, within: this.#within})
    }
    const total = median(times.map((time) => time.total))
    const above = median(times.map((time) => time.total - time.within))
    return {
      name,
      ratio: total / (total - above),
      details: {total_ms: round(total), above_store_and_git_ms: round(above)},
      aims: [{of: 'above_store_and_git_ms', atMost: 3}],
    }
  }
}

const CALLS = 1000

/** Calls through one connection, one after another, against a line through the pipes of a program that only echoes it. */
async function measureMcp(folder: string, root: string): Promise<Measurement> {
  const [client, echo] = [await RawClient.open({root, stateDir: join(folder, 'state')}), openEcho()]
  try {
    const {structuredContent} = await client.call('start_task', {description: 'Bench', working_directory: root})
    const call = () => client.call('get_task_state', {task_id: structuredContent?.['task_id']})
    const line = JSON.stringify(await call())
    for (let index = 0; index < CALLS / 10; index += 1) await call()
    const pairs: (readonly [echo: number, call: number])[] = []
    for (let index = 0; index < CALLS; index += 1) pairs.push([await timeOf(() => echo.ask(line)), await timeOf(call)])
    const atOnceMs = await timeOf(() => Promise.all(Array.from({length: CALLS}, call)))
    return {
      name: 'get_task_state over MCP',
      ratio: medianRatio(pairs),
      details: {
        per_second: Math.round(1000 / median(pairs.map(([, ours]) => ours))),
        at_once_per_second: Math.round((CALLS * 1000) / atOnceMs),
        echo_ms: round(median(pairs.map(([bare]) => bare))),
      },
      aims: [{of: 'per_second', atLeast: 200}],
    }
  } finally {
    await Promise.all([client.close(), echo.close()])
  }
}

/** A program that gives back each line. */
function openEcho() {
  const child = spawn(process.execPath, ['-e', 'process.stdin.pipe(process.stdout)'], {stdio: ['pipe', 'pipe', 'inherit']})
  const lines = createInterface({input: child.stdout})
  return {
    async ask(line: string): Promise<void> {
      const answer = once(lines, 'line')
      child.stdin.write(`${line}\n`)
      await answer
    },
    async close(): Promise<void> {
      child.stdin.end()
      await once(child, 'close')
    },
  }
}

const EVENTS = 10_000

/** The log of a task that a script drives in rounds: a worktree, a checkpoint with a request id, and the worktree is removed. */
async function measureLongLog(folder: string): Promise<readonly Measurement[]> {
  const store = await openSqliteStore(join(folder, 'state', 'state.db'))
  try {
    const [task] = await store.tasks()
    if (!task) throw new Error('There is no task to begin from.')
    const [started] = await store.read(task.taskId)
    if (started?.type !== 'task.started') throw new Error('A log begins with its task.')
    const taskId = 'longlog1'
    const at = new Date(0).toISOString()
    await store.append(taskId, 0, [{...started, task_id: taskId}, ...Array.from({length: EVENTS / 5}, oneRound).flat()], {at})
    const times: {readonly read: number; readonly open: number}[] = []
    for (let run = 0; run < 9; run += 1) {
      const begun = performance.now()
      await store.read(taskId)
      const read = performance.now() - begun
      await TaskLog.open(store, taskId, {now: () => 0})
      times.push({read, open: performance.now() - begun - read})
    }
    const [read, open] = [median(times.map((time) => time.read)), median(times.map((time) => time.open))]
    return [
      {
        name: `a log of ${EVENTS} events`,
        ratio: open / read,
        details: {read_ms: round(read), state_ms: round(open)},
        aims: [{of: 'state_ms', atMost: 100}],
      },
    ]
  } finally {
    await store[Symbol.asyncDispose]()
  }
}

function oneRound(_: unknown, index: number): readonly EventData[] {
  const [id, sha, name] = [`c${index + 1}`, index.toString(16).padStart(40, '0'), `w${index}`]
  const place = {name, phase: 0, path: `/state/worktrees/project/longlog1/${name}`, branch: `refs/heads/conduct/longlog1/w/${name}`}
  const facts = {id, sha, message: `Checkpoint: ${index}`, phase: 'Bench', safety: false, branch: 'refs/heads/main'}
  const result = {id, sha, message: facts.message, created: true, skipped: []}
  return [
    {type: 'worktree.creating', ...place, base_sha: sha},
    {type: 'worktree.created', ...place, base_sha: sha, git_dir: `/project/.git/worktrees/${name}`},
    {type: 'checkpoint.created', ref: `refs/conduct/longlog1/checkpoints/${index + 1}`, ...facts},
    {type: 'request.answered', request_id: `request-${index}`, operation: 'create_checkpoint', result},
    {type: 'worktree.removed', name, path: place.path},
  ]
}
