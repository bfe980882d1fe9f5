import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {mkdir, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {commitCheckout, findCheckoutOf, moveCheckout, readCheckout} from '../../src/git/checkout.ts'
import {changedFiles, commitTree, commitsBetween, readTrailer, snapshotTree} from '../../src/git/commits.ts'
import {openGit, openRepository, readHead} from '../../src/git/git.ts'
import {mergeTrees, readSides} from '../../src/git/merge.ts'
import {createReceipt} from '../../src/git/receipt.ts'
import {branchRef, isAncestor, listRefs, readRef, treeOf, updateRefs} from '../../src/git/refs.ts'
import {openTree, openWorkingTree} from '../../src/git/tree.ts'
import {createWorktree, listWorktrees, removeWorktree, restoreWorktree, type Worktree} from '../../src/git/worktrees.ts'
import {openFixture, personEnv, plainGit, writeFiles, type Fixture} from './fixture.ts'

const HOOKS = ['post-checkout', 'pre-commit', 'post-index-change', 'reference-transaction', 'post-commit', 'pre-merge-commit', 'post-merge']
const ref = (name: string) => branchRef('t', 1, name)

function make(fixture: Fixture, name: string) {
  return createWorktree(fixture.git, {path: fixture.worktreePath(name), ref: ref(name), sha: fixture.head, lock: fixture.lock})
}

/** Everything in a repository that git would execute. Returns the file that each payload would leave. */
async function poison(fixture: Fixture, worktree: Worktree): Promise<string> {
  const marker = join(fixture.dir, 'EXECUTED')
  const evil = join(fixture.dir, 'evil')
  const script = `#!/bin/sh\necho "$0 $@" >> '${marker}'\nexit 0\n`
  await writeFiles(fixture.dir, {'evil*': script})
  await writeFiles(fixture.root, Object.fromEntries(HOOKS.map((hook) => [`.git/hooks/${hook}*`, script])))
  for (const [key, value] of Object.entries(EVIL_CONFIG)) fixture.sh('config', key, value.replace('EVIL', evil))
  const attributes = '* filter=evil diff=evil merge=evil text\n'
  await writeFile(join(fixture.root, '.git/info/attributes'), attributes)
  await writeFiles(worktree.path, {
    '.gitattributes': attributes,
    '.gitmodules': '[submodule "s"]\n\tpath = s\n\turl = ext::EVIL\n\tupdate = !EVIL\n',
  })
  await mkdir(join(fixture.dir, 'home'), {recursive: true})
  await writeFile(join(fixture.dir, '.gitconfig'), `[core]\n\tfsmonitor = ${evil}\n\thooksPath = ${join(fixture.root, '.git/hooks')}\n`)
  return marker
}

const EVIL_CONFIG = {
  'core.fsmonitor': 'EVIL',
  'core.pager': 'EVIL',
  'core.editor': 'EVIL',
  'core.sshCommand': 'EVIL',
  'core.alternateRefsCommand': 'EVIL',
  'diff.external': 'EVIL',
  'diff.evil.textconv': 'EVIL',
  'diff.evil.command': 'EVIL',
  'filter.evil.clean': 'EVIL',
  'filter.evil.smudge': 'EVIL',
  'filter.evil.process': 'EVIL',
  'filter.evil.required': 'true',
  'merge.evil.driver': 'EVIL %A',
  'gpg.program': 'EVIL',
  'commit.gpgSign': 'true',
  'log.showSignature': 'true',
  'remote.origin.url': 'ext::EVIL',
  'remote.origin.promisor': 'true',
  'remote.origin.uploadpack': 'EVIL',
  'protocol.ext.allow': 'always',
  'submodule.recurse': 'true',
  'trailer.x.command': 'EVIL',
}

/** A repository inside the worktree, whose own configuration has a payload. */
async function plantRepository(fixture: Fixture, worktree: Worktree, name: string): Promise<void> {
  const dir = join(worktree.path, name)
  await writeFiles(dir, {'x.txt': 'x\n', '.gitattributes': '* filter=evil\n'})
  const inside = (...args: string[]) => plainGit(dir, join(fixture.dir, 'nobody'), args)
  inside('init', '--quiet')
  inside('-c', 'user.name=a', '-c', 'user.email=b', 'commit', '--quiet', '--allow-empty', '-m', 'inner')
  inside('config', 'core.fsmonitor', join(fixture.dir, 'evil'))
  inside('config', 'filter.evil.clean', join(fixture.dir, 'evil'))
}

describe('a repository that an agent has poisoned', () => {
  it('has nothing executed by the workers that write a large tree', async () => {
    const many = Object.fromEntries(Array.from({length: 150}, (_, index) => [`d${index % 7}/f${index}.txt`, `${index}\n`]))
    const fixture = await openFixture(many)
    const marker = await poison(fixture, await make(fixture, 'a'))
    const other = await make(fixture, 'b')
    assert.equal(existsSync(marker), false)
    assert.equal(await readFile(join(other.path, 'd0/f0.txt'), 'utf8'), '0\n')
  })

  it('has nothing executed by any of our calls', async () => {
    const fixture = await openFixture({'a.txt': 'one\ntwo\nthree\nfour\nfive\n'})
    const {git, head} = fixture
    const worktree = await make(fixture, 'a')
    const marker = await poison(fixture, worktree)

    await writeFiles(worktree.path, {'a.txt': 'ONE\ntwo\nthree\nfour\nfive\n', 'b.txt': 'b\n'})
    await plantRepository(fixture, worktree, 'planted')
    const {tree, embedded} = await snapshotTree(git, worktree)
    assert.deepEqual(embedded, ['planted'])
    const ours = await commitTree(git, {tree, parents: [head], message: 'Ours', trailers: {'Conduct-Step': 's'}})
    assert.equal(await updateRefs(git, [{ref: ref('a'), to: ours, from: head}]), true)
    await restoreWorktree(git, worktree, ours)

    const other = await make(fixture, 'b')
    await writeFiles(other.path, {'a.txt': 'one\ntwo\nthree\nfour\nFIVE\n'})
    const theirs = await commitTree(git, {tree: (await snapshotTree(git, other)).tree, parents: [head], message: 'Theirs'})
    const result = await mergeTrees(git, {ours, theirs})
    const merged = await commitTree(git, {tree: result.tree, parents: [ours, theirs], message: 'Merge'})
    assert.deepEqual((await createReceipt(git, {ours, theirs, merged, conflicts: result.conflicts})).hunks_lost, [])

    await readSides(git, {ours, theirs, file: 'a.txt'})
    await changedFiles(git, head, merged)
    await commitsBetween(git, head, merged)
    await readTrailer(git, ours, 'Conduct-Step')
    await isAncestor(git, head, merged)
    await treeOf(git, merged)
    await readRef(git, ref('a'))
    await listRefs(git, 'refs/heads')
    await listWorktrees(git)
    const reader = await openTree(git, {sha: merged, base: head})
    assert.equal(await reader.readText('a.txt'), 'ONE\ntwo\nthree\nfour\nFIVE\n')
    await reader.addedLines('a.txt')
    const working = await openWorkingTree(git, {path: fixture.root, base: head})
    await working.addedLines('a.txt')

    await readHead(await openRepository(fixture.root, personEnv(fixture.dir)))
    await openGit({repository: git.repository, shadowDir: git.shadowDir, env: personEnv(fixture.dir)})
    assert.equal(await findCheckoutOf(git, 'refs/heads/main'), fixture.root)
    assert.deepEqual((await readCheckout(git, fixture.root)).changed, [])
    assert.equal(await moveCheckout(git, {path: fixture.root, ref: 'refs/heads/main', from: head, to: merged}), 'moved')
    assert.equal(await readFile(join(fixture.root, 'a.txt'), 'utf8'), 'ONE\ntwo\nthree\nfour\nFIVE\n')
    await writeFiles(fixture.root, {'c.txt': 'c\n'})
    await commitCheckout(git, {path: fixture.root, message: 'c', trailers: {}})
    await removeWorktree(git, worktree)
    await removeWorktree(git, other)
    await git.drain()
    assert.equal(existsSync(marker), false, existsSync(marker) ? await readFile(marker, 'utf8') : '')
  })

  it('does have its payloads executed by plain git, so the test above means something', async () => {
    const fixture = await openFixture()
    const worktree = await make(fixture, 'a')
    const marker = await poison(fixture, worktree)
    try {
      plainGit(worktree.path, fixture.dir, ['status'])
    } catch {
      // The payload may break git: it ran all the same.
    }
    assert.equal(existsSync(marker), true)
  })

  it('has nothing executed from a repository that the agent staged as a submodule', async () => {
    const fixture = await openFixture()
    const worktree = await make(fixture, 'a')
    await plantRepository(fixture, worktree, 'sub')
    plainGit(worktree.path, fixture.dir, ['update-index', '--add', '--cacheinfo', `160000,${fixture.head},sub`])
    const marker = await poison(fixture, worktree)
    await writeFiles(worktree.path, {'sub/x.txt': 'changed\n'})
    const {tree} = await snapshotTree(fixture.git, worktree)
    const sha = await commitTree(fixture.git, {tree, parents: [fixture.head], message: 'm'})
    await updateRefs(fixture.git, [{ref: ref('a'), to: sha, from: fixture.head}])
    await readCheckout(fixture.git, worktree.path)
    await openWorkingTree(fixture.git, {path: worktree.path, base: fixture.head})
    await restoreWorktree(fixture.git, worktree, fixture.head)
    await restoreWorktree(fixture.git, worktree, sha)
    assert.equal(existsSync(marker), false, existsSync(marker) ? await readFile(marker, 'utf8') : '')
  })

  it('is not entered through a .git file or folder that an agent put in its worktree', async () => {
    const fixture = await openFixture()
    const {git} = fixture
    const worktree = await make(fixture, 'a')
    const marker = await poison(fixture, worktree)
    const own = join(fixture.dir, 'own')
    plainGit(fixture.dir, join(fixture.dir, 'nobody'), ['init', '--quiet', own])
    plainGit(own, join(fixture.dir, 'nobody'), ['config', 'core.fsmonitor', join(fixture.dir, 'evil')])
    for (const plant of [
      () => writeFile(join(worktree.path, '.git'), `gitdir: ${join(own, '.git')}\n`),
      () => symlink(join(own, '.git'), join(worktree.path, '.git')),
      () => mkdir(join(worktree.path, '.git')),
    ]) {
      await rm(join(worktree.path, '.git'), {recursive: true, force: true})
      await plant()
      await snapshotTree(git, worktree)
      await restoreWorktree(git, worktree, fixture.head)
      assert.equal(await readFile(join(worktree.path, '.git'), 'utf8'), `gitdir: ${worktree.gitDir}\n`)
    }
    assert.equal(existsSync(marker), false, existsSync(marker) ? await readFile(marker, 'utf8') : '')
  })
})

describe('snapshotTree', () => {
  it('takes any name that a file can have', async () => {
    const fixture = await openFixture()
    const worktree = await make(fixture, 'a')
    const names = ['-f', '--', 'new\nline', 'tab\t"quote"', '*', ':(top)x', '.hidden', 'ä', ' ']
    await writeFiles(worktree.path, Object.fromEntries(names.map((name) => [name === '*' ? './**' : name, 'x\n'])))
    execFileSync('sh', ['-c', String.raw`printf x > "$(printf 'bad-\377')"`], {cwd: worktree.path})
    const {tree} = await snapshotTree(fixture.git, worktree)
    assert.equal((await changedFiles(fixture.git, fixture.head, tree)).length, names.length + 1)
    assert.match(fixture.sh('ls-tree', '-r', '--name-only', tree), /bad-\\377/)
  })

  it('follows files that became folders, and the reverse', async () => {
    const fixture = await openFixture({file: 'f\n', 'folder/a': 'a\n', 'folder/b': 'b\n'})
    const worktree = await make(fixture, 'a')
    await rm(join(worktree.path, 'file'))
    await rm(join(worktree.path, 'folder'), {recursive: true})
    await writeFiles(worktree.path, {'file/inner': 'i\n', folder: 'f\n'})
    const {tree} = await snapshotTree(fixture.git, worktree)
    assert.equal(fixture.sh('ls-tree', '-r', '--name-only', tree), 'file/inner\nfolder')
  })

  it('leaves out repositories within, with commits or without, and says so', async () => {
    const fixture = await openFixture()
    const worktree = await make(fixture, 'a')
    await plantRepository(fixture, worktree, 'with')
    await writeFiles(worktree.path, {'without/x': 'x\n', y: 'y\n'})
    plainGit(join(worktree.path, 'without'), fixture.dir, ['init', '--quiet'])
    const {tree, embedded} = await snapshotTree(fixture.git, worktree)
    assert.deepEqual(embedded, ['with', 'without'])
    assert.deepEqual(await changedFiles(fixture.git, fixture.head, tree), ['y'])
  })
})
