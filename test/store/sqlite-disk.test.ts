import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {chmod, mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {ConductError} from '../../src/errors.ts'
import {openSqliteStore} from '../../src/store/sqlite-store.ts'
import type {Store} from '../../src/store/store.ts'
import {note} from './store-contract.ts'

const at = '2026-01-02T03:04:05.000Z'
const isRoot = process.getuid?.() === 0

describe('the embedded store on a bad disk', () => {
  let folder = ''
  let isMounted = false
  let isReadOnly = false

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conduct-disk-'))
  })

  afterEach(async () => {
    if (isMounted) run('umount', [folder])
    else if (isReadOnly) await chmod(join(folder, 'sub'), 0o700)
    isMounted = isReadOnly = false
    await rm(folder, {recursive: true, force: true})
  })

  /** Only root can mount, and no other way to a full disk leaves the machine usable. */
  function mountSmallDisk(context: Mocha.Context): void {
    isMounted = isRoot && run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder])
    if (isMounted) return
    if (context.test) context.test.title += ' (skipped: may not mount a small disk)'
    context.skip()
  }

  it('says that the disk is full, keeps what it acknowledged, and goes on when there is room', async function () {
    mountSmallDisk(this)
    const store = await openSqliteStore(join(folder, 'state.db'))
    await writeFile(join(folder, 'ballast'), Buffer.alloc(256 * 1024))
    const acknowledged = await fill(store)
    assert.equal((await store.read('t1')).length, acknowledged)
    await rm(join(folder, 'ballast'))
    assert.equal(await store.append('t1', acknowledged, [note('again')], {at}), 'appended')
    await store[Symbol.asyncDispose]()
  })

  it('says so too when there is no room for a new store', async function () {
    mountSmallDisk(this)
    await fillUp(join(folder, 'ballast'))
    await rejects(openSqliteStore(join(folder, 'deep', 'state.db')), 'STORE_FULL', /No space is left/, /Free some space/)
  })

  it('says that a store in a read-only folder cannot be written, and leaves nothing beside it', async function () {
    const file = join(folder, 'sub', 'state.db')
    if (isRoot) mountSmallDisk(this)
    await mkdir(join(folder, 'sub'))
    const store = await openSqliteStore(file)
    await store.append('t1', 0, [note('a')], {at})
    await store[Symbol.asyncDispose]()
    await makeReadOnly()
    await rejects(appendOnce(file), 'STORE_READ_ONLY', /state\.db cannot be written/, /CONDUCT_STATE_DIR/)
    assert.deepEqual(await readdir(join(folder, 'sub')), ['state.db'])
  })

  it('says that it cannot make a store in a read-only folder', async function () {
    if (isRoot) mountSmallDisk(this)
    await mkdir(join(folder, 'sub'))
    await makeReadOnly()
    await rejects(openSqliteStore(join(folder, 'sub', 'state.db')), 'STORE_READ_ONLY', /cannot be written/, /permission/)
    await rejects(openSqliteStore(join(folder, 'sub', 'new', 'state.db')), 'STORE_READ_ONLY', /cannot be written/, /permission/)
  })

  it('says that it cannot write a read-only file', async function () {
    if (isRoot) return this.skip()
    const file = join(folder, 'state.db')
    await (await openSqliteStore(file))[Symbol.asyncDispose]()
    await chmod(file, 0o400)
    await rejects(appendOnce(file), 'STORE_READ_ONLY', /cannot be written/, /permission/)
  })

  /** Permissions do not stop root, a read-only mount does. */
  async function makeReadOnly(): Promise<void> {
    if (isMounted) assert.ok(run('mount', ['-o', 'remount,ro', folder]))
    else await chmod(join(folder, 'sub'), 0o500)
    isReadOnly = true
  }
})

/** Appends until the disk is full; the number of appends that were acknowledged. */
async function fill(store: Store): Promise<number> {
  const data = 'x'.repeat(20_000)
  for (let version = 0; version < 100; version++) {
    const result = await store.append('t1', version, [note(data)], {at}).catch((error: unknown) => error)
    if (result === 'appended') continue
    assert.ok(result instanceof ConductError && result.code === 'STORE_FULL', String(result))
    return version
  }
  return assert.fail('The disk was never full.')
}

async function fillUp(path: string): Promise<void> {
  await assert.rejects(writeFile(path, Buffer.alloc(2 * 1024 * 1024)), {code: 'ENOSPC'})
}

async function appendOnce(file: string) {
  const store = await openSqliteStore(file)
  try {
    return await store.append('t1', (await store.read('t1')).length, [note('b')], {at})
  } finally {
    await store[Symbol.asyncDispose]()
  }
}

function run(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, {stdio: 'ignore'}).status === 0
}

async function rejects(promise: Promise<unknown>, code: string, message: RegExp, suggestion: RegExp) {
  await assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof ConductError, String(error))
    assert.equal(error.code, code)
    assert.match(error.message, message)
    assert.match(error.suggestions.join('\n'), suggestion)
    return true
  })
}
