import assert from 'node:assert/strict'
import {mkdir, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {ConductError} from '../../src/errors.ts'
import {GitError, openGit, openRepository, readHead} from '../../src/git/git.ts'
import {openFixture, personEnv, plainGit, temporaryDir} from './fixture.ts'

const isFault = (code: string) => (error: unknown) => error instanceof ConductError && error.code === code && error.suggestions.length > 0

describe('openRepository', () => {
  it('finds the repository from a folder in it, by canonical paths', async () => {
    const fixture = await openFixture({'deep/er/a.txt': 'a\n'})
    await symlink(fixture.root, join(fixture.dir, 'link'))
    const found = await openRepository(join(fixture.dir, 'link', 'deep', 'er'), personEnv(fixture.dir))
    assert.equal(found.root, fixture.root)
    assert.equal(found.commonDir, join(fixture.root, '.git'))
    const tree = fixture.sh('rev-parse', 'HEAD^{tree}')
    assert.deepEqual(await readHead(found), {branch: 'refs/heads/main', sha: fixture.head, tree})
  })

  it('knows a linked worktree of a person, and the repository behind it', async () => {
    const fixture = await openFixture()
    const path = join(fixture.dir, 'linked')
    fixture.sh('worktree', 'add', '--quiet', '-b', 'side', path)
    const found = await openRepository(path, personEnv(fixture.dir))
    assert.equal(found.root, path)
    assert.equal(found.commonDir, join(fixture.root, '.git'))
    assert.equal((await readHead(found)).branch, 'refs/heads/side')
  })

  it('is not misled by GIT_ variables of its caller', async () => {
    const fixture = await openFixture()
    const env = {...personEnv(fixture.dir), GIT_DIR: '/nowhere', GIT_INDEX_FILE: '/nowhere/index'}
    assert.equal((await openRepository(fixture.root, env)).root, fixture.root)
  })

  it('says what to type where there is no repository, a bare one, no commit, a detached HEAD, or no git', async () => {
    const fixture = await openFixture()
    const env = personEnv(fixture.dir)
    const outside = temporaryDir()
    const bare = join(fixture.dir, 'bare.git')
    const empty = join(fixture.dir, 'empty')
    plainGit(fixture.dir, fixture.dir, ['init', '--quiet', '--bare', bare])
    plainGit(fixture.dir, fixture.dir, ['init', '--quiet', empty])
    fixture.sh('checkout', '--quiet', '--detach')
    await assert.rejects(openRepository(outside, env), isFault('NOT_A_REPOSITORY'))
    await assert.rejects(openRepository(join(outside, 'missing'), env), isFault('NOT_A_REPOSITORY'))
    await assert.rejects(openRepository(bare, env), isFault('BARE_REPOSITORY'))
    await assert.rejects(openRepository(join(fixture.root, '.git'), env), isFault('NOT_A_REPOSITORY'))
    await assert.rejects(readHead(await openRepository(empty, env)), isFault('NO_COMMIT'))
    await assert.rejects(readHead(await openRepository(fixture.root, env)), isFault('DETACHED_HEAD'))
    await assert.rejects(openRepository(fixture.root, {...env, PATH: outside}), isFault('GIT_MISSING'))
    await rm(outside, {recursive: true})
  })

  it('refuses a repository whose configuration points at files elsewhere', async () => {
    const fixture = await openFixture()
    const victim = join(fixture.dir, 'victim')
    await mkdir(victim)
    fixture.sh('config', 'core.worktree', victim)
    await assert.rejects(openRepository(fixture.root, personEnv(fixture.dir)), isFault('NOT_A_REPOSITORY'))
  })
})

describe('openGit', () => {
  it('freezes the settings that matter, and none that could execute what an agent wrote', async () => {
    const fixture = await openFixture()
    const {root, dir} = fixture
    fixture.sh('config', 'core.autocrlf', 'input')
    fixture.sh('config', 'filter.lfs.clean', 'git-lfs "clean" -- %f\\x')
    fixture.sh('config', 'diff.external', '/evil')
    fixture.sh('config', 'core.fsmonitor', '/evil')
    await writeFile(join(root, '.git/info/exclude'), 'secret\n')
    const shadowDir = join(dir, 'other', 'shadow')
    const git = await openGit({repository: await openRepository(root, personEnv(dir)), shadowDir, env: personEnv(dir)})
    const read = (key: string) => git.objects(['config', '--get', key], {accept: [1]})
    assert.equal(await read('core.autocrlf'), 'input\n')
    assert.equal(await read('filter.lfs.clean'), 'git-lfs "clean" -- %f\\x\n')
    assert.equal(await read('diff.external'), '')
    assert.equal(await read('core.fsmonitor'), 'false\n')
    assert.equal(await read('user.email'), 'ada@example.org\n')
    assert.equal(await readFile(join(shadowDir, 'info/exclude'), 'utf8'), 'secret\n')
  })

  it('keeps what it froze when it is opened again', async () => {
    const fixture = await openFixture()
    fixture.sh('config', 'filter.evil.clean', '/evil')
    const {git, dir} = fixture
    const again = await openGit({repository: git.repository, shadowDir: git.shadowDir, env: personEnv(dir)})
    assert.equal(await again.objects(['config', '--get', 'filter.evil.clean'], {accept: [1]}), '')
  })

  it('mends a shadow that was cut off, and lets exactly one of several makers win', async () => {
    const fixture = await openFixture()
    const {dir, git} = fixture
    const shadowDir = join(dir, 'cut')
    await mkdir(shadowDir)
    await writeFile(join(shadowDir, 'HEAD'), 'ref: refs/heads/main\n')
    await writeFile(join(shadowDir, 'config'), '[core]\n')
    const open = () => openGit({repository: git.repository, shadowDir, env: personEnv(dir)})
    const all = await Promise.all([open(), open(), open()])
    for (const one of all) assert.equal(await one.objects(['config', '--get', 'user.name']), 'Ada\n')
  })

  it('has an identity where the person has none', async () => {
    const fixture = await openFixture()
    fixture.sh('config', '--unset', 'user.name')
    fixture.sh('config', '--unset', 'user.email')
    const {git, dir} = fixture
    const bare = await openGit({repository: git.repository, shadowDir: join(dir, 'nobody'), env: personEnv(dir)})
    assert.match(await bare.objects(['var', 'GIT_AUTHOR_IDENT']), /^conduct <conduct@localhost>/)
  })

  it('tells what git said when git fails', async () => {
    const fixture = await openFixture()
    const failure = (error: unknown) => error instanceof GitError && error.exitCode === 128 && error.stderr.includes('no-such')
    await assert.rejects(
      fixture.git.objects(['rev-parse', '--verify', '--end-of-options', 'no-such']),
      (error: unknown) => error instanceof GitError,
    )
    await assert.rejects(fixture.git.objects(['cat-file', 'blob', 'no-such']), failure)
  })
})
