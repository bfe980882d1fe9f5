import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {createProject, specText, type Project} from '../support/project.ts'
import {speakerOf, type Speaker} from './speaker.ts'

const SPEC = specText([
  {name: 'Core', modules: ['ledger'], test: 'true'},
  {name: 'Docs', modules: ['manual'], test: 'true'},
])

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
  let speaker: Speaker

  beforeEach(async () => {
    project = await createProject({'.spec/SPEC.md': SPEC, 'notes.txt': 'first\n'})
    speaker = speakerOf(project)
  })
  afterEach(() => project.remove())

  it('drive a task by hand from start to complete', async () => {
    const {say, json} = speaker
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
    const {say, json} = speaker
    await say('start', 'Shop')
    await writeFile(join(project.root, 'a.txt'), 'a\n')
    const first = await json<Checkpoint>('checkpoint', 'Core')
    const again = await json<Checkpoint>('checkpoint', 'Core')
    assert.deepEqual([first.created, again.created, again.id, again.sha], [true, false, first.id, first.sha])
  })

  it('roll back with a safety checkpoint first, and roll back the rollback', async () => {
    const {say, json} = speaker
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
    const {say, json} = speaker
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

  it('keep a worktree whose work is nowhere else, and say why', async () => {
    const {say} = speaker
    await say('start', 'Shop')
    const path = await say('worktree', 'create', 'ledger')
    await writeFile(join(path, 'work.txt'), 'unsaved\n')
    assert.equal(await say('worktree', 'cleanup'), `kept ${path}: It has uncommitted changes.`)
    assert.equal(await readFile(join(path, 'work.txt'), 'utf8'), 'unsaved\n')
  })

  it('find the task by a prefix, by the environment, or as the only open one', async () => {
    const {run, say, json, refuse} = speaker
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
})
