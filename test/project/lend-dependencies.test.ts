import assert from 'node:assert/strict'
import {mkdir, mkdtemp, readlink, realpath, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {lendDependencies} from '../../src/project/lend-dependencies.ts'

describe('what is installed, lent to a checkout of the base', () => {
  let folder: string
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'conduct-test-')))
    await mkdir(join(folder, 'base'))
  })
  afterEach(() => rm(folder, {recursive: true}))

  const write = async (path: string, text = '') => {
    await mkdir(dirname(join(folder, 'work', path)), {recursive: true})
    await writeFile(join(folder, 'work', path), text)
  }
  const lend = async (...changedFiles: readonly string[]) => {
    const files = ['package.json', 'pyproject.toml', 'shop.js']
    await lendDependencies({from: join(folder, 'work'), to: join(folder, 'base'), tree: {files, changedFiles, baseFiles: files}})
    const lent = await Promise.all(['node_modules', '.venv'].map((name) => readlink(join(folder, 'base', name)).catch(() => 'none')))
    return lent.map((path) => path.replace(`${folder}/`, ''))
  }

  it('is linked', async () => {
    await write('node_modules/shop/index.js')
    await write('.venv/lib/python3.12/site-packages/shop.pth', '/opt/shop')
    assert.deepEqual(await lend('shop.js'), ['work/node_modules', 'work/.venv'])
  })

  it('is not where the commits ask for something else', async () => {
    await write('node_modules/shop/index.js')
    await write('.venv/pyvenv.cfg')
    assert.deepEqual(await lend('package.json', 'pyproject.toml'), ['none', 'none'])
  })

  it('is not where it leads back to the code of the work', async () => {
    await write('packages/shop/index.js')
    await write('node_modules/@shop/other/index.js')
    await symlink('../../packages/shop', join(folder, 'work', 'node_modules', '@shop', 'shop'))
    await write('.venv/lib/python3.12/site-packages/__editable__.shop.pth', join(folder, 'work', 'src'))
    assert.deepEqual(await lend(), ['none', 'none'])
  })
})
