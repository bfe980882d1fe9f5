import assert from 'node:assert/strict'
import {stat} from 'node:fs/promises'
import {join} from 'node:path'
import type {RunResult} from '../../src/run/result.ts'
import {conduct, startProgram, type CliResult} from '../support/cli.ts'
import {assertRecovered, createCrashProject, readEvents, send, startHeld, type CrashProject} from '../support/crash.ts'
import {describeRedis} from '../support/redis-suite.ts'

describeRedis('a task that moves from store to store', ({open, startServer}) => {
  let project: CrashProject

  beforeEach(async () => {
    project = await createCrashProject()
  })

  afterEach(() => project.remove())

  it('in the middle is finished in the other, and is the same when it comes back', async () => {
    const {child, done} = await startHeld(project, 'left')
    send(child, 'SIGINT')
    await done
    const before = await readEvents(project)
    const url = (await startServer()).url()
    const file = join(project.root, '..', 'tasks.ndjson')
    ok(await conduct(project, ['store', 'export', file]))
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    const {tasks} = ok(await conduct(project, ['store', 'import', file, '--json'], {env: {CONDUCT_STORE: url}})).json<{tasks: unknown[]}>()
    assert.equal(tasks.length, 1)
    const [task] = before
    assert.ok(task?.type === 'task.started')
    const store = await open(url)
    assert.deepEqual(await store.read(task.task_id), before)

    const resumed = await conduct(project, ['resume', '--json'], {env: {...project.env, CONDUCT_STORE: url}})
    assert.equal(ok(resumed).json<RunResult>().status, 'complete')

    ok(await conduct(project, ['store', 'export', file, '--task', task.task_id.slice(0, 4)], {env: {CONDUCT_STORE: url}}))
    const back = ok(await conduct(project, ['store', 'import', file]))
    assert.match(back.stdout, new RegExp(`^${task.task_id}  extended +\\d+ events  `))
    assert.deepEqual(await readEvents(project), await store.read(task.task_id))
    await assertRecovered(project, before)
  })

  it('goes through a pipe, and a cut one is refused', async () => {
    ok(await conduct(project, ['start', 'Build']))
    const {stdout, stderr} = ok(await conduct(project, ['store', 'export']))
    assert.match(stderr, /^1 task exported\.$/m)
    assert.equal(stdout.trimEnd().split('\n').length, 3)
    const file = join(project.root, '..', 'tasks.ndjson')
    ok(await conduct(project, ['store', 'export', file, '--all']))
    const env = {CONDUCT_STATE_DIR: join(project.root, '..', 'elsewhere')}
    const shell = async (script: string) => (await startProgram(project, 'sh', ['-c', script, 'sh', file], {env})).done
    const cut = await shell('head -c -20 "$1" | conduct store import')
    assert.equal(cut.exitCode, 2)
    assert.match(cut.stderr, /Line 3 cannot be imported.*\n.*conduct store export FILE/)
    assert.match(ok(await shell('conduct store import - < "$1"')).stdout, /imported +1 event /)
    assert.equal((await shell('conduct store export --all | head -c 10')).stdout, '{"conduct_')
  })

  it('is asked for in ways that can be mended', async () => {
    const noFile = await conduct(project, ['store', 'import', '/nowhere/tasks.ndjson'])
    assert.equal(noFile.exitCode, 2)
    assert.match(noFile.stderr, /Cannot read the export \/nowhere\/tasks\.ndjson/)
    const noFolder = await conduct(project, ['store', 'export', '/nowhere/tasks.ndjson'])
    assert.equal(noFolder.exitCode, 2)
    assert.match(noFolder.stderr, /Cannot write the export to \/nowhere/)
    assert.equal((await conduct(project, ['store', 'export', '--json'])).exitCode, 2)
    assert.equal((await conduct(project, ['store', 'export', '--task', 'nobody'])).exitCode, 12)
  })
})

function ok(result: CliResult): CliResult {
  assert.equal(result.exitCode, 0, result.stdout + result.stderr)
  return result
}
