import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {configSchema} from '../../src/config/schema.ts'
import {loadStoreConfig} from '../../src/config/store.ts'

describe('the store that is configured', () => {
  let cwd = ''
  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'conduct-store-'))
  })
  afterEach(() => rm(cwd, {recursive: true, force: true}))

  it('is the embedded one without a configuration, with the defaults of the schema', async () => {
    assert.deepEqual(await loadStoreConfig({cwd, env: {}}), configSchema.parse({}).store)
  })

  it('is found although another key is wrong, when the file has no word of a store', async () => {
    await writeFile(join(cwd, 'conduct.config.json'), '{"agnets": {}}')
    assert.deepEqual(await loadStoreConfig({cwd, env: {}}), {kind: 'embedded', patience: 600_000})
  })

  it('is what the file says', async () => {
    await writeFile(join(cwd, 'conduct.config.json'), '{"store": {"kind": "embedded", "path": "/x/state.db"}}')
    assert.deepEqual(await loadStoreConfig({cwd, env: {}}), {kind: 'embedded', path: '/x/state.db', patience: 600_000})
  })

  it('is what the file says in letters that JSON has other ways to write', async () => {
    await writeFile(join(cwd, 'conduct.config.json'), String.raw`{"\u0073tore": {"kind": "embedded", "path": "/x/state.db"}}`)
    assert.deepEqual(await loadStoreConfig({cwd, env: {}}), {kind: 'embedded', path: '/x/state.db', patience: 600_000})
  })

  it('takes its URL, with the password in it, from the environment, and all else from the file', async () => {
    const file = {store: {kind: 'redis', url: 'redis://nowhere', prefix: 'team', patience: '1m'}}
    await writeFile(join(cwd, 'conduct.config.json'), JSON.stringify(file))
    const store = await loadStoreConfig({cwd, env: {CONDUCT_STORE: 'redis://u:secret@here'}})
    assert.deepEqual(store, {kind: 'redis', url: 'redis://u:secret@here', prefix: 'team', patience: 60_000, allowVolatile: false})
  })

  it('has a prefix that cannot change where a cluster keeps the keys of a task', async () => {
    await writeFile(join(cwd, 'conduct.config.json'), JSON.stringify({store: {kind: 'redis', url: 'redis://here', prefix: '{a}'}}))
    await assert.rejects(loadStoreConfig({cwd, env: {}}), /store\.prefix: expected letters/)
  })

  it('has paths that are relative to the repository, wherever in it one stands', async () => {
    const file = join(cwd, 'conduct.config.json')
    await writeFile(file, JSON.stringify({store: {kind: 'embedded', path: 'state/tasks.db'}}))
    assert.deepEqual(await loadStoreConfig({cwd, env: {}}), {kind: 'embedded', path: join(cwd, 'state/tasks.db'), patience: 600_000})
    await writeFile(file, JSON.stringify({store: {kind: 'redis', url: 'rediss://here', tls: {ca: 'ca.pem'}}}))
    const store = await loadStoreConfig({cwd, env: {}})
    assert.equal(store.kind === 'redis' && store.tls?.ca, join(cwd, 'ca.pem'))
  })
})
