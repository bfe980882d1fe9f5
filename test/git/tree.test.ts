import assert from 'node:assert/strict'
import {rm, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {readChanges, readPaths} from '../../src/git/changes.ts'
import {openTree, openWorkingTree} from '../../src/git/tree.ts'
import {openFixture, type Fixture} from './fixture.ts'

const BINARY = 'a\0b'

describe('openTree', () => {
  it('knows files, changes, added lines and text', async () => {
    const fixture = await openFixture({'a.txt': 'one\ntwo\nthree\n', 'same.txt': 's\n', 'gone.txt': 'g\n'})
    fixture.sh('rm', '--quiet', 'gone.txt')
    await symlink('a.txt', join(fixture.root, 'link'))
    const sha = await fixture.commit({
      'a.txt': 'one\n2\n2b\nthree\n',
      'dir/new\nline.txt': 'x\ny',
      bin: BINARY,
      big: 'x'.repeat(1024 * 1024 + 1),
    })
    const tree = await openTree(fixture.git, {sha, base: fixture.head})
    assert.deepEqual(tree.files, ['a.txt', 'big', 'bin', 'dir/new\nline.txt', 'link', 'same.txt'])
    assert.deepEqual(tree.changedFiles, ['a.txt', 'big', 'bin', 'dir/new\nline.txt', 'link'])
    assert.deepEqual([...(await tree.addedLines('a.txt'))], [2, 3])
    assert.deepEqual([...(await tree.addedLines('dir/new\nline.txt'))], [1, 2])
    assert.deepEqual([...(await tree.addedLines('same.txt'))], [])
    assert.equal(await tree.readText('dir/new\nline.txt'), 'x\ny')
    for (const file of ['bin', 'big', 'link', 'missing']) assert.equal(await tree.readText(file), undefined)
  })

  it('reads the base beside the tree', async () => {
    const fixture = await openFixture({'a.txt': 'one\n', 'gone.txt': 'g\n', bin: BINARY})
    fixture.sh('rm', '--quiet', 'gone.txt')
    const sha = await fixture.commit({'a.txt': 'two\n', 'new.txt': 'n\n'})
    const tree = await openTree(fixture.git, {sha, base: fixture.head})
    assert.deepEqual(tree.baseFiles, ['a.txt', 'bin', 'gone.txt'])
    assert.deepEqual([await tree.baseText('a.txt'), await tree.baseText('gone.txt')], ['one\n', 'g\n'])
    for (const file of ['new.txt', 'bin']) assert.equal(await tree.baseText(file), undefined)
  })

  it('takes every file and line as new without a base', async () => {
    const fixture = await openFixture()
    const tree = await openTree(fixture.git, {sha: fixture.head})
    assert.deepEqual(tree.changedFiles, ['a.txt'])
    assert.deepEqual([...(await tree.addedLines('a.txt'))], [1, 2, 3])
    assert.deepEqual([tree.baseFiles, await tree.baseText('a.txt')], [undefined, undefined])
  })

  it('reads many files in few processes', async () => {
    const files = Object.fromEntries(Array.from({length: 300}, (_, index) => [`f${index}`, `${index}\n`]))
    const fixture = await openFixture(files)
    const tree = await openTree(fixture.git, {sha: fixture.head})
    const count = countReads(fixture)
    for (const file of tree.files) assert.equal(await tree.readText(file), `${file.slice(1)}\n`)
    assert.equal(count(), 1)
  })

  it('reads all that changed in one process for each side', async () => {
    const names = Array.from({length: 40}, (_, index) => `f${index}`)
    const fixture = await openFixture(Object.fromEntries(names.map((name) => [name, `${name}\n`.repeat(10_000)])))
    const changed = names.filter((_name, index) => index % 4 === 0)
    const sha = await fixture.commit(Object.fromEntries(changed.map((name) => [name, 'new\n'])))
    const tree = await openTree(fixture.git, {sha, base: fixture.head})
    const count = countReads(fixture)
    for (const name of changed)
      assert.deepEqual([await tree.readText(name), (await tree.baseText(name))?.slice(0, 3)], ['new\n', `${name}\n`.slice(0, 3)])
    assert.equal(count(), 2)
    for (const name of names) assert.equal((await tree.baseText(name))?.startsWith(`${name}\n`), true)
  })

  it('names the blob of a file or link', async () => {
    const fixture = await openFixture({'a.txt': 'a\n'})
    await symlink('a.txt', join(fixture.root, 'link'))
    const tree = await openTree(fixture.git, {sha: await fixture.commit({})})
    assert.deepEqual([tree.blobOf('a.txt')?.size, tree.blobOf('link')?.size, tree.blobOf('no')], [2, 5, undefined])
    assert.equal(tree.blobOf('a.txt')?.id, fixture.sh('rev-parse', 'HEAD:a.txt').trim())
  })
})

/** How often objects were read since, each time in a process. */
function countReads({git}: Fixture): () => number {
  const read = git.runObjects.bind(git)
  let count = 0
  git.runObjects = (args, options) => {
    count += 1
    return read(args, options)
  }
  return () => count
}

describe('openWorkingTree', () => {
  it('sees tracked and untracked files as they are on disk', async () => {
    const fixture = await openFixture({'a.txt': 'one\ntwo\n', '.gitignore': 'ignored\n', 'gone.txt': 'g\n', 'same.txt': 's\n'})
    fixture.sh('rm', '--quiet', '--cached', 'gone.txt')
    await fixture.write({'a.txt': 'one\n2\n', ignored: 'i\n', 'new.txt': 'n\n'})
    await symlink('/etc', join(fixture.root, 'etc'))
    const tree = await openWorkingTree(fixture.git, {path: fixture.root, base: fixture.head})
    assert.deepEqual(tree.files, ['.gitignore', 'a.txt', 'etc', 'gone.txt', 'new.txt', 'same.txt'])
    assert.deepEqual(tree.changedFiles, ['a.txt', 'etc', 'gone.txt', 'new.txt'])
    assert.deepEqual([...(await tree.addedLines('a.txt'))], [2])
    assert.deepEqual([...(await tree.addedLines('new.txt'))], [1])
    assert.equal(await tree.readText('a.txt'), 'one\n2\n')
    assert.equal(await tree.readText('etc/hostname'), undefined)
    assert.deepEqual(tree.baseFiles, ['.gitignore', 'a.txt', 'gone.txt', 'same.txt'])
    assert.equal(await tree.baseText('a.txt'), 'one\ntwo\n')
    assert.equal(tree.blobOf('same.txt')?.size, 2)
    for (const file of tree.changedFiles) assert.equal(tree.blobOf(file), undefined)
  })

  it('leaves out what is gone from the disk, and does not follow a folder that became a link', async () => {
    const fixture = await openFixture({'gone.txt': 'g\n', 'dir/a.txt': 'a\n', 'a.txt': 'b\n'})
    await rm(join(fixture.root, 'gone.txt'))
    const tree = await openWorkingTree(fixture.git, {path: fixture.root, base: fixture.head})
    assert.deepEqual([tree.files, tree.changedFiles], [['a.txt', 'dir/a.txt'], []])
    assert.deepEqual(tree.baseFiles, ['a.txt', 'dir/a.txt', 'gone.txt'])
    await rm(join(fixture.root, 'dir'), {recursive: true})
    await symlink(fixture.dir, join(fixture.root, 'dir'))
    await writeFile(join(fixture.dir, 'a.txt'), 'outside\n')
    assert.equal(await tree.readText('dir/a.txt'), undefined)
  })

  it('works without a base', async () => {
    const fixture = await openFixture()
    await writeFile(join(fixture.root, 'new.txt'), 'n\n')
    const tree = await openWorkingTree(fixture.git, {path: fixture.root})
    assert.deepEqual(tree.changedFiles, ['a.txt', 'new.txt'])
  })
})

describe('readChanges', () => {
  it('has the content of what changed, and what was deleted', async () => {
    const fixture = await openFixture({'a.txt': 'a\n', 'gone.txt': 'g\n', 'same.txt': 's\n'})
    fixture.sh('rm', '--quiet', 'gone.txt')
    await symlink('a.txt', join(fixture.root, 'link'))
    const sha = await fixture.commit({'a.txt': BINARY, 'run.sh*': '#!/bin/sh\n'})
    assert.deepEqual(await readChanges(fixture.git, fixture.head, sha), [
      {path: 'a.txt', mode: '100644', content: Buffer.from(BINARY)},
      {path: 'gone.txt', deleted: true},
      {path: 'link', mode: '120000', content: Buffer.from('a.txt')},
      {path: 'run.sh', mode: '100755', content: Buffer.from('#!/bin/sh\n')},
    ])
  })
})

describe('readPaths', () => {
  it('has what is in a tree under these paths, and says which are not there', async () => {
    const fixture = await openFixture({'a b.txt': 'a\n', 'other.txt': 'o\n', 'sub/run.sh*': '#!/bin/sh\n'})
    assert.deepEqual(await readPaths(fixture.git, fixture.head, new Set(['gone.txt', 'sub/run.sh', 'a b.txt'])), [
      {path: 'gone.txt', deleted: true},
      {path: 'sub/run.sh', mode: '100755', content: Buffer.from('#!/bin/sh\n')},
      {path: 'a b.txt', mode: '100644', content: Buffer.from('a\n')},
    ])
  })
})
