import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {conduct} from '../support/cli.ts'
import {commandConfig, createProject, specText, type Project} from '../support/project.ts'

const SPEC = specText([
  {name: 'Core', modules: ['one', 'two'], test: 'test -f one.txt && test -f two.txt', criteria: ['one.txt exists']},
  {name: 'Docs', modules: ['manual'], test: 'true'},
])

interface Merge {
  readonly merged: boolean
  readonly changed: boolean
  readonly merge_sha: string | null
  readonly conflicts: readonly string[]
  readonly receipt: {readonly hunks_lost: readonly string[]} | null
  readonly next: string | null
}

interface Validation {
  readonly passed: boolean
  readonly sha: string
  readonly round: number
  readonly verdicts: readonly {readonly validator: string; readonly status: string}[]
  readonly criteria: readonly {readonly id: string; readonly verdict: string; readonly evidence: string}[]
  readonly uncommitted: readonly string[]
}

describe('a task conducted by hand', function () {
  this.timeout(60_000)
  let project: Project

  beforeEach(async () => {
    project = await createProject({'.spec/SPEC.md': SPEC, 'shared.txt': 'a\nb\nc\n'})
    await say(0, 'start', 'Two texts')
  })
  afterEach(() => project.remove())

  /** The stdout of a command that must end with this exit code. */
  async function say(exitCode: number, ...args: readonly string[]): Promise<string> {
    const result = await conduct(project, args)
    assert.equal(result.exitCode, exitCode, `${args.join(' ')}: ${result.stderr}${result.stdout}`)
    return result.stdout.trim()
  }
  const json = async <T>(exitCode: number, ...args: readonly string[]) => JSON.parse(await say(exitCode, ...args, '--json')) as T
  /** Makes a module's worktree with these files in it. */
  async function work(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    const path = await say(0, 'worktree', 'create', name)
    for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text)
    return path
  }
  const gitIn = (cwd: string, ...args: readonly string[]) => execFileSync('git', [...args], {cwd, stdio: 'pipe', encoding: 'utf8'})

  it('reads the phases of the spec as data, with the names that worktrees take', async () => {
    const {phases} = await json<{phases: Record<string, unknown>[]}>(0, 'phase', 'list')
    assert.deepEqual(
      phases.map(({phase, name, status, modules, test_command: test}) => ({phase, name, status, modules, test})),
      [
        {
          phase: 1,
          name: 'Phase 1: Core',
          status: 'pending',
          modules: [
            {name: 'one', slug: 'one', owns: []},
            {name: 'two', slug: 'two', owns: []},
          ],
          test: 'test -f one.txt && test -f two.txt',
        },
        {phase: 2, name: 'Phase 2: Docs', status: 'pending', modules: [{name: 'manual', slug: 'manual', owns: []}], test: 'true'},
      ],
    )
  })

  it('merges what a worktree holds into the branch of the checkout, once', async () => {
    await work('one', {'one.txt': '1\n'})
    await project.write('unrelated.txt', 'a person writes here\n')
    const first = await json<Merge>(0, 'worktree', 'merge', 'one')
    assert.deepEqual([first.merged, first.changed, first.receipt?.hunks_lost], [true, true, []])
    assert.equal(first.merge_sha, project.git('rev-parse', 'main'))
    assert.equal(await readFile(join(project.root, 'one.txt'), 'utf8'), '1\n')
    assert.equal(project.git('status', '--porcelain'), '?? unrelated.txt')
    const again = await json<Merge>(0, 'worktree', 'merge', 'one')
    assert.deepEqual([again.merged, again.changed, again.merge_sha], [true, false, first.merge_sha])
  })

  it('merges again what was added to a worktree since', async () => {
    const path = await work('one', {'one.txt': '1\n'})
    await say(0, 'worktree', 'merge', 'one')
    await writeFile(join(path, 'more.txt'), 'more\n')
    assert.equal((await json<Merge>(0, 'worktree', 'merge', 'one')).changed, true)
    assert.equal(existsSync(join(project.root, 'more.txt')), true)
  })

  it('changes nothing on a conflict, says what to do, and merges once that is done', async () => {
    await work('one', {'one.txt': '1\n', 'shared.txt': 'a\nfirst\nc\n'})
    const path = await work('two', {'two.txt': '2\n', 'shared.txt': 'a\nsecond\nc\n'})
    await say(0, 'worktree', 'merge', 'one')
    const [tip, status] = [project.git('rev-parse', 'main'), project.git('status', '--porcelain')]
    const conflict = await json<Merge>(7, 'worktree', 'merge', 'two')
    assert.deepEqual([conflict.merged, conflict.conflicts], [false, ['shared.txt']])
    assert.match(conflict.next ?? '', /p1-two: git merge main, settle shared\.txt .* and commit\. Then merge the module again\./)
    assert.deepEqual([project.git('rev-parse', 'main'), project.git('status', '--porcelain')], [tip, status])

    assert.throws(() => gitIn(path, 'merge', '--quiet', 'main'))
    assert.equal((await json<{error: {code: string}}>(5, 'worktree', 'merge', 'two')).error.code, 'GIT_FAILED')
    await writeFile(join(path, 'shared.txt'), 'a\nfirst and second\nc\n')
    gitIn(path, 'add', '--all')
    gitIn(path, '-c', 'user.name=T', '-c', 'user.email=t@localhost', 'commit', '--quiet', '--message=Settle')
    assert.equal((await json<Merge>(0, 'worktree', 'merge', 'two')).merged, true)
    assert.equal(await readFile(join(project.root, 'shared.txt'), 'utf8'), 'a\nfirst and second\nc\n')
  })

  it('does not take a conflict for settled whose other side was dropped, unless that is said', async () => {
    await work('one', {'one.txt': '1\n', 'shared.txt': 'a\nfirst\nc\n'})
    const path = await work('two', {'two.txt': '2\n', 'shared.txt': 'a\nsecond\nc\n'})
    await say(0, 'worktree', 'merge', 'one')
    await say(7, 'worktree', 'merge', 'two')
    gitIn(path, '-c', 'user.name=T', '-c', 'user.email=t@localhost', 'merge', '--quiet', '-X', 'ours', 'main')
    for (const _ of [1, 2]) {
      const refused = await json<Merge>(7, 'worktree', 'merge', 'two')
      assert.match(refused.next ?? '', /These changes are gone: shared\.txt: first/)
    }
    const accepted = await json<Merge>(0, 'worktree', 'merge', 'two', '--accept-lost')
    assert.deepEqual(accepted.receipt?.hunks_lost, ['shared.txt: first'])
  })

  it('touches nothing when local changes are in the way of a merge', async () => {
    await work('one', {'shared.txt': 'a\nfirst\nc\n'})
    await project.write('shared.txt', 'mine\n')
    const tip = project.git('rev-parse', 'main')
    const {error} = await json<{error: {code: string; message: string}}>(5, 'worktree', 'merge', 'one')
    assert.deepEqual([error.code, project.git('rev-parse', 'main')], ['GIT_FAILED', tip])
    assert.match(error.message, /not committed are in the way of the merge into main; nothing was touched/)
    assert.equal(await readFile(join(project.root, 'shared.txt'), 'utf8'), 'mine\n')
  })

  it('refuses to merge a worktree in which nothing was done', async () => {
    await say(0, 'worktree', 'create', 'one')
    const {error} = await json<{error: {message: string}}>(2, 'worktree', 'merge', 'one')
    assert.match(error.message, /Nothing has changed in .*p1-one/)
  })

  it('validates what is committed, and keeps a phase open whose validation failed', async () => {
    await work('one', {'one.txt': '1\n'})
    await say(0, 'worktree', 'merge', 'one')
    await project.write('two.txt', 'not committed\n')
    const failed = await json<Validation>(6, 'phase', 'validate', 'Core')
    assert.deepEqual([failed.passed, failed.sha, failed.uncommitted], [false, project.git('rev-parse', 'main'), ['two.txt']])
    assert.deepEqual(
      failed.verdicts.filter(({status}) => status === 'fail').map(({validator}) => validator),
      ['test-command'],
    )
    assert.equal(await say(0, 'checkpoint', 'Core'), 'c1')
    assert.match(await say(6, 'phase', 'complete', 'Core', '--checkpoint', 'c1', '--json'), /VALIDATION_FAILED/)

    const passed = await json<Validation>(0, 'phase', 'validate', '1')
    assert.deepEqual([passed.passed, passed.round], [true, 2])
    assert.deepEqual(
      passed.criteria.map(({id, verdict}) => ({id, verdict})),
      [{id: 'p1.c1', verdict: 'met'}],
    )
    assert.equal(await say(0, 'phase', 'complete', 'Core', '--checkpoint', 'c1'), 'Phase 1: Core')
  })

  describe('and by a run', () => {
    const AGENT = '#!/bin/sh\necho written > "$CONDUCT_MODULE.txt"\n'
    const two = specText([
      {name: 'Core', modules: ['one'], test: 'test -f one.txt'},
      {name: 'Docs', modules: ['manual'], test: 'test -f one.txt && test -f manual.txt && ! grep -q wrong manual.txt'},
    ])
    /** Another project: its agent is there from the beginning. */
    async function restart(agent: string): Promise<void> {
      await project.remove()
      const limits = {attempts: 1}
      const files = {'.spec/SPEC.md': two, 'agent.sh': agent, 'conduct.config.json': commandConfig(['./agent.sh'], {limits})}
      project = await createProject(files)
    }
    const tree = () => project.git('ls-tree', '--name-only', 'main').split('\n')

    it('is finished by a run that was begun by hand', async () => {
      await restart(AGENT)
      const task = await say(0, 'start', 'By hand')
      await work('one', {'one.txt': '1\n'})
      await say(0, 'worktree', 'merge', 'one')
      await say(0, 'phase', 'validate', '1')
      await project.write('notes.txt', 'made between\n')
      await say(0, 'checkpoint', 'Core')
      await say(0, 'phase', 'complete', 'Core', '--checkpoint', 'c1')
      await say(0, 'resume', task)
      assert.deepEqual(
        ['one.txt', 'notes.txt', 'manual.txt'].filter((file) => !tree().includes(file)),
        [],
      )
      assert.equal(project.git('status', '--porcelain'), '')
    })

    it('is finished by a run when half of a phase was done by hand', async () => {
      await restart(AGENT)
      const task = await say(0, 'start', 'By hand')
      await work('one', {'one.txt': 'by hand\n'})
      await say(0, 'worktree', 'merge', 'one')
      await say(0, 'resume', task)
      assert.equal(await readFile(join(project.root, 'one.txt'), 'utf8'), 'by hand\n')
      assert.ok(tree().includes('manual.txt'))
    })

    it('is finished by hand when a run has failed', async () => {
      await restart('#!/bin/sh\necho wrong > "$CONDUCT_MODULE.txt"\n')
      const result = await conduct(project, ['run', '--json'])
      assert.equal(result.exitCode, 6, result.stderr)
      const task = result.json<{readonly task_id: string}>().task_id
      assert.deepEqual(tree().includes('one.txt'), false)
      await work('manual', {'manual.txt': 'right\n'})
      await say(0, 'worktree', 'merge', 'manual')
      assert.equal((await json<Validation>(0, 'phase', 'validate', 'Docs')).passed, true)
      const id = await say(0, 'checkpoint', 'Docs')
      await say(0, 'phase', 'complete', 'Docs', '--checkpoint', id)
      assert.equal(await say(0, 'complete'), project.git('rev-parse', 'main'))
      assert.deepEqual([tree().includes('one.txt'), tree().includes('manual.txt')], [true, true])
      assert.match(await say(0, 'state', '--task', task), /complete/)
    })

    it('begins again after a rollback where the task was rolled back to', async () => {
      await restart(AGENT)
      const task = await say(0, 'start', 'By hand')
      for (const [index, [module, phase]] of [
        ['one', 'Core'],
        ['manual', 'Docs'],
      ].entries()) {
        await work(String(module), {[`${module}.txt`]: 'by hand\n', [`${phase}.txt`]: 'x\n'})
        await say(0, 'worktree', 'merge', String(module))
        await say(0, 'checkpoint', String(phase))
        await say(0, 'phase', 'complete', String(phase), '--checkpoint', `c${index + 1}`)
      }
      await say(0, 'worktree', 'cleanup')
      await say(0, 'rollback', 'c1')
      await say(0, 'resume', task)
      assert.equal(await readFile(join(project.root, 'manual.txt'), 'utf8'), 'written\n')
      assert.deepEqual([tree().includes('Core.txt'), tree().includes('Docs.txt')], [true, false])
    })
  })
})
