import assert from 'node:assert/strict'
import {mkdir, mkdtemp, readFile, rename, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {ConductError} from '../../src/errors.ts'
import {openSqliteStore} from '../../src/store/sqlite-store.ts'
import type {Store, StoreWait} from '../../src/store/store.ts'
import {note, storeContract, taskStarted} from './store-contract.ts'

const at = '2026-01-02T03:04:05.000Z'

describe('the embedded store', () => {
  let folder = ''
  let count = 0

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conduct-store-'))
  })

  after(() => rm(folder, {recursive: true, force: true}))

  const opened: Store[] = []

  afterEach(() => Promise.all(opened.splice(0).map((store) => store[Symbol.asyncDispose]())))

  const open = async (file: string, options?: Parameters<typeof openSqliteStore>[1]) => {
    const store = await openSqliteStore(file, options)
    opened.push(store)
    return store
  }

  const newFile = () => join(folder, `store-${++count}`, 'state.db')

  storeContract('SQLite', () => openSqliteStore(newFile()))

  it('sees the versions that others wrote to the file', async () => {
    const file = newFile()
    const [ours, theirs] = [await open(file), await open(file)]
    await ours.append('t1', 0, [taskStarted('t1')], {at})
    assert.equal((await ours.versions()).get('t1'), 1)
    await theirs.append('t1', 1, [note('a')], {at})
    assert.equal((await ours.versions()).get('t1'), 2)
  })

  it('keeps everything when it is closed and opened again', async () => {
    const file = newFile()
    const first = await open(file)
    await first.append('t1', 0, [note('a')], {at})
    await first.swapLease('t1', 0, {epoch: 1, owner: {pid: 1, processStart: '1', bootId: '', host: ''}, expiresAt: 9})
    await first[Symbol.asyncDispose]()
    const store = await open(file)
    assert.equal((await store.read('t1')).length, 1)
    assert.equal((await store.readLease('t1'))?.epoch, 1)
  })

  it('shares one file between several connections', async () => {
    const file = newFile()
    const one = await open(file)
    const two = await open(file)
    await one.append('t1', 0, [note('a')], {at})
    assert.equal(await two.append('t1', 0, [note('b')], {at}), 'conflict')
    assert.equal(await two.append('t1', 1, [note('b')], {at}), 'appended')
    assert.equal((await one.read('t1')).length, 2)
  })

  it('names its file, and makes the folder for its owner only', async () => {
    const file = join(folder, 'new', 'deeper', 'state.db')
    const store = await open(file)
    assert.equal(store.location, file)
    if (process.platform !== 'win32') assert.equal((await stat(join(folder, 'new'))).mode & 0o777, 0o700)
  })

  it('waits for a lock that another process lets go', async () => {
    const file = newFile()
    const store = await open(file)
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    const appending = store.append('t1', 0, [note('a')], {at})
    setImmediate(() => {
      other.exec('COMMIT')
      other.close()
    })
    assert.equal(await appending, 'appended')
  })

  it('waits for a lock as long as a run has patience, and tells once', async () => {
    const file = newFile()
    const store = await open(file, {patienceMs: 20})
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    const waits: string[] = []
    const onWait = ({status}: StoreWait) => {
      waits.push(status)
      if (status === 'waiting') other.close()
    }
    store.extendPatience({ms: 20_000, onWait})
    assert.equal(await store.append('t1', 0, [note('a')], {at}), 'appended')
    assert.deepEqual(waits, ['waiting', 'over'])
  })

  it('gives up on a lock that is never let go, and says who to look for', async () => {
    const file = newFile()
    const store = await open(file, {patienceMs: 20})
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    await rejects(store.append('t1', 0, [note('a')], {at}), 'STORE_UNREACHABLE', /locked by another process/, /fuser/)
    assert.deepEqual(await store.read('t1'), [])
    other.close()
  })

  it('refuses a file that a newer conduct wrote', async () => {
    const file = newFile()
    await (await open(file))[Symbol.asyncDispose]()
    const db = new DatabaseSync(file)
    db.exec('PRAGMA user_version = 99')
    db.close()
    await rejects(open(file), 'STORE_UNREACHABLE', /newer conduct \(layout 99; this one knows 1\)/, /Update conduct/)
  })

  it('refuses the database of another program, and leaves it as it was', async () => {
    const file = newFile()
    await mkdir(join(file, '..'), {recursive: true})
    const db = new DatabaseSync(file)
    db.exec('CREATE TABLE songs (name TEXT)')
    db.close()
    const before = await readFile(file)
    await rejects(open(file), 'STORE_UNREACHABLE', /another program/, /store\.path/)
    assert.deepEqual(await readFile(file), before)
  })

  it('refuses a file that is no database', async () => {
    const file = newFile()
    await mkdir(join(file, '..'), {recursive: true})
    await writeFile(file, 'This is a shopping list. '.repeat(100))
    await rejects(open(file), 'STORE_UNREACHABLE', /state\.db is damaged/, /aside/)
  })

  it('refuses a damaged file', async () => {
    const file = newFile()
    const store = await open(file)
    const events = Array.from({length: 200}, (_, i) => note(`${i} ${'x'.repeat(500)}`))
    await store.append('t1', 0, events, {at})
    await store[Symbol.asyncDispose]()
    const bytes = await readFile(file)
    await writeFile(file, bytes.fill(0x5a, 4096))
    const reading = async () => (await open(file)).read('t1')
    await rejects(reading(), 'STORE_UNREACHABLE', /damaged/, /\.recover/)
  })

  it('refuses a folder in the place of its file, and a file in the place of its folder', async () => {
    await rejects(open(folder), 'STORE_UNREACHABLE', /cannot be opened/, /plain file/)
    await writeFile(join(folder, 'plain'), '')
    await rejects(open(join(folder, 'plain', 'state.db')), 'STORE_UNREACHABLE', /cannot be opened/, /CONDUCT_STATE_DIR/)
  })

  it('refuses to write into a file that was moved away', async function () {
    if (process.platform === 'win32') return this.skip()
    const file = newFile()
    const store = await open(file)
    await rename(file, `${file}.old`)
    await rejects(store.append('t1', 0, [note('a')], {at}), 'STORE_UNREACHABLE', /removed or replaced/, /resume/)
  })
})

async function rejects(promise: Promise<unknown>, code: string, message: RegExp, suggestion: RegExp) {
  await assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof ConductError, String(error))
    assert.equal(error.code, code)
    assert.equal(error.oclif.exit, 5)
    assert.match(error.message, message)
    assert.match(error.suggestions.join('\n'), suggestion)
    return true
  })
}
