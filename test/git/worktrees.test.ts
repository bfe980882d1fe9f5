import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {mkdir, readFile, readdir, rm, stat, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {ConductError} from '../../src/errors.ts'
import {snapshotTree} from '../../src/git/commits.ts'
import {branchRef, readRef, treeOf, updateRefs} from '../../src/git/refs.ts'
import {drainTrash} from '../../src/git/trash.ts'
import {createWorktree, listWorktrees, readWorktreeHead, removeWorktree, restoreWorktree, RefExistsError} from '../../src/git/worktrees.ts'
import {openFixture, plainGit, writeFiles, type Fixture} from './fixture.ts'

const ref = branchRef('t', 1, 'auth')

function make(fixture: Fixture, extra: {sha?: string; adopt?: boolean; ref?: string | null; name?: string} = {}) {
  const {name = 'auth', ...rest} = extra
  const root = join(fixture.dir, 'worktrees')
  return createWorktree(fixture.git, {path: join(root, 't', name), root, ref, sha: fixture.head, lock: fixture.lock, ...rest})
}

/** What plain git, run by a person, thinks of a worktree. */
const status = (fixture: Fixture, path: string) => plainGit(path, fixture.dir, ['status', '--porcelain', '--branch'])

async function assertWhole(fixture: Fixture, path: string) {
  assert.equal(status(fixture, path), `## ${ref.replace('refs/heads/', '')}`)
  assert.equal(await readFile(join(path, 'a.txt'), 'utf8'), 'one\ntwo\nthree\n')
  assert.equal(plainGit(fixture.root, fixture.dir, ['worktree', 'list']).split('\n').length, 2)
}

describe('createWorktree', () => {
  it('makes a branch, its files and a clean status', async () => {
    const fixture = await openFixture()
    const worktree = await make(fixture)
    await assertWhole(fixture, worktree.path)
    assert.deepEqual(await readWorktreeHead(fixture.git, worktree), {ref})
    assert.deepEqual(await listWorktrees(fixture.git), [worktree])
  })

  it('makes a detached one', async () => {
    const fixture = await openFixture()
    const worktree = await make(fixture, {ref: null})
    assert.equal(worktree.ref, null)
    assert.deepEqual(await readWorktreeHead(fixture.git, worktree), {sha: fixture.head})
    assert.equal(status(fixture, worktree.path), '## HEAD (no branch)')
  })

  it('returns one that is there as it is, with the work in it', async () => {
    const fixture = await openFixture()
    const first = await make(fixture)
    await writeFiles(first.path, {'a.txt': 'work\n', 'new.txt': 'work\n'})
    assert.deepEqual(await make(fixture), first)
    assert.equal(await readFile(join(first.path, 'a.txt'), 'utf8'), 'work\n')
    assert.equal(await readFile(join(first.path, 'new.txt'), 'utf8'), 'work\n')
  })

  it('makes 50 at the same time', async () => {
    const fixture = await openFixture()
    const names = Array.from({length: 50}, (_, index) => `m${index}`)
    const all = await Promise.all(names.map((name) => make(fixture, {name, ref: branchRef('t', 1, name)})))
    assert.equal(new Set(all.map(({gitDir}) => gitDir)).size, 50)
    for (const {path} of all.slice(0, 3)) assert.match(status(fixture, path), /^## conduct\/t\/p1\/m\d+$/)
    assert.equal((await listWorktrees(fixture.git)).length, 50)
  }).timeout(60_000)

  it('writes a tree that is large enough for several workers as plain git does', async () => {
    const many = Object.fromEntries(Array.from({length: 150}, (_, index) => [`d${index % 7}/f${index}.txt`, `line\n${index}\n`]))
    const fixture = await openFixture({...many, '.gitattributes': 'd1/* text eol=crlf\n', 'run.sh*': '#!/bin/sh\n'})
    await symlink('d0/f0.txt', join(fixture.root, 'link'))
    const sha = await fixture.commit({})
    const paths = ['a', 'b', 'c'].map((name) => make(fixture, {name, sha, ref: null}))
    for (const {path} of await Promise.all(paths)) {
      assert.equal(status(fixture, path), '## HEAD (no branch)')
      assert.equal(await readFile(join(path, 'd1/f1.txt'), 'utf8'), 'line\r\n1\r\n')
      assert.equal(await readFile(join(path, 'link'), 'utf8'), 'line\n0\n')
      assert.notEqual((await stat(join(path, 'run.sh'))).mode & 0o100, 0)
    }
  })

  it('tells of a branch that is elsewhere, or adopts it', async () => {
    const fixture = await openFixture()
    const next = await fixture.commit({'b.txt': 'b\n'})
    await updateRefs(fixture.git, [{ref, to: next, from: null}])
    const isElsewhere = (error: unknown) => error instanceof RefExistsError && error.sha === next
    await assert.rejects(make(fixture), isElsewhere)
    const worktree = await make(fixture, {adopt: true})
    assert.equal(await readFile(join(worktree.path, 'b.txt'), 'utf8'), 'b\n')
    assert.equal(await readRef(fixture.git, ref), next)
  })

  it('follows no link that stands in its way', async () => {
    const fixture = await openFixture()
    const victim = join(fixture.dir, 'victim')
    await mkdir(victim)
    await mkdir(join(fixture.dir, 'worktrees'))
    await symlink(victim, join(fixture.dir, 'worktrees', 't'))
    await assert.rejects(make(fixture), (error: unknown) => error instanceof ConductError)
    assert.deepEqual(await readdir(victim), [])
  })
})

describe('createWorktree after a kill', () => {
  const half: readonly [string, (fixture: Fixture, path: string, admin: string) => Promise<unknown>][] = [
    ['before the folder', async (_fixture, path) => rm(path, {recursive: true})],
    ['with an empty folder', async (_fixture, path, admin) => (await empty(path), rm(admin, {recursive: true}))],
    ['with a branch and nothing else', async (_fixture, path, admin) => (await rm(path, {recursive: true}), rm(admin, {recursive: true}))],
    [
      'with a lock on the branch',
      async (fixture, path, admin) => {
        await rm(path, {recursive: true})
        await rm(admin, {recursive: true})
        await updateRefs(fixture.git, [{ref, to: null, from: fixture.head}])
        await mkdir(join(fixture.root, '.git/refs/heads/conduct/t/p1'), {recursive: true})
        await writeFile(join(fixture.root, '.git', `${ref}.lock`), '')
      },
    ],
    [
      'with a lock on the branch that is there',
      async (fixture, path, admin) => {
        await rm(path, {recursive: true})
        await rm(admin, {recursive: true})
        await writeFile(join(fixture.root, '.git', `${ref}.lock`), '')
      },
    ],
    ['with an empty commondir', async (_fixture, path, admin) => (await empty(path), writeFile(join(admin, 'commondir'), ''))],
    ['without commondir', async (_fixture, path, admin) => (await empty(path), rm(join(admin, 'commondir')))],
    ['without HEAD', async (_fixture, _path, admin) => rm(join(admin, 'HEAD'))],
    ['with an empty HEAD', async (_fixture, _path, admin) => writeFile(join(admin, 'HEAD'), '')],
    [
      'with the null HEAD',
      async (_fixture, _path, admin) => (await rm(join(admin, 'index')), writeFile(join(admin, 'HEAD'), `${'0'.repeat(40)}\n`)),
    ],
    ['without gitdir', async (_fixture, path, admin) => (await empty(path), rm(join(admin, 'gitdir')))],
    ['with an empty .git file', async (_fixture, path, admin) => (await rm(join(admin, 'index')), writeFile(join(path, '.git'), ''))],
    ['without .git file', async (_fixture, path, admin) => (await empty(path), rm(join(admin, 'index')))],
    ['with an admin folder and nothing in it', async (_fixture, path, admin) => (await empty(path), empty(admin))],
    [
      'locked while it was made',
      async (_fixture, path, admin) => {
        await empty(path)
        await writeFile(join(admin, 'locked'), 'initializing\n')
        await rm(join(admin, 'index'))
      },
    ],
    [
      'in the middle of the files',
      async (_fixture, path, admin) => {
        await writeFile(join(path, 'a.txt'), 'on')
        await rm(join(admin, 'index'))
        await writeFile(join(admin, 'index.lock'), 'DIRC')
      },
    ],
  ]

  for (const [name, breakIt] of half) {
    it(`repairs what is left ${name}`, async () => {
      const fixture = await openFixture()
      const first = await make(fixture)
      await breakIt(fixture, first.path, first.gitDir)
      await assertWhole(fixture, (await make(fixture)).path)
    })
  }

  it('is not stopped by the empty commondir of another worktree of ours', async () => {
    const fixture = await openFixture()
    const other = await make(fixture, {name: 'other', ref: branchRef('t', 1, 'other')})
    await rm(other.path, {recursive: true})
    await writeFile(join(other.gitDir, 'commondir'), '')
    await assertWhole(fixture, (await make(fixture)).path)
  })

  it('moves files aside that no worktree owns, and says where', async () => {
    const fixture = await openFixture()
    const first = await make(fixture)
    await writeFiles(first.path, {'new.txt': 'work\n'})
    await rm(first.gitDir, {recursive: true})
    const again = await make(fixture)
    assert.equal(await readFile(join(again.displaced ?? '', 'new.txt'), 'utf8'), 'work\n')
    await assertWhole(fixture, again.path)
  })

  it('keeps the work in a worktree whose .git file is gone', async () => {
    const fixture = await openFixture()
    const first = await make(fixture)
    await writeFiles(first.path, {'new.txt': 'work\n'})
    await rm(join(first.path, '.git'))
    const again = await make(fixture)
    assert.equal(await readFile(join(again.path, 'new.txt'), 'utf8'), 'work\n')
    assert.match(status(fixture, again.path), /\?\? new\.txt/)
  })
})

describe('removeWorktree', () => {
  it('takes it out at once and deletes it in the background', async () => {
    const fixture = await openFixture()
    const worktree = await make(fixture)
    await mkdir(join(worktree.path, 'read-only', 'deep'), {recursive: true, mode: 0o755})
    await writeFile(join(worktree.path, 'read-only', 'deep', 'file'), '')
    plainGit(worktree.path, fixture.dir, ['status'])
    await removeWorktree(fixture.git, worktree)
    assert.equal(existsSync(worktree.path), false)
    assert.deepEqual(await listWorktrees(fixture.git), [])
    await drainTrash(fixture.git)
    assert.deepEqual(await readdir(join(fixture.dir, 'worktrees', 't')), [])
    await removeWorktree(fixture.git, worktree)
    await assertWhole(fixture, (await make(fixture)).path)
  })

  it('deletes nothing but an entry of worktrees/', async () => {
    const fixture = await openFixture()
    const worktree = await make(fixture)
    await removeWorktree(fixture.git, {path: worktree.path, gitDir: join(fixture.root, '.git')})
    assert.equal(fixture.sh('rev-parse', 'HEAD'), fixture.head)
  })
})

describe('restoreWorktree', () => {
  it('puts branch, index and files back, and keeps what is ignored unless asked', async () => {
    const fixture = await openFixture({'.gitignore': 'cache/\n', 'a.txt': 'one\ntwo\nthree\n'})
    const worktree = await make(fixture)
    const inside = (...args: string[]) => plainGit(worktree.path, fixture.dir, args)
    await writeFiles(worktree.path, {'a.txt': 'x\n', 'new/b.txt': 'x\n', 'cache/c': 'x\n', 'nested/file': 'x\n'})
    plainGit(join(worktree.path, 'nested'), fixture.dir, ['init', '--quiet'])
    inside('checkout', '--quiet', '-b', 'stray')
    inside('-c', 'user.name=a', '-c', 'user.email=b', 'commit', '--quiet', '-am', 'stray')
    await writeFile(join(worktree.gitDir, 'index.lock'), '')
    await restoreWorktree(fixture.git, worktree, fixture.head)
    await assertWhole(fixture, worktree.path)
    assert.deepEqual((await readdir(worktree.path)).sort(), ['.git', '.gitignore', 'a.txt', 'cache'])
    await restoreWorktree(fixture.git, worktree, fixture.head, {ignored: true})
    assert.equal(existsSync(join(worktree.path, 'cache')), false)
  })

  it('writes nothing through a link that an agent put in the place of its worktree', async () => {
    const fixture = await openFixture()
    const worktree = await make(fixture)
    const victim = join(fixture.dir, 'victim')
    await writeFiles(victim, {'mine.txt': 'mine\n'})
    await rm(worktree.path, {recursive: true})
    await symlink(victim, worktree.path)
    const isGone = (error: unknown) => error instanceof ConductError && error.code === 'WORKTREE_NOT_FOUND'
    await assert.rejects(restoreWorktree(fixture.git, worktree, fixture.head), isGone)
    await assert.rejects(snapshotTree(fixture.git, worktree), isGone)
    assert.deepEqual(await readdir(victim), ['mine.txt'])
  })

  it('restores over an index that an agent broke', async () => {
    const fixture = await openFixture()
    const worktree = await make(fixture)
    await writeFile(join(worktree.gitDir, 'index'), 'no index at all, but long enough to be looked at')
    assert.equal((await snapshotTree(fixture.git, worktree)).tree, await treeOf(fixture.git, fixture.head))
    await writeFile(join(worktree.gitDir, 'index'), 'broken again')
    await restoreWorktree(fixture.git, worktree, fixture.head)
    await assertWhole(fixture, worktree.path)
  })
})

async function empty(dir: string): Promise<void> {
  await rm(dir, {recursive: true})
  await mkdir(dir)
}
