import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {conduct, type CliOptions} from '../support/cli.ts'
import {createProject, specText, type Project} from '../support/project.ts'

const SPEC = specText([
  {name: 'Core', modules: ['ledger'], test: 'true'},
  {name: 'Docs', modules: ['manual'], test: 'true'},
])

interface ErrorObject {
  readonly error: {readonly code: string; readonly message: string}
}

interface State {
  readonly task_id: string
  readonly status: string
  readonly phases_complete: readonly string[]
  readonly current_phase: string | null
}

interface Checkpoint {
  readonly id: string
  readonly sha: string
  readonly created: boolean
}

describe('the ten operations as commands', function () {
  this.timeout(60_000)
  let project: Project

  beforeEach(async () => {
    project = await createProject({'.spec/SPEC.md': SPEC, 'notes.txt': 'first\n'})
  })
  afterEach(() => project.remove())

  const run = (args: readonly string[], options?: CliOptions) => conduct(project, args, options)
  /** The trimmed stdout of a command that must work. */
  async function say(...args: readonly string[]): Promise<string> {
    const {exitCode, stdout, stderr} = await run(args)
    assert.equal(exitCode, 0, `${args.join(' ')}: ${stderr}`)
    return stdout.trim()
  }
  async function json<T>(...args: readonly string[]): Promise<T> {
    return JSON.parse(await say(...args, '--json')) as T
  }
  async function refuse(args: readonly string[], exitCode: number, code: string, says: RegExp): Promise<void> {
    const end = args.includes('--') ? args.indexOf('--') : args.length
    const result = await run([...args.slice(0, end), '--json', ...args.slice(end)])
    const {error} = result.json<ErrorObject>()
    assert.deepEqual([result.exitCode, error.code], [exitCode, code], error.message)
    assert.match(error.message, says)
  }

  it('drive a task by hand from start to complete', async () => {
    const task = await say('start', 'Build the ledger')
    assert.match(task, /^[a-z0-9]{8}$/)
    assert.match(await say('state'), new RegExp(`^${task} pending\n0 of 2 phases complete\ncurrent: Phase 1: Core$`))

    const path = await say('worktree', 'create', 'ledger')
    assert.equal(await readFile(join(path, 'notes.txt'), 'utf8'), 'first\n')
    assert.equal(await say('worktree', 'create', 'ledger'), path, 'the same name is the same worktree')
    const {worktrees} = await json<{worktrees: {name: string; path: string; branch: string; phase: string}[]}>('worktree', 'list')
    assert.deepEqual(
      worktrees.map(({name, branch, phase}) => ({name, branch, phase})),
      [{name: 'ledger', branch: `conduct/${task}/p1/ledger`, phase: 'Phase 1: Core'}],
    )

    await writeFile(join(project.root, 'ledger.js'), 'export {}\n')
    const first = await json<Checkpoint>('checkpoint', 'Phase 1: Core')
    assert.deepEqual([first.id, first.sha, first.created], ['c1', project.git('rev-parse', 'main'), true])
    assert.match(
      project.git('log', '-1', '--format=%B'),
      new RegExp(`Conduct-Task: ${task}\nConduct-Phase: Phase 1: Core\nConduct-Checkpoint: c1`),
    )
    assert.equal(await say('phase', 'complete', 'Phase 1: Core', '--checkpoint', 'c1'), 'Phase 1: Core')

    await writeFile(join(project.root, 'manual.md'), '# Manual\n')
    assert.equal(await say('checkpoint', 'Docs'), 'c2')
    assert.equal(await say('phase', 'complete', 'Docs', '--checkpoint', 'c2'), 'Phase 1: Core\nPhase 2: Docs')
    assert.match(await say('checkpoint', 'list'), /^c1 .*Core.*\(main\)\nc2 .*Docs.*\(main\)$/)

    assert.match(await say('worktree', 'cleanup'), new RegExp(`^removed ${path}$`))
    assert.equal(existsSync(path), false)
    await writeFile(join(project.root, 'rest.txt'), 'rest\n')
    assert.equal(await say('complete'), project.git('rev-parse', 'main'))
    assert.equal(project.git('status', '--porcelain'), '')
    assert.equal((await json<State>('state', '--task', task)).status, 'complete')
  })

  it('answer a checkpoint with nothing changed with the last one, and say so', async () => {
    await say('start', 'Shop')
    await writeFile(join(project.root, 'a.txt'), 'a\n')
    const first = await json<Checkpoint>('checkpoint', 'Core')
    const again = await json<Checkpoint>('checkpoint', 'Core')
    assert.deepEqual([first.created, again.created, again.id, again.sha], [true, false, first.id, first.sha])
  })

  it('roll back with a safety checkpoint first, and roll back the rollback', async () => {
    await say('start', 'Shop')
    await say('checkpoint', 'Core')
    await say('phase', 'complete', 'Core', '--checkpoint', 'c1')
    await writeFile(join(project.root, 'notes.txt'), 'second\n')
    await writeFile(join(project.root, 'new.txt'), 'untracked\n')
    const {sha, safety_checkpoint: safety} = await json<{sha: string; safety_checkpoint: string}>('rollback', 'c1')
    assert.equal(sha, project.git('rev-parse', 'main'))
    assert.equal(await readFile(join(project.root, 'notes.txt'), 'utf8'), 'first\n')
    assert.equal(existsSync(join(project.root, 'new.txt')), false)
    assert.deepEqual((await json<State>('state')).phases_complete, ['Phase 1: Core'])

    const said = await say('rollback', safety)
    assert.match(said, /^c\d+$/, 'the safety checkpoint of this rollback, bare')
    assert.equal(await readFile(join(project.root, 'notes.txt'), 'utf8'), 'second\n')
    assert.equal(await readFile(join(project.root, 'new.txt'), 'utf8'), 'untracked\n')
  })

  it('open the phases again whose checkpoint came later than the one that is rolled back to', async () => {
    await say('start', 'Shop')
    for (const [phase, id] of [
      ['Core', 'c1'],
      ['Docs', 'c2'],
    ] as const) {
      await writeFile(join(project.root, `${phase}.txt`), 'x\n')
      await say('checkpoint', phase)
      await say('phase', 'complete', phase, '--checkpoint', id)
    }
    await say('rollback', 'c1')
    const {phases_complete, current_phase} = await json<State>('state')
    assert.deepEqual([phases_complete, current_phase], [['Phase 1: Core'], 'Phase 2: Docs'])
  })

  it('refuse what the mission forbids', async () => {
    await say('start', 'Shop')
    await say('checkpoint', 'Core')
    await refuse(
      ['phase', 'complete', 'Docs', '--checkpoint', 'c1'],
      2,
      'ORDER_VIOLATED',
      /Phase 2: Docs cannot be complete before Phase 1: Core/,
    )
    await refuse(['phase', 'complete', 'Core', '--checkpoint', 'c9'], 12, 'CHECKPOINT_NOT_FOUND', /no checkpoint c9/)
    await refuse(['phase', 'complete', 'Nowhere', '--checkpoint', 'c1'], 12, 'PHASE_NOT_FOUND', /no phase called "Nowhere"/)
    await refuse(['rollback', 'c9'], 12, 'CHECKPOINT_NOT_FOUND', /no checkpoint c9/)
    await refuse(['complete'], 2, 'ORDER_VIOLATED', /Phase 1: Core, Phase 2: Docs are not/)
    for (const name of ['../x', '-f', 'a b', 'con', 'A', 'x.lock', 'a..b', ''])
      await refuse(['worktree', 'create', '--', name], 2, 'USAGE', /name/)
    assert.deepEqual((await json<State>('state')).phases_complete, [])
    assert.deepEqual(await json('worktree', 'list'), {worktrees: []})
  })

  it('refuse to mark a phase complete whose last validation failed', async () => {
    await project.write('.spec/SPEC.md', SPEC.replace('Test Command: true', 'Test Command: false'))
    await project.write('agent.sh', '#!/bin/sh\necho 1 > ledger.js\n')
    await project.write(
      'conduct.config.json',
      '{"agents": {"default": "command", "backends": {"command": {"run": ["./agent.sh"]}}}, "limits": {"attempts": 1}}',
    )
    project.git('add', '--all')
    project.git('commit', '--quiet', '--message=Fail')
    assert.equal((await run(['run'])).exitCode, 6)
    await say('checkpoint', 'Core')
    await refuse(['phase', 'complete', 'Core', '--checkpoint', 'c1'], 6, 'VALIDATION_FAILED', /last validation of Core failed/)
  })

  it('keep a worktree whose work is nowhere else, and say why', async () => {
    await say('start', 'Shop')
    const path = await say('worktree', 'create', 'ledger')
    await writeFile(join(path, 'work.txt'), 'unsaved\n')
    assert.equal(await say('worktree', 'cleanup'), `kept ${path}: It has uncommitted changes.`)
    assert.equal(await readFile(join(path, 'work.txt'), 'utf8'), 'unsaved\n')
  })

  it('find the task by a prefix, by the environment, or as the only open one', async () => {
    const one = await say('start', 'One')
    assert.equal((await json<State>('state')).task_id, one)
    const two = await say('start', 'Two')
    await refuse(['state'], 2, 'TASK_AMBIGUOUS', new RegExp(`2 open tasks:[^]*${two} .*Two\n.*${one} .*One`))
    assert.equal((await json<State>('state', '--task', two.slice(0, 6))).task_id, two)
    const {stdout} = await run(['state', '--json'], {env: {CONDUCT_TASK: one}})
    assert.equal((JSON.parse(stdout) as State).task_id, one)
    await refuse(['state', '--task', 'zzzzzzzz'], 12, 'TASK_NOT_FOUND', /no task zzzzzzzz/)
    assert.equal((await run(['cancel', one])).exitCode, 0)
    assert.equal((await json<State>('state')).task_id, two)
  })

  it('answer a request id that was seen before with the first result, and act once', async () => {
    const one = await say('start', 'Shop', '--request-id', 'r1')
    assert.equal(await say('start', 'Shop', '--request-id', 'r1'), one)
    await writeFile(join(project.root, 'a.txt'), 'a\n')
    const first = await json<Checkpoint>('checkpoint', 'Core', '--request-id', 'r2')
    await writeFile(join(project.root, 'b.txt'), 'b\n')
    assert.deepEqual(await json('checkpoint', 'Core', '--request-id', 'r2'), first)
    assert.equal(project.git('status', '--porcelain'), '?? b.txt')
    await refuse(['worktree', 'create', 'ledger', '--request-id', 'r2'], 2, 'USAGE', /r2 was used for create_checkpoint/)
  })
})
