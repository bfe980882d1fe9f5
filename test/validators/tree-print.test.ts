import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {chmod, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {printTree, type KnownContent, type TreePrint} from '../../src/validators/tree-print.ts'
import {afterTest} from '../support/after-test.ts'

async function createFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'conduct-print-'))
  afterTest(() => rm(cwd, {recursive: true, force: true}))
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, file)), {recursive: true})
    await writeFile(join(cwd, file), text)
  }
  return cwd
}

/** Names of files. */
async function changed(print: TreePrint): Promise<readonly string[]> {
  return (await print.changes()).map(({file}) => file)
}

function blob(text: string, algorithm = 'sha1'): KnownContent {
  const size = Buffer.byteLength(text)
  return {id: createHash(algorithm).update(`blob ${size}\0${text}`).digest('hex'), size}
}

describe('printTree', () => {
  it('names what was written, removed, or put in the place of a file, once', async () => {
    const files = ['a.txt', 'dir/b.txt', 'c.txt', 'd.txt', 'same.txt']
    const cwd = await createFolder(Object.fromEntries(files.map((file) => [file, file])))
    const print = await printTree(cwd, files)
    assert.deepEqual(await changed(print), [])
    await writeFile(join(cwd, 'a.txt'), 'A.txt')
    await rm(join(cwd, 'dir'), {recursive: true})
    await rm(join(cwd, 'c.txt'))
    await symlink('a.txt', join(cwd, 'c.txt'))
    await writeFile(join(cwd, 'other'), 'd.txT')
    await rename(join(cwd, 'other'), join(cwd, 'd.txt'))
    assert.deepEqual(await changed(print), ['a.txt', 'c.txt', 'd.txt', 'dir/b.txt'])
    assert.deepEqual(await changed(print), [])
    await writeFile(join(cwd, 'dir'), 'a file now')
    await writeFile(join(cwd, 'same.txt'), 'other')
    assert.deepEqual(await changed(print), ['same.txt'])
  })

  it('sees no change in a file that was touched, or written again as it was', async () => {
    const files = ['known.txt', 'other.txt', 'mode.sh', 'link', 'long.txt']
    const text = 'é'.repeat(2_000_000)
    const cwd = await createFolder({'known.txt': 'a', 'other.txt': 'b', 'mode.sh': 'c', 'long.txt': text})
    await symlink('known.txt', join(cwd, 'link'))
    const blobs: Readonly<Record<string, KnownContent>> = {
      'known.txt': blob('a'),
      'mode.sh': blob('c', 'sha256'),
      link: blob('known.txt'),
      'long.txt': blob(text),
    }
    const print = await printTree(cwd, files, (file) => blobs[file])
    await utimes(join(cwd, 'known.txt'), 1, 1)
    for (const [file, content] of [
      ['other.txt', 'b'],
      ['long.txt', text],
    ] as const)
      await writeFile(join(cwd, file), content)
    await chmod(join(cwd, 'mode.sh'), 0o755)
    await rm(join(cwd, 'link'))
    await symlink('known.txt', join(cwd, 'link'))
    assert.deepEqual(await changed(print), [])
    for (const file of ['known.txt', 'mode.sh']) await writeFile(join(cwd, file), 'x')
    assert.deepEqual(await changed(print), ['known.txt', 'mode.sh'])
  })

  it('does not take a file for what git has of it when its size is another', async () => {
    const cwd = await createFolder({'crlf.txt': 'a\r\n'})
    const print = await printTree(cwd, ['crlf.txt'], () => blob('a\n'))
    await utimes(join(cwd, 'crlf.txt'), 1, 1)
    assert.deepEqual(await changed(print), [])
    await writeFile(join(cwd, 'crlf.txt'), 'a\n')
    assert.deepEqual(await changed(print), ['crlf.txt'])
  })

  it('reads nothing of what is known', async () => {
    const cwd = await createFolder({'a.txt': 'what git has is another text'})
    const known = {...blob(''), size: 'what git has is another text'.length}
    const print = await printTree(cwd, ['a.txt'], () => known)
    assert.deepEqual(await changed(print), [])
    await utimes(join(cwd, 'a.txt'), 1, 1)
    // Read only now, it is told from what it was said to be.
    assert.deepEqual(await changed(print), ['a.txt'])
  })
})
