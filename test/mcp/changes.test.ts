import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {ChangeWatcher} from '../../src/mcp/changes.ts'
import {openSqliteStore} from '../../src/store/sqlite-store.ts'
import type {Store} from '../../src/store/store.ts'
import {LogFixture, createPhase, taskStarted, validated} from '../support/task-fixture.ts'

const at = '2026-03-01T12:00:00.000Z'
const TASK = 'conduct://tasks/k3f9abcd'

/** A store that says how often it was asked, and can fail. */
class CountedStore {
  looks = 0
  fault: Error | undefined
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  async versions(): Promise<ReadonlyMap<string, number>> {
    this.looks += 1
    if (this.fault) throw this.fault
    return this.#store.versions()
  }

  read(taskId: string, afterVersion?: number) {
    return this.#store.read(taskId, afterVersion)
  }
}

/** What a sink was told, and a promise of the next that is. */
class Heard {
  readonly all: string[] = []
  #waiting: {readonly wanted: string; resolve(): void}[] = []

  readonly resourceUpdated = (uri: string) => this.#hear(uri)
  readonly resourcesChanged = () => this.#hear('list')

  async until(wanted: string): Promise<void> {
    if (!this.all.includes(wanted)) await new Promise<void>((resolve) => this.#waiting.push({wanted, resolve}))
  }

  #hear(what: string): void {
    this.all.push(what)
    for (const {wanted, resolve} of this.#waiting) if (wanted === what) resolve()
  }
}

describe('the watcher of changes', () => {
  let folder = ''
  let ours: Store
  let theirs: Store
  let counted: CountedStore
  let watcher: ChangeWatcher
  const errors: unknown[] = []

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conduct-changes-'))
    ours = await openSqliteStore(join(folder, 'state.db'))
    theirs = await openSqliteStore(join(folder, 'state.db'))
    counted = new CountedStore(ours)
    errors.length = 0
    watcher = new ChangeWatcher(counted, {intervalMs: 2, onError: (error) => errors.push(error)})
    await append(...new LogFixture(taskStarted(createPhase(1, 'Ledger', ['ledger']), createPhase(2, 'Report', ['report']))).events)
  })

  afterEach(async () => {
    await watcher.close()
    await ours[Symbol.asyncDispose]()
    await theirs[Symbol.asyncDispose]()
    await rm(folder, {recursive: true, force: true})
  })

  async function append(...events: LogFixture['events']) {
    const version = (await theirs.versions()).get('k3f9abcd') ?? 0
    assert.equal(await theirs.append('k3f9abcd', version, events, {at}), 'appended')
  }

  it('tells which resources say something else: of an event that changes nothing they say, the log alone', async () => {
    const heard = new Heard()
    const {ready} = watcher.listen(heard)
    await ready
    await append({type: 'drift.repaired', what: 'A lock', version: 0, at})
    await heard.until(`${TASK}/log`)
    assert.deepEqual(heard.all, [`${TASK}/log`])
    await append({...validated(2, {}), version: 0, at} as LogFixture['events'][number])
    await heard.until(`${TASK}/phases/2`)
    assert.ok(!heard.all.includes(`${TASK}/phases/1`) && !heard.all.includes(`${TASK}/spec`))
  })

  it('says nothing of what was there before', async () => {
    const heard = new Heard()
    await watcher.listen(heard).ready
    await append({type: 'drift.repaired', what: 'A lock', version: 0, at})
    await heard.until(`${TASK}/log`)
    assert.ok(!heard.all.includes('list') && !heard.all.includes(`${TASK}/state`))
  })

  it('looks at nothing before anybody listens, nor after the last one stopped', async () => {
    assert.equal(counted.looks, 0)
    const [one, two] = [watcher.listen({}), watcher.listen({})]
    await Promise.all([one.ready, two.ready])
    one.stop()
    two.stop()
    const {looks} = counted
    const heard = new Heard()
    const other = new ChangeWatcher(theirs, {intervalMs: 20})
    await other.listen(heard).ready
    await append({type: 'drift.repaired', what: 'A lock', version: 0, at})
    await heard.until(`${TASK}/log`)
    await other.close()
    assert.equal(counted.looks, looks)
  })

  it('looks on when the store is back, and tells what changed meanwhile', async () => {
    const heard = new Heard()
    await watcher.listen(heard).ready
    const failed = new Promise<void>((resolve) => {
      const push = errors.push.bind(errors)
      errors.push = (...items) => {
        resolve()
        return push(...items)
      }
    })
    counted.fault = new Error('gone')
    await failed
    await append({type: 'drift.repaired', what: 'A lock', version: 0, at})
    counted.fault = undefined
    await heard.until(`${TASK}/log`)
  })
})
