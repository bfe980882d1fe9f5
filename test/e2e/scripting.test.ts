import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import * as z from 'zod'
import {conduct, type CliOptions} from '../support/cli.ts'
import {createProject, specText, type Project} from '../support/project.ts'

const SPEC = specText([
  {name: 'Core', modules: ['api', 'web'], test: 'true'},
  {name: 'Docs', modules: ['manual'], test: 'true'},
])

describe('the commands that a script captures', function () {
  this.timeout(60_000)
  let project: Project
  beforeEach(async () => {
    project = await createProject({'.spec/SPEC.md': SPEC})
  })
  afterEach(() => project.remove())

  const run = (args: readonly string[], options?: CliOptions) => conduct(project, args, options)
  /** stdout to the byte; stderr must be empty. */
  async function print(...args: readonly string[]): Promise<string> {
    const {exitCode, stdout, stderr} = await run(args)
    assert.deepEqual({exitCode, stderr}, {exitCode: 0, stderr: ''}, args.join(' '))
    return stdout
  }
  /** The one line that `$(…)` captures. */
  async function capture(...args: readonly string[]): Promise<string> {
    const stdout = await print(...args)
    assert.match(stdout, /^[^\n]+\n$/, args.join(' '))
    return stdout.trimEnd()
  }

  it('print the bare fact on stdout, and nothing else', async () => {
    const task = await capture('start', 'Build the shop')
    assert.match(task, /^[a-z0-9]{8}$/)
    assert.equal(await print('state'), `${task} pending\n0 of 2 phases complete\ncurrent: Phase 1: Core\n`)
    const path = await capture('worktree', 'create', 'api')
    assert.equal(await print('worktree', 'list'), `${path}  conduct/${task}/p1/api\n`)
    assert.equal(await print('worktree', 'cleanup'), `removed ${path}\n`)
    assert.equal(await capture('checkpoint', 'Begin'), 'c1')
    await project.write('a.txt', 'a\n')
    assert.equal(await capture('rollback', 'c1'), 'c2', 'the safety checkpoint')
    assert.equal(await print('phase', 'complete', 'Core', '--checkpoint', 'c1'), 'Phase 1: Core\n')
    assert.equal(await print('phase', 'complete', 'Docs', '--checkpoint', 'c1'), 'Phase 1: Core\nPhase 2: Docs\n')
    assert.equal((await print('checkpoint', 'list')).split('\n').length, 3)
    assert.equal(await capture('complete'), project.git('rev-parse', 'main'))
  })

  it('print not even an empty line when there is nothing to list', async () => {
    await capture('start', 'Build the shop')
    for (const args of [
      ['worktree', 'list'],
      ['checkpoint', 'list'],
      ['worktree', 'cleanup'],
    ])
      assert.equal(await print(...args), '')
  })

  it('answer --json as the published schemas say', async () => {
    const fits = async (operation: string, ...args: readonly string[]) => {
      const result: unknown = JSON.parse(await print(...args, '--json'))
      ;(await readSchema(`operations/${operation}.output.json`)).parse(result)
    }
    await fits('start_task', 'start', 'Build the shop')
    await fits('get_task_state', 'state')
    await fits('create_worktree', 'worktree', 'create', 'api')
    await fits('list_worktrees', 'worktree', 'list')
    await fits('create_checkpoint', 'checkpoint', 'Core')
    await fits('mark_phase_complete', 'phase', 'complete', 'Core', '--checkpoint', 'c1')
    await fits('list_checkpoints', 'checkpoint', 'list')
    await fits('rollback_to_checkpoint', 'rollback', 'c1')
    await fits('cleanup_worktrees', 'worktree', 'cleanup')
    await print('phase', 'complete', 'Docs', '--checkpoint', 'c1')
    await fits('complete_task', 'complete')
  })

  it('keep stdout empty when they fail, and say on stderr what to type', async () => {
    const {exitCode, stdout, stderr} = await run(['checkpoint', 'Core'])
    assert.deepEqual([exitCode, stdout], [12, ''])
    assert.match(stderr, /^Error: This repository has no open task\.\n {2}→ .*conduct start/)
  })

  it('put a failure on stdout as JSON when they are asked to', async () => {
    const schema = await readSchema('error.json')
    for (const args of [['state'], ['rollback', 'c9'], ['start'], ['state', '--nonsense'], ['worktree', 'create', '../x']]) {
      const {exitCode, stdout, stderr} = await run([...args, '--json'])
      const {error} = JSON.parse(stdout) as {error: {exit_code: number}}
      schema.parse({error})
      assert.deepEqual([error.exit_code, stderr], [exitCode, ''], args.join(' '))
    }
  })

  it('meet no task by chance when the variable of a script is not set', async () => {
    await capture('start', 'Build the shop')
    const {exitCode, stderr} = await run(['rollback', 'c1', '--task', ''])
    assert.equal(exitCode, 2)
    assert.match(stderr, /The id of the task is empty/)
  })

  it('say where a task id came from that nobody typed', async () => {
    const {exitCode, stderr} = await run(['state'], {env: {CONDUCT_TASK: 'zzz'}})
    assert.equal(exitCode, 12)
    assert.match(stderr, /There is no task zzz[^]*CONDUCT_TASK/)
  })
})

/** A published schema, as a program in another language would use it. */
async function readSchema(file: string): Promise<z.ZodType> {
  const schema: unknown = JSON.parse(await readFile(new URL(`../../schema/${file}`, import.meta.url), 'utf8'))
  return z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema)
}
