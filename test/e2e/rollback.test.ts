import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {chmod, lstat, mkdir, readFile, readlink, rm, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {createProject, specText, type Project} from '../support/project.ts'
import {speakerOf, type Speaker} from './speaker.ts'

interface Rollback {
  readonly sha: string
  readonly safety_checkpoint: string
  readonly staged_ref: string | null
  readonly phases_complete: readonly string[]
}

const FILES = {
  'a.txt': 'a\n',
  'dir/b.txt': 'b\n',
  '.gitignore': 'ignored\nlocal/\n*.env\n',
  '.spec/SPEC.md': specText([
    {name: 'Core', modules: ['ledger'], test: 'true'},
    {name: 'Docs', modules: ['manual'], test: 'true'},
  ]),
}

/** What a person sees of a checkout: every file that is not ignored, with mode and bytes, as git would store it. */
function treeNow({root, git}: Project): string {
  const env = {...process.env, GIT_INDEX_FILE: join(root, '..', 'print')}
  const run = (...args: readonly string[]) => execFileSync('git', [...args], {cwd: root, env, encoding: 'utf8', stdio: 'pipe'}).trim()
  run('read-tree', '--empty')
  run('add', '--all')
  assert.equal(git('rev-parse', '--is-inside-work-tree'), 'true')
  return run('write-tree')
}

describe('a rollback', function () {
  this.timeout(60_000)
  let project: Project
  let speaker: Speaker

  beforeEach(async () => {
    project = await createProject(FILES)
    speaker = speakerOf(project)
    await speaker.say('start', 'Shop')
    await speaker.say('checkpoint', 'Core')
  })
  afterEach(() => project.remove())

  const rollBack = (id: string, ...more: readonly string[]) => speaker.json<Rollback>('rollback', id, ...more)
  const path = (name: string) => join(project.root, name)
  const status = () => project.git('status', '--porcelain')
  const treeOf = (commit: string) => project.git('rev-parse', `${commit}^{tree}`)
  /** Sha of a checkpoint, by the ref that keeps it. */
  const commitOf = (id: string) => project.git('for-each-ref', '--format=%(objectname)', `refs/conduct/*/checkpoints/${id.slice(1)}`)

  /** Rolls back to c1, which must leave the checkout clean; then back again, to what was there byte for byte. */
  async function thereAndBack(): Promise<Rollback> {
    const before = treeNow(project)
    const done = await rollBack('c1')
    assert.equal(treeOf(commitOf(done.safety_checkpoint)), before, 'the safety checkpoint has all that was there')
    assert.deepEqual([project.git('rev-parse', 'main'), status()], [commitOf('c1'), ''])
    await rollBack(done.safety_checkpoint)
    assert.equal(treeNow(project), before)
    await rollBack('c1')
    return done
  }

  it('keeps changed, deleted and untracked files', async () => {
    await writeFile(path('a.txt'), 'changed\n')
    await rm(path('dir'), {recursive: true})
    await project.write('new/deep/file.txt', 'untracked\n')
    await thereAndBack()
    assert.equal(existsSync(path('new')), false)
    assert.equal(await readFile(path('dir/b.txt'), 'utf8'), 'b\n')
  })

  it('keeps what was staged apart from what was not, and says how to have it back', async () => {
    await writeFile(path('a.txt'), 'staged\n')
    await project.write('also.txt', 'staged\n')
    project.git('add', '--all')
    await writeFile(path('a.txt'), 'on top\n')
    const [before, tip] = [status(), project.git('rev-parse', 'main')]
    const {safety_checkpoint: safety, staged_ref: staged} = await rollBack('c1')
    assert.ok(staged)
    assert.equal(project.git('show', `${staged}:a.txt`), 'staged')
    await rollBack(safety)
    project.git('reset', '--quiet', '--soft', `${staged}^`)
    project.git('read-tree', staged)
    project.git('update-index', '-q', '--refresh')
    assert.deepEqual([status(), project.git('rev-parse', 'main')], [before, tip])
    assert.equal(await readFile(path('a.txt'), 'utf8'), 'on top\n')
  })

  it('keeps what was staged and is gone from the files', async () => {
    await writeFile(path('a.txt'), 'staged\n')
    project.git('add', 'a.txt')
    await writeFile(path('a.txt'), 'a\n')
    const {staged_ref: staged} = await rollBack('c1')
    assert.equal(project.git('show', `${staged}:a.txt`), 'staged')
    assert.equal(status(), '')
  })

  /** A branch whose commit conflicts with what main has by then. */
  async function makeConflict(): Promise<string> {
    project.git('switch', '--quiet', '--create', 'other')
    await writeFile(path('a.txt'), 'theirs\n')
    project.git('commit', '--quiet', '--all', '--message=Theirs')
    project.git('switch', '--quiet', 'main')
    await writeFile(path('a.txt'), 'ours\n')
    project.git('commit', '--quiet', '--all', '--message=Ours')
    return project.git('rev-parse', 'other')
  }
  const tryGit = (...args: readonly string[]) => {
    try {
      project.git(...args)
      return true
    } catch {
      return false
    }
  }

  for (const [command, head] of [
    ['merge', 'MERGE_HEAD'],
    ['cherry-pick', 'CHERRY_PICK_HEAD'],
  ] as const) {
    it(`ends a ${command} that is in progress, and keeps both sides of it`, async () => {
      const theirs = await makeConflict()
      const ours = project.git('rev-parse', 'main')
      assert.equal(tryGit(command, 'other'), false)
      await writeFile(path('a.txt'), 'half resolved\n')
      await project.write('more.txt', 'untracked\n')
      const {safety_checkpoint: safety, staged_ref: staged} = await rollBack('c1')
      assert.equal(existsSync(path(`.git/${head}`)), false)
      assert.doesNotMatch(project.git('status'), /merg|pick|unmerged/i)
      assert.deepEqual([project.git('rev-parse', 'main'), status()], [commitOf('c1'), ''])
      assert.ok(staged)
      assert.deepEqual(project.git('log', '-1', '--format=%P', staged).split(' '), [ours, theirs])
      assert.equal(project.git('show', `${staged}:a.txt`), 'ours')
      await rollBack(safety)
      assert.deepEqual(
        [await readFile(path('a.txt'), 'utf8'), await readFile(path('more.txt'), 'utf8')],
        ['half resolved\n', 'untracked\n'],
      )
      project.git('reset', '--quiet', '--hard', `${staged}^`)
      assert.equal(tryGit(command, `${staged}^2`), false, 'it can be begun again')
      assert.equal(project.git('ls-files', '--unmerged', 'a.txt').split('\n').length, 3)
    })
  }

  it('is refused during a rebase, with nothing touched and the commands that end it', async () => {
    await makeConflict()
    assert.equal(tryGit('rebase', 'other'), false)
    const before = [project.git('status'), await readFile(path('a.txt'), 'utf8'), project.git('for-each-ref')]
    for (const args of [
      ['rollback', 'c1'],
      ['checkpoint', 'Core'],
    ]) {
      const {suggestions} = await speaker.refuse(args, 5, 'GIT_FAILED', /in the middle of a rebase/)
      assert.match(suggestions.join('\n'), /git -C '.*' rebase --continue\n.*rebase --abort/)
    }
    assert.deepEqual([project.git('status'), await readFile(path('a.txt'), 'utf8'), project.git('for-each-ref')], before)
  })

  it('is refused where the branch is not, and done where it is', async () => {
    const linked = join(project.root, '..', 'linked')
    project.git('switch', '--quiet', '--create', 'side')
    await speaker.refuse(['rollback', 'c1'], 2, 'USAGE', /c1 was made on main, but .* is on side/)
    project.git('worktree', 'add', '--quiet', linked, 'main')
    await writeFile(join(linked, 'a.txt'), 'in the other one\n')
    const {suggestions} = await speaker.refuse(['rollback', 'c1'], 2, 'USAGE', /main, which is checked out in .*linked, not in/)
    assert.match(suggestions.join(), /conduct rollback c1 --task \w+ --working-directory '.*linked'/)
    assert.equal(await readFile(join(linked, 'a.txt'), 'utf8'), 'in the other one\n')
    const {safety_checkpoint: safety} = await rollBack('c1', '--working-directory', linked)
    assert.equal(await readFile(join(linked, 'a.txt'), 'utf8'), 'a\n')
    assert.equal(project.git('show', `${commitOf(safety)}:a.txt`), 'in the other one')
    assert.equal(project.git('symbolic-ref', 'HEAD'), 'refs/heads/side')
  })

  it('is refused on a branch that a second checkout has too', async () => {
    const linked = join(project.root, '..', 'linked')
    project.git('worktree', 'add', '--quiet', '--force', linked, 'main')
    await writeFile(path('a.txt'), 'changed\n')
    const {suggestions} = await speaker.refuse(['rollback', 'c1'], 2, 'USAGE', /is checked out in .* and in .*linked/)
    assert.match(suggestions.join(), /git -C '.*linked' switch --detach/)
    assert.equal(await readFile(path('a.txt'), 'utf8'), 'changed\n')
  })

  it('twice in a row is once, and a rollback of a rollback brings back files and phases', async () => {
    await speaker.say('phase', 'complete', 'Core', '-c', 'c1')
    await writeFile(path('a.txt'), 'docs\n')
    await speaker.say('checkpoint', 'Docs')
    await speaker.say('phase', 'complete', 'Docs', '-c', 'c2')
    await writeFile(path('a.txt'), 'later\n')
    const first = await rollBack('c1')
    assert.deepEqual(first.phases_complete, ['Phase 1: Core'])
    const again = await rollBack('c1')
    assert.deepEqual([again.safety_checkpoint, again.sha], ['c1', first.sha], 'there was nothing more to keep')
    const back = await rollBack(first.safety_checkpoint)
    assert.deepEqual(back.phases_complete, ['Phase 1: Core', 'Phase 2: Docs'])
    assert.equal(await readFile(path('a.txt'), 'utf8'), 'later\n')
    assert.deepEqual((await rollBack('c1')).phases_complete, ['Phase 1: Core'])
  })

  it('that was killed is done again with the safety checkpoint that it had made', async () => {
    await writeFile(path('a.txt'), 'precious\n')
    const parent = project.git('rev-parse', 'main')
    const {safety_checkpoint: safety} = await rollBack('c1')
    for (const moment of ['when all was done but the note of it', 'before anything was discarded']) {
      const db = new DatabaseSync(join(project.stateDir, 'state.db'))
      db.exec(`DELETE FROM events WHERE data LIKE '%"rolled.back"%'`)
      db.close()
      if (moment.startsWith('before')) {
        project.git('reset', '--quiet', '--hard', parent)
        await writeFile(path('a.txt'), 'precious\n')
      }
      assert.equal((await rollBack('c1')).safety_checkpoint, safety, moment)
      assert.deepEqual([project.git('rev-parse', 'main'), status()], [commitOf('c1'), ''])
      assert.equal(project.git('show', `${commitOf(safety)}:a.txt`), 'precious')
    }
  })

  it('leaves ignored files alone', async () => {
    await writeFile(path('ignored'), 'mine\n')
    await project.write('local/cache/x', 'mine\n')
    await writeFile(path('a.txt'), 'changed\n')
    await rollBack('c1')
    assert.deepEqual([await readFile(path('ignored'), 'utf8'), await readFile(path('local/cache/x'), 'utf8')], ['mine\n', 'mine\n'])
  })

  it('keeps an ignored file that the checkpoint has a file or a folder for', async () => {
    await project.write('set.env/x', 'tracked\n')
    await project.write('b.env', 'tracked\n')
    project.git('add', '--force', 'set.env', 'b.env')
    const target = await speaker.json<{id: string}>('checkpoint', 'Env')
    project.git('rm', '--quiet', '-r', '--cached', 'set.env', 'b.env')
    project.git('commit', '--quiet', '--message=Forget')
    await rm(path('set.env'), {recursive: true})
    await writeFile(path('set.env'), 'a secret\n')
    await writeFile(path('b.env'), 'another secret\n')
    const {safety_checkpoint: safety} = await rollBack(target.id)
    assert.deepEqual([await readFile(path('set.env/x'), 'utf8'), await readFile(path('b.env'), 'utf8')], ['tracked\n', 'tracked\n'])
    await rollBack(safety)
    assert.deepEqual([await readFile(path('set.env'), 'utf8'), await readFile(path('b.env'), 'utf8')], ['a secret\n', 'another secret\n'])
  })

  it('keeps a file that became a folder, and a folder that became a file', async () => {
    await rm(path('a.txt'))
    await project.write('a.txt/inside', 'x\n')
    await rm(path('dir'), {recursive: true})
    await writeFile(path('dir'), 'now a file\n')
    await thereAndBack()
    assert.equal(await readFile(path('a.txt'), 'utf8'), 'a\n')
  })

  it('keeps modes, links, and names of any bytes', async () => {
    await chmod(path('a.txt'), 0o755)
    await symlink('a.txt', path('link'))
    await writeFile(path('line\nbreak\t"quoted" ünï'), 'x\n')
    execFileSync('sh', ['-c', String.raw`printf x > "$(printf 'not-utf8-\377')"`], {cwd: project.root})
    await thereAndBack()
    assert.equal((await lstat(path('a.txt'))).mode & 0o111, 0)
    assert.equal(await readlink(path('link')).catch(() => 'gone'), 'gone')
  })

  it('leaves a repository inside this one alone, names it, and is refused when it is in the way', async () => {
    const inner = path('dir/inner')
    await mkdir(inner, {recursive: true})
    const inside = (...args: readonly string[]) => execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@t', ...args], {cwd: inner})
    inside('init', '--quiet')
    await writeFile(join(inner, 'own.txt'), 'own\n')
    inside('add', '--all')
    inside('commit', '--quiet', '--message=Own')
    await writeFile(join(inner, 'own.txt'), 'not committed\n')
    await writeFile(path('a.txt'), 'changed\n')
    const {skipped} = await speaker.json<{skipped: string[]}>('checkpoint', 'Docs')
    assert.deepEqual(skipped, ['dir/inner'])
    await rollBack('c1')
    assert.equal(await readFile(join(inner, 'own.txt'), 'utf8'), 'not committed\n')

    await rm(path('dir/inner/.git'), {recursive: true})
    const {id} = await speaker.json<{id: string}>('checkpoint', 'With files')
    await rollBack('c1')
    await mkdir(inner, {recursive: true})
    inside('init', '--quiet')
    await writeFile(join(inner, 'own.txt'), 'not committed\n')
    await speaker.refuse(['rollback', id], 5, 'GIT_FAILED', /dir\/inner.* stands where the checkpoint has files/)
    assert.equal(await readFile(join(inner, 'own.txt'), 'utf8'), 'not committed\n')
  })

  it('moves the commit of a submodule, and leaves what is in it alone', async () => {
    const origin = await createProject({'lib.txt': '1\n'})
    try {
      project.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', origin.root, 'lib')
      const {id, sha} = await speaker.json<{id: string; sha: string}>('checkpoint', 'With lib')
      const lib = (...args: readonly string[]) => project.git('-C', 'lib', '-c', 'user.name=T', '-c', 'user.email=t@t', ...args)
      await writeFile(path('lib/lib.txt'), '2\n')
      lib('commit', '--quiet', '--all', '--message=Two')
      const two = lib('rev-parse', 'HEAD')
      await writeFile(path('lib/lib.txt'), 'not committed\n')
      const {safety_checkpoint: safety} = await rollBack(id)
      assert.equal(project.git('rev-parse', `${commitOf(safety)}:lib`), two)
      assert.notEqual(project.git('rev-parse', `${sha}:lib`), two)
      assert.deepEqual([lib('rev-parse', 'HEAD'), await readFile(path('lib/lib.txt'), 'utf8')], [two, 'not committed\n'])
    } finally {
      await origin.remove()
    }
  })

  it('is refused when the working directory is gone, and works once it is back', async () => {
    const linked = join(project.root, '..', 'linked')
    project.git('worktree', 'add', '--quiet', '-b', 'side', linked)
    await writeFile(join(linked, 'a.txt'), 'linked\n')
    const {id} = await speaker.json<{id: string}>('checkpoint', 'Side', '--working-directory', linked)
    await rm(linked, {recursive: true})
    await speaker.refuse(['rollback', id], 5, 'NOT_A_REPOSITORY', /linked is not there/)
    project.git('worktree', 'prune')
    project.git('worktree', 'add', '--quiet', linked, 'side~1')
    project.git('-C', linked, 'switch', '--quiet', '--force-create', 'side')
    await rollBack(id)
    assert.equal(await readFile(join(linked, 'a.txt'), 'utf8'), 'linked\n')
  })
})
