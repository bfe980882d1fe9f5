import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {DatabaseSync} from 'node:sqlite'
import {fileURLToPath} from 'node:url'
import type {TaskEvent} from '../../src/events.ts'
import {openSqliteStore} from '../../src/store/sqlite-store.ts'

const WRITER = fileURLToPath(new URL('writer.ts', import.meta.url))

describe('the embedded store, shared by processes', () => {
  let folder = ''
  let file = ''

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conduct-store-'))
    file = join(folder, 'state.db')
  })

  afterEach(() => rm(folder, {recursive: true, force: true}))

  it('gives every version to exactly one of four writers, and starves none', async function () {
    this.timeout(60_000)
    const writers = await startWriters(file, ['a', 'b', 'c', 'd'], 1000)
    await Promise.all(writers.map((writer) => writer.ended))
    const events = await readLog(file)
    assert.deepEqual(
      events.map((event) => event.version),
      Array.from({length: events.length}, (_, i) => i + 1),
    )
    for (const {name, acknowledged} of writers) {
      assert.deepEqual(versionsOf(events, name), acknowledged)
      assert.ok(acknowledged.length >= 20, `${name} got ${acknowledged.length} of ${events.length}`)
    }
  })

  it('loses no acknowledged event to kill -9, and the other writers go on', async function () {
    this.timeout(60_000)
    const writers = await startWriters(file, ['a', 'b', 'c', 'd'], 600)
    for (const {name, child, reached} of writers) if (name < 'c') void reached(20).then(() => child.kill('SIGKILL'))
    await Promise.all(writers.map((writer) => writer.ended))
    const events = await readLog(file)
    assert.ok(events.length >= 600 && events.every((event, i) => event.version === i + 1))
    for (const {name, acknowledged} of writers) {
      const written = new Set(versionsOf(events, name))
      assert.ok(acknowledged.length >= 20)
      assert.deepEqual(
        acknowledged.filter((version) => !written.has(version)),
        [],
      )
    }
    assert.deepEqual(checkIntegrity(file), ['ok'])
  })
})

async function startWriters(file: string, names: readonly string[], length: number) {
  const writers = await Promise.all(names.map((name) => startWriter(file, name, length)))
  for (const {child} of writers) child.stdin.end('go\n')
  return writers
}

async function startWriter(file: string, name: string, length: number) {
  const runtime = 'Deno' in globalThis ? ['run', '-A'] : []
  const child = spawn(process.execPath, [...runtime, WRITER, file, 't1', name, String(length)], {stdio: ['pipe', 'pipe', 'pipe']})
  const acknowledged: number[] = []
  const waiting: {readonly count: number; readonly resolve: () => void}[] = []
  let stderr = ''
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const lines = createInterface({input: child.stdout})
  const closed = once(lines, 'close')
  const ended = Promise.all([once(child, 'exit'), closed]).then(() => assert.equal(stderr, ''))
  await once(lines, 'line')
  lines.on('line', (line) => {
    acknowledged.push(Number(line))
    for (const {count, resolve} of waiting) if (acknowledged.length >= count) resolve()
  })
  const reached = (count: number) => new Promise<void>((resolve) => void waiting.push({count, resolve}))
  return {name, child, acknowledged, ended, reached}
}

async function readLog(file: string): Promise<readonly TaskEvent[]> {
  const store = await openSqliteStore(file)
  const events = await store.read('t1')
  await store[Symbol.asyncDispose]()
  return events
}

function versionsOf(events: readonly TaskEvent[], name: string): readonly number[] {
  return events.filter((event) => event.type === 'drift.repaired' && event.what === name).map((event) => event.version)
}

function checkIntegrity(file: string) {
  const db = new DatabaseSync(file)
  const rows = db.prepare('PRAGMA integrity_check').all()
  db.close()
  return rows.map((row) => row['integrity_check'])
}
