import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {existsSync} from 'node:fs'
import {lstat, readFile, readdir, readlink, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {commitCheckout, findCheckoutOf, moveCheckout, readCheckout} from '../../src/git/checkout.ts'
import {ConductError} from '../../src/errors.ts'
import {readTrailer} from '../../src/git/commits.ts'
import {hashHooks, runHook} from '../../src/git/hooks.ts'
import {openWorkingTree} from '../../src/git/tree.ts'
import {openFixture, writeFiles, type Fixture} from './fixture.ts'

/** Every file below a folder, with its bytes, its mode and its time of change. */
async function hashFolder(dir: string): Promise<string> {
  const hash = createHash('sha256')
  for (const name of (await readdir(dir, {recursive: true})).sort()) {
    const stat = await lstat(join(dir, name))
    hash.update(`${name}\0${stat.mode}\0${stat.isDirectory() ? '' : stat.mtimeMs}\0`)
    if (stat.isFile()) hash.update(await readFile(join(dir, name)))
    if (stat.isSymbolicLink()) hash.update(await readlink(join(dir, name)))
  }
  return hash.digest('hex')
}

const main = 'refs/heads/main'
const status = (fixture: Fixture) => fixture.sh('status', '--porcelain')

/** A commit after HEAD that HEAD does not know of: changed, new and deleted files. */
async function prepareNext(fixture: Fixture): Promise<string> {
  fixture.sh('rm', '--quiet', 'gone.txt')
  const next = await fixture.commit({'a.txt': 'new a\n', 'new/b.txt': 'new b\n'})
  fixture.sh('reset', '--quiet', '--hard', fixture.head)
  return next
}

const FILES = {'a.txt': 'a\n', 'gone.txt': 'g\n', 'same.txt': 's\n', '.gitignore': 'ignored\n'}

describe('readCheckout', () => {
  it('tells what is not committed, and leaves every byte as it was', async () => {
    const fixture = await openFixture(FILES)
    fixture.sh('mv', 'same.txt', 'renamed.txt')
    await fixture.write({'a.txt': 'b\n', 'new\nline.txt': 'n\n', '-n': 'n\n', ignored: 'i\n'})
    const before = await hashFolder(fixture.root)
    const checkout = await readCheckout(fixture.git, fixture.root)
    await openWorkingTree(fixture.git, {path: fixture.root, base: fixture.head})
    assert.deepEqual(checkout, {
      branch: main,
      sha: fixture.head,
      changed: ['a.txt', 'renamed.txt', 'same.txt'],
      untracked: ['-n', 'new\nline.txt'],
    })
    assert.equal(await hashFolder(fixture.root), before)
  })

  it('is not fooled by a file whose time changed alone', async () => {
    const fixture = await openFixture(FILES)
    await writeFile(join(fixture.root, 'a.txt'), 'a\n')
    const before = await hashFolder(fixture.root)
    assert.deepEqual((await readCheckout(fixture.git, fixture.root)).changed, [])
    assert.equal(await hashFolder(fixture.root), before)
  })

  it('sees a change of the same size in the same moment as the index', async () => {
    const fixture = await openFixture(FILES)
    await fixture.commit({'a.txt': '1\n'})
    await writeFile(join(fixture.root, 'a.txt'), '2\n')
    assert.deepEqual((await readCheckout(fixture.git, fixture.root)).changed, ['a.txt'])
  })

  it('knows a detached HEAD and a branch without commits', async () => {
    const fixture = await openFixture(FILES)
    fixture.sh('checkout', '--quiet', '--detach')
    assert.deepEqual(await readCheckout(fixture.git, fixture.root), {sha: fixture.head, changed: [], untracked: []})
    fixture.sh('checkout', '--quiet', '--orphan', 'empty')
    const orphan = await readCheckout(fixture.git, fixture.root)
    assert.deepEqual([orphan.branch, orphan.sha, orphan.changed.length], ['refs/heads/empty', undefined, 4])
  })

  it('finds the checkout that has a branch', async () => {
    const fixture = await openFixture(FILES)
    const linked = join(fixture.dir, 'linked')
    fixture.sh('worktree', 'add', '--quiet', '-b', 'side', linked)
    assert.equal(await findCheckoutOf(fixture.git, main), fixture.root)
    assert.equal(await findCheckoutOf(fixture.git, 'refs/heads/side'), linked)
    assert.equal(await findCheckoutOf(fixture.git, 'refs/heads/none'), undefined)
    await rm(linked, {recursive: true})
    assert.equal(await findCheckoutOf(fixture.git, 'refs/heads/side'), undefined)
  })
})

describe('moveCheckout', () => {
  it('brings branch, index and files to a commit, and keeps unrelated local changes', async () => {
    const fixture = await openFixture(FILES)
    const to = await prepareNext(fixture)
    await fixture.write({'same.txt': 'mine\n', 'mine.txt': 'mine\n'})
    const move = {path: fixture.root, ref: main, from: fixture.head, to}
    assert.equal(await moveCheckout(fixture.git, move), 'moved')
    assert.equal(fixture.sh('rev-parse', 'HEAD'), to)
    assert.equal(status(fixture), ' M same.txt\n?? mine.txt')
    assert.equal(await readFile(join(fixture.root, 'new/b.txt'), 'utf8'), 'new b\n')
    assert.equal(existsSync(join(fixture.root, 'gone.txt')), false)
    assert.equal(await moveCheckout(fixture.git, move), 'moved')
  })

  it('refuses, with every byte as it was, when a change would be lost', async () => {
    const inTheWay: readonly Record<string, string>[] = [{'a.txt': 'mine\n'}, {'gone.txt': 'mine\n'}, {'new/b.txt': 'mine\n'}]
    for (const files of inTheWay) {
      const fixture = await openFixture(FILES)
      const to = await prepareNext(fixture)
      await fixture.write(files)
      const before = await hashFolder(fixture.root)
      assert.equal(await moveCheckout(fixture.git, {path: fixture.root, ref: main, from: fixture.head, to}), 'refused')
      assert.equal(await hashFolder(fixture.root), before)
    }
  })

  it('goes on after a kill, wherever it came', async () => {
    const kills: readonly ((fixture: Fixture, to: string) => Promise<unknown>)[] = [
      (fixture) => fixture.write({'a.txt': 'new a\n'}),
      (fixture) => fixture.write({'a.txt': 'new a\n', 'new/b.txt': 'new b\n'}),
      async (fixture) => (await fixture.write({'a.txt': 'new a\n', 'new/b.txt': 'new b\n'}), rm(join(fixture.root, 'gone.txt'))),
      async (fixture, to) => fixture.sh('read-tree', '-m', '-u', fixture.head, to),
    ]
    for (const kill of kills) {
      const fixture = await openFixture(FILES)
      const to = await prepareNext(fixture)
      await kill(fixture, to)
      assert.deepEqual(
        (await readCheckout(fixture.git, fixture.root, {landing: to})).changed.filter((file) => file !== 'gone.txt'),
        [],
      )
      assert.equal(await moveCheckout(fixture.git, {path: fixture.root, ref: main, from: fixture.head, to}), 'moved')
      assert.equal(fixture.sh('rev-parse', 'HEAD'), to)
      assert.equal(status(fixture), '')
    }
  })

  it('refuses when the branch moved, another one is checked out, or git is at work there', async () => {
    const fixture = await openFixture(FILES)
    const to = await prepareNext(fixture)
    const move = {path: fixture.root, ref: main, from: fixture.head, to}
    await writeFile(join(fixture.root, '.git/index.lock'), '')
    assert.equal(await moveCheckout(fixture.git, move), 'refused')
    await rm(join(fixture.root, '.git/index.lock'))
    fixture.sh('checkout', '--quiet', '-b', 'side')
    assert.equal(await moveCheckout(fixture.git, move), 'refused')
    fixture.sh('checkout', '--quiet', 'main')
    await fixture.commit({'c.txt': 'c\n'})
    assert.equal(await moveCheckout(fixture.git, move), 'refused')
    assert.equal(status(fixture), '')
  })
})

describe('commitCheckout', () => {
  it('commits everything that is not ignored, once', async () => {
    const fixture = await openFixture(FILES)
    await rm(join(fixture.root, 'gone.txt'))
    await writeFiles(fixture.root, {'a.txt': 'b\n', 'new.txt': 'n\n', ignored: 'i\n'})
    const request = {path: fixture.root, message: 'Checkpoint: one', trailers: {'Conduct-Task': 't'}}
    const {sha, changed} = await commitCheckout(fixture.git, request)
    assert.equal(changed, true)
    assert.equal(await readTrailer(fixture.git, sha, 'Conduct-Task'), 't')
    assert.equal(fixture.sh('rev-parse', main), sha)
    assert.equal(status(fixture), '')
    assert.deepEqual(await commitCheckout(fixture.git, request), {sha, changed: false, ref: main, embedded: []})
    assert.equal(await readFile(join(fixture.root, 'ignored'), 'utf8'), 'i\n')
  })

  it('refuses a detached HEAD and a merge that is under way', async () => {
    const fixture = await openFixture(FILES)
    const request = {path: fixture.root, message: 'm', trailers: {}}
    const isFault = (code: string) => (error: unknown) => error instanceof ConductError && error.code === code
    await writeFile(join(fixture.root, '.git/MERGE_HEAD'), `${fixture.head}\n`)
    await assert.rejects(commitCheckout(fixture.git, request), isFault('GIT_FAILED'))
    await rm(join(fixture.root, '.git/MERGE_HEAD'))
    fixture.sh('checkout', '--quiet', '--detach')
    await assert.rejects(commitCheckout(fixture.git, request), isFault('DETACHED_HEAD'))
    await assert.rejects(commitCheckout(fixture.git, {...request, path: fixture.dir}), isFault('NOT_A_REPOSITORY'))
  })
})

describe('the hooks of a person', () => {
  it('run by name, are no fault when missing, and change the hash', async () => {
    const fixture = await openFixture(FILES)
    const {repository} = fixture.git
    const before = await hashHooks(repository)
    assert.equal((await runHook(repository, fixture.root, 'post-merge', ['0'])).exitCode, 0)
    await writeFiles(fixture.root, {'.git/hooks/post-merge*': '#!/bin/sh\necho "got $1"\nexit 3\n'})
    const result = await runHook(repository, fixture.root, 'post-merge', ['0'])
    assert.equal(result.exitCode, 1 + 2)
    assert.match(result.stdout + result.stderr, /got 0/)
    const after = await hashHooks(repository)
    assert.notEqual(after, before)
    fixture.sh('config', 'core.hooksPath', 'elsewhere')
    assert.notEqual(await hashHooks(repository), after)
  })
})
