import assert from 'node:assert/strict'
import {symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {readChanges} from '../../src/git/changes.ts'
import {openTree, openWorkingTree} from '../../src/git/tree.ts'
import {openFixture} from './fixture.ts'

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
    for (const file of tree.files) assert.equal(await tree.readText(file), `${file.slice(1)}\n`)
  })
})

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
