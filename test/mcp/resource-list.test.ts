import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {ProtocolError} from '@modelcontextprotocol/server'
import {listResources} from '../../src/mcp/resource-list.ts'
import {logText, MAX_EVENTS} from '../../src/mcp/resource-texts.ts'
import {openSqliteStore} from '../../src/store/sqlite-store.ts'
import type {Store} from '../../src/store/store.ts'
import {note, taskStarted} from '../store/store-contract.ts'

const at = '2026-03-01T12:00:00.000Z'

describe('the list of resources', () => {
  let folder = ''
  let store: Store

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conduct-list-'))
    store = await openSqliteStore(join(folder, 'state.db'))
    for (let n = 1; n <= 120; n++) await store.append(`t${n}`, 0, [taskStarted(`t${n}`, {description: `Task ${n}`})], {at})
  })

  after(async () => {
    await store[Symbol.asyncDispose]()
    await rm(folder, {recursive: true, force: true})
  })

  it('has every task once, the newest first, in pages that do not shift when tasks are begun meanwhile', async () => {
    const uris: string[] = []
    let cursor: string | undefined
    for (let page = 0; page === 0 || cursor !== undefined; page++) {
      const {resources, nextCursor} = await listResources(store, cursor)
      assert.ok(resources.length <= 51)
      uris.push(...resources.map(({uri}) => uri))
      cursor = nextCursor
      if (page === 0) await store.append('late', 0, [taskStarted('late')], {at: '2026-03-02T12:00:00.000Z'})
    }
    assert.deepEqual(uris, ['conduct://tasks', ...Array.from({length: 120}, (_, index) => `conduct://tasks/t${120 - index}/state`)])
  })

  it('says of each task what it is, and when it last changed', async () => {
    await store.append('late', 1, [note('a')], {at: '2026-03-03T12:00:00.000Z'})
    const [, late] = (await listResources(store, undefined)).resources
    assert.deepEqual(late, {
      uri: 'conduct://tasks/late/state',
      name: 'state of late',
      title: 'Build it',
      description: 'Where task late stands; begun 2026-03-02T12:00:00.000Z.',
      mimeType: 'application/json',
      annotations: {audience: ['assistant', 'user'], priority: 0.5, lastModified: '2026-03-03T12:00:00.000Z'},
    })
  })

  it('refuses a cursor that it never gave out', async () => {
    for (const cursor of ['', 'x', Buffer.from('../../etc').toString('base64url')])
      await assert.rejects(listResources(store, cursor), ({code}: ProtocolError) => code === -32_602)
  })
})

describe('a page of a log', () => {
  const events = (count: number, bytes = 1) =>
    Array.from({length: count}, (_, index) => ({type: 'drift.repaired', what: 'x'.repeat(bytes), version: index + 1, at}) as const)

  const page = (...[log]: Parameters<typeof logText>) =>
    JSON.parse(logText(log).text) as {events: readonly {version: number}[]; more: boolean; next: string; version: number}

  it('holds the newest events, and then what follows a version, never more than a context can hold', () => {
    const newest = page({taskId: 't', version: 250, events: events(250)})
    assert.deepEqual([newest.events.length, newest.events[0]?.version, newest.more], [MAX_EVENTS, 151, false])
    const first = page({taskId: 't', version: 250, events: events(250), after: 0})
    assert.deepEqual([first.events.at(-1)?.version, first.more, first.next], [100, true, 'conduct://tasks/t/log?after=100'])
    const large = page({taskId: 't', version: 9, events: events(9, 100_000), after: 0})
    assert.deepEqual([large.events.length, large.more], [2, true])
  })

  it('holds one event at least, however large', () => {
    assert.equal(page({taskId: 't', version: 1, events: events(1, 1_000_000), after: 0}).events.length, 1)
  })

  it('is empty at the end, and says where to read on', () => {
    const end = page({taskId: 't', version: 3, events: [], after: 3})
    assert.deepEqual([end.events, end.more, end.next], [[], false, 'conduct://tasks/t/log?after=3'])
  })
})
