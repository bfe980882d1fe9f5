import assert from 'node:assert/strict'
import {chmod, mkdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {App} from '../../src/app.ts'
import {ConductError} from '../../src/errors.ts'
import {byHandOperations} from '../../src/run/by-hand/all.ts'
import {operations} from '../../src/tasks/operations/all.ts'
import {createWorktree} from '../../src/tasks/operations/worktrees.ts'
import type {Operation} from '../../src/tasks/operations/operation.ts'
import {createProject, specText, type Project} from '../support/project.ts'
import {printCheckout} from './scenario.ts'
import {speakerOf} from './speaker.ts'

const allOperations: readonly Operation[] = [...operations, ...byHandOperations]

type Input = Readonly<Record<string, unknown>>

const LONG = 'x'.repeat(300)
const CONTROL = 'a\u001b[31mb'
const NAMES: readonly unknown[] = ['', LONG, CONTROL, 'two\nlines', 'a\u0000b', 7, null]

/** Values that no operation takes, by the name of the input; one that is missing here has no test yet. */
const BAD: Readonly<Record<string, readonly unknown[]>> = {
  task_id: ['', 'zzzzzzzz', '../x', 'a/b', CONTROL, LONG, 'UPPER', null],
  name: ['../x', 'a/b', '-f', 'a b', 'con', 'A', 'x.lock', 'a..b', '.', ...NAMES],
  phase: NAMES,
  phase_name: ['Nowhere', '../x', 'a/b', ...NAMES],
  checkpoint_id: ['c99', '../c1', 'refs/heads/main', ...NAMES],
  request_id: ['', LONG, CONTROL, 7],
  description: ['', 'x'.repeat(2001), CONTROL, 7],
  spec: ['', 'no-such-spec.md', 'a\u0000b', 7],
  commit_changes: ['yes', 1],
  force: ['yes', 1],
  accept_lost: ['yes', 1],
  working_directory: ['', 'a\u0000b', 7],
  base_dir: ['', 'a\u0000b', 7],
  unknown: ['x'],
}

const FOLDERS = ['working_directory', 'base_dir']

describe('every operation refuses bad input, and changes nothing:', function () {
  this.timeout(60_000)
  let project: Project
  let app: App
  let task = ''
  let other = ''
  let good: Input = {}

  before(async () => {
    const phases = [
      {name: 'Core', modules: ['ledger'], test: 'true'},
      {name: 'Docs', modules: ['manual'], test: 'true'},
    ]
    project = await createProject({'.spec/SPEC.md': specText(phases), 'notes.txt': 'first\n'})
    const {say} = speakerOf(project)
    task = await say('start', 'Shop')
    await say('checkpoint', 'Core', '-t', task)
    await say('worktree', 'create', 'ledger', '-t', task)
    other = await say('start', 'Other')
    good = {
      task_id: task,
      name: 'manual',
      phase: 'Core',
      phase_name: 'Phase 1: Core',
      checkpoint_id: 'c1',
      description: 'Another',
      working_directory: project.root,
    }
    const env = {...process.env, CONDUCT_STATE_DIR: project.stateDir}
    const loadPlugins = () => Promise.reject(new Error('no plugin is needed to refuse'))
    app = await App.open({cwd: project.root, env, conductVersion: '0.0.0', loadPlugins})
    await project.write('notes.txt', 'changed\n')
  })

  after(async () => {
    await app[Symbol.asyncDispose]()
    await project.remove()
  })

  const print = async () => [
    await printCheckout(project),
    project.git('for-each-ref'),
    project.git('worktree', 'list'),
    await Promise.all((await app.store.tasks()).map(async ({taskId}) => [taskId, (await app.store.read(taskId)).length])),
  ]

  /** Input of an operation with one thing wrong. */
  const inputOf = (shape: object, change: Input): Input => ({
    ...Object.fromEntries(Object.entries(good).filter(([name]) => name in shape)),
    ...change,
  })

  async function assertRefused(operation: Operation, input: Input, says = /./): Promise<void> {
    await assert.rejects(app.call(operation, input), (error: unknown) => {
      assert.ok(error instanceof ConductError, `${operation.name} ${JSON.stringify(input).slice(0, 200)}: ${String(error)}`)
      assert.match(error.message, says)
      assert.notEqual(error.oclif.exit, 1)
      assert.ok(error.suggestions.length > 0, `${error.message} says nothing of what to do`)
      // oxlint-disable-next-line no-control-regex
      assert.doesNotMatch([error.message, ...error.suggestions].join('\n'), /[\u0000-\u0009\u000b-\u001f]/)
      return true
    })
  }

  /** Whatever was refused meanwhile has left no trace. */
  async function changesNothing(use: () => Promise<void>): Promise<void> {
    const before = await print()
    await use()
    assert.deepEqual(await print(), before)
  }

  for (const operation of allOperations) {
    const {shape} = operation.input
    it(operation.name, async () => {
      await changesNothing(async () => {
        for (const name of [...Object.keys(shape), 'unknown']) {
          const values = BAD[name]
          assert.ok(values, `${name} of ${operation.name} has no bad values here`)
          for (const value of values) await assertRefused(operation, inputOf(shape, {[name]: value}))
        }
        for (const [name, schema] of Object.entries(shape))
          if (!schema.safeParse(undefined).success) await assertRefused(operation, inputOf(shape, {[name]: undefined}), new RegExp(name))
      })
    })

    const folder = FOLDERS.find((name) => name in shape)
    if (folder === undefined) continue
    it(`${operation.name}: ${folder} that cannot be worked in`, async function () {
      const beside = (name: string) => join(project.root, '..', name)
      await mkdir(beside('plain'), {recursive: true})
      const {path} = await app.call(createWorktree, {task_id: other, name: 'theirs'})
      const stranger = await createProject({})
      const cases: readonly (readonly [string, RegExp])[] = [
        [beside('plain'), /not inside a usable git repository/],
        [join(project.root, 'not-there'), /not-there is not there/],
        [join(project.root, 'notes.txt'), /notes\.txt is a file, not a folder/],
        [path, new RegExp(`is a worktree of task ${other}`)],
        ...(operation.name === 'start_task' ? [] : [[stranger.root, /is not a checkout of the repository of task/] as const]),
      ]
      try {
        await changesNothing(async () => {
          for (const [value, says] of cases) await assertRefused(operation, inputOf(shape, {[folder]: value}), says)
        })
      } finally {
        await stranger.remove()
      }
    })

    it(`${operation.name}: ${folder} that may not be read`, async function () {
      if (process.getuid?.() === 0) {
        if (this.test) this.test.title += ' (skipped: root may read everything)'
        return this.skip()
      }
      const closed = join(project.root, '..', `closed-${operation.name}`)
      await mkdir(closed)
      await chmod(closed, 0o000)
      await assertRefused(operation, inputOf(shape, {[folder]: closed}), /may not be read by this user/)
      await chmod(closed, 0o700)
    })
  }
})

describe('the beginning of a task id', function () {
  this.timeout(60_000)

  it('that more than one task has is refused, with their list', async () => {
    const project = await createProject({})
    try {
      const {say, refuse} = speakerOf(project)
      const ids = new Map<string, string>()
      for (;;) {
        const id = await say('start', 'Shop')
        const twin = ids.get(id.slice(0, 1))
        ids.set(id.slice(0, 1), id)
        if (twin === undefined) continue
        for (const args of [['state'], ['checkpoint', 'x'], ['rollback', 'c1'], ['worktree', 'list']])
          await refuse(
            [...args, '--task', id.slice(0, 1)],
            2,
            'TASK_AMBIGUOUS',
            new RegExp(`${id.slice(0, 1)} is the beginning of \\d tasks:[^]*${twin}`),
          )
        return
      }
    } finally {
      await project.remove()
    }
  })
})

describe('a file that git may not read', function () {
  this.timeout(60_000)

  it('is named by the checkpoint that needs it', async function () {
    if (process.getuid?.() === 0) {
      if (this.test) this.test.title += ' (skipped: root may read everything)'
      return this.skip()
    }
    const project = await createProject({})
    try {
      const {say, refuse} = speakerOf(project)
      await say('start', 'Shop')
      await writeFile(join(project.root, 'secret.txt'), 'x', {mode: 0o000})
      await refuse(['checkpoint', 'Core'], 5, 'GIT_FAILED', /secret\.txt/)
      await rm(join(project.root, 'secret.txt'))
    } finally {
      await project.remove()
    }
  })
})
