import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {loadStoreConfig} from '../../src/config/store.ts'

describe('the store that is configured', () => {
  let cwd = ''
  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'conduct-store-'))
  })
  afterEach(() => rm(cwd, {recursive: true, force: true}))

  it('is the embedded one without a configuration', async () => {
    assert.deepEqual(await loadStoreConfig({cwd, env: {}}), {kind: 'embedded'})
  })

  it('is found although another key is wrong, when the file has no word of a store', async () => {
    await writeFile(join(cwd, 'conduct.config.json'), '{"agnets": {}}')
    assert.deepEqual(await loadStoreConfig({cwd, env: {}}), {kind: 'embedded'})
  })

  it('is what the file says', async () => {
    await writeFile(join(cwd, 'conduct.config.json'), '{"store": {"kind": "embedded", "path": "/x/state.db"}}')
    assert.deepEqual(await loadStoreConfig({cwd, env: {}}), {kind: 'embedded', path: '/x/state.db'})
  })

  it('is what the file says in letters that JSON has other ways to write', async () => {
    await writeFile(join(cwd, 'conduct.config.json'), String.raw`{"\u0073tore": {"kind": "embedded", "path": "/x/state.db"}}`)
    assert.deepEqual(await loadStoreConfig({cwd, env: {}}), {kind: 'embedded', path: '/x/state.db'})
  })
})
