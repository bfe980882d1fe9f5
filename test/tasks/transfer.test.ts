import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {ConductError} from '../../src/errors.ts'
import type {EventData} from '../../src/events.ts'
import {withLease} from '../../src/run/with-lease.ts'
import {openSqliteStore} from '../../src/store/sqlite-store.ts'
import type {Store} from '../../src/store/store.ts'
import {exportTasks} from '../../src/tasks/transfer/export-tasks.ts'
import {importTasks} from '../../src/tasks/transfer/import-tasks.ts'
import {splitLines} from '../../src/tasks/transfer/log-lines.ts'
import * as make from '../support/task-fixture.ts'

const PHASE = make.createPhase(1, 'Base', ['ledger'])
const HOSTILE = 'a\0b \ud800 "\'; -- \r\n \u2028 😀'

describe('tasks that move between stores', () => {
  let folder = ''
  const opened: Store[] = []

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conduct-transfer-'))
  })

  afterEach(async () => {
    for (const store of opened.splice(0)) await store[Symbol.asyncDispose]()
    await rm(folder, {recursive: true, force: true})
  })

  const open = async () => {
    const store = await openSqliteStore(join(folder, `${opened.length}.db`))
    opened.push(store)
    return store
  }

  /** Writes events as a run does, each with its own time. */
  const fill = async (store: Store, taskId: string, ...events: readonly EventData[]) => {
    for (const [version, event] of events.entries()) {
      const own = event.type === 'task.started' ? {...event, task_id: taskId} : event
      await store.append(taskId, version, [own], {at: new Date(make.BEGIN_MS + version * 1000).toISOString()})
    }
  }

  const aTask = () => [make.taskStarted(PHASE), make.runnerStarted(), ...make.builtModule('a1', 'ledger'), note(HOSTILE)]
  const note = (what: string): EventData => ({type: 'drift.repaired', what})

  const exported = async (store: Store, ...taskIds: readonly string[]) => {
    let text = ''
    for await (const line of exportTasks(store, {taskIds, conductVersion: '0.1.0', now: () => make.BEGIN_MS})) text += line
    return text
  }

  const bring = (text: string, store: Store) =>
    importTasks({
      store,
      async *open() {
        const bytes = Buffer.from(text)
        // In pieces that end anywhere.
        for (let from = 0; from < bytes.length; from += 777) yield bytes.subarray(from, from + 777)
      },
      withLease: (taskId, use) => withLease({store, now: Date.now, purpose: 'operation'}, taskId, use),
    })

  it('have the same log in the other store, times and all', async () => {
    const [from, to] = [await open(), await open()]
    await fill(from, 't1', ...aTask())
    await fill(from, 't2', ...aTask())
    const tasks = await bring(await exported(from, 't1', 't2'), to)
    assert.deepEqual(
      tasks.map(({task_id, status, events}) => [task_id, status, events]),
      [
        ['t1', 'imported', 9],
        ['t2', 'imported', 9],
      ],
    )
    for (const id of ['t1', 't2']) assert.deepEqual(await to.read(id), await from.read(id))
    assert.deepEqual(await to.tasks(), await from.tasks())
    assert.equal(await exported(to, 't1', 't2'), await exported(from, 't1', 't2'))
  })

  it('keep what reviewers and auditors said', async () => {
    const [from, to] = [await open(), await open()]
    const subject = {kind: 'review', phase: 1} as const
    const evidence = {kind: 'place', file: 'a.js', line: 4, quote: HOSTILE} as const
    const said: readonly EventData[] = [
      make.attempt('a2', subject, 'code-reviewer'),
      {
        type: 'review.answered',
        subject,
        sha: make.SHA.merge,
        attempt_id: 'a2',
        claims: [
          {id: 'p1.c1', verdict: 'met', evidence, reason: 'It is.'},
          {id: 'p1.c2', verdict: 'unmet', evidence: {kind: 'command', command: 'node a.js'}, carried: true},
        ],
      },
      {type: 'review.answered', subject, sha: make.SHA.merge, claims: [], problem: 'it wrote no answer'},
      {type: 'review.finished', subject, sha: make.SHA.merge, passed: true, criteria: [make.criterion('p1.c1', 'met')]},
      make.attempt('a3', {kind: 'audit', phase: 0}, 'security-auditor'),
      {type: 'audit.finished', sha: make.SHA.final, attempt_id: 'a3', verdict: make.verdict('security-audit')},
    ]
    await fill(from, 't1', ...aTask(), ...said)
    await bring(await exported(from, 't1'), to)
    assert.deepEqual(await to.read('t1'), await from.read('t1'))
  })

  it('are left alone when they are there already', async () => {
    const [from, to] = [await open(), await open()]
    await fill(from, 't1', ...aTask())
    const text = await exported(from, 't1')
    await bring(text, to)
    assert.equal((await bring(text, to))[0]?.status, 'present')
    await to.append('t1', 9, [note('later')], {at: '2026-03-02T00:00:00.000Z'})
    assert.equal((await bring(text, to))[0]?.status, 'present')
    assert.equal((await to.read('t1')).length, 10)
  })

  it('go on from the beginning that is there, which an interrupted import may have left', async () => {
    const [from, to] = [await open(), await open()]
    await fill(from, 't1', ...aTask())
    await fill(to, 't1', ...aTask().slice(0, 3))
    assert.equal((await bring(await exported(from, 't1'), to))[0]?.status, 'extended')
    assert.deepEqual(await to.read('t1'), await from.read('t1'))
  })

  it('are not mixed with another log of the same id, and then nothing of the file is written', async () => {
    const [from, to] = [await open(), await open()]
    await fill(from, 't1', ...aTask())
    await fill(from, 't2', ...aTask())
    await fill(to, 't2', make.taskStarted(PHASE), note('another'))
    await refuses(bring(await exported(from, 't1', 't2'), to), 'LOG_CONFLICT', /Another log of task t2 .* event 2 differs/)
    assert.deepEqual(await to.read('t1'), [])
    assert.equal((await to.read('t2')).length, 2)
  })

  it('are not written while somebody works on them there', async () => {
    const [from, to] = [await open(), await open()]
    await fill(from, 't1', ...aTask())
    await fill(to, 't1', ...aTask().slice(0, 2))
    const text = await exported(from, 't1')
    await withLease({store: to, now: Date.now, purpose: 'run'}, 't1', () => refuses(bring(text, to), 'TASK_LOCKED', /works on task t1/))
  })

  it('tell who was working on them, and come without any lease', async () => {
    const [from, to] = [await open(), await open()]
    await fill(from, 't1', ...aTask())
    await from.swapLease('t1', 0, {
      epoch: 9,
      owner: {pid: 4242, processStart: '', bootId: '', host: 'here'},
      expiresAt: Date.now() + 60_000,
    })
    assert.deepEqual((await bring(await exported(from, 't1'), to))[0]?.runner, {pid: 4242})
    assert.equal((await to.readLease('t1'))?.expiresAt, 0)
  })

  describe('in a file that is not sound', () => {
    let lines: readonly string[]
    let to: Store

    beforeEach(async () => {
      const from = await open()
      to = await open()
      await fill(from, 't1', ...aTask())
      await fill(from, 't2', ...aTask())
      lines = (await exported(from, 't1', 't2')).trimEnd().split('\n')
    })

    afterEach(async () => {
      assert.deepEqual(await to.tasks(), [])
      assert.deepEqual([...(await to.versions())], [])
    })

    const at = (line: number, change: (content: Record<string, unknown>) => unknown) =>
      lines.map((text, index) => (index === line - 1 ? JSON.stringify(change(JSON.parse(text) as Record<string, unknown>)) : text))
    const inEvent = (line: number, more: Record<string, unknown>) =>
      at(line, (content) => ({...content, event: {...(content['event'] as object), ...more}}))
    const withRest = (line: number, ...texts: readonly string[]) => lines.toSpliced(line - 1, 1, ...texts)

    const CASES: readonly (readonly [string, number, () => readonly string[], RegExp])[] = [
      ['no header', 1, () => lines.slice(1), /not the header/],
      ['another format', 1, () => at(1, (header) => ({...header, conduct_export: 2})), /format is 2, .* knows 1/],
      ['no JSON', 4, () => withRest(4, '{"task_id":'), /no JSON/],
      ['JSON that is nested without end', 4, () => withRest(4, '['.repeat(200_000)), /no JSON/],
      ['a list', 4, () => withRest(4, '[]'), /no JSON object/],
      ['an empty line', 4, () => withRest(4, ''), /no JSON/],
      ['a gap', 4, () => lines.toSpliced(3, 1), /version 3 of task t1 must come here, not 4/],
      ['another order', 4, () => lines.with(3, lines[4] ?? '').with(4, lines[3] ?? ''), /version 3 .* not 4/],
      ['an event twice', 4, () => withRest(4, lines[2] ?? ''), /version 3 .* not 2/],
      ['a version that is no number', 4, () => at(4, (line) => ({...line, version: '3'})), /not "3"/],
      ['a task twice', 20, () => [...lines.slice(0, 19), ...lines.slice(1, 10), ...lines.slice(19)], /task t1 came before/],
      ['a task that is another inside', 2, () => inEvent(2, {task_id: 'other'}), /starts task other/],
      [
        'a beginning that is none',
        2,
        () => lines.toSpliced(1, 1).map((text) => text.replace('"version":2', '"version":1')),
        /begins with task\.started/,
      ],
      ['an id that is a path', 2, () => at(2, (line) => ({...line, task_id: '../../x'})), /no id of a task/],
      ['a time that is none', 3, () => at(3, (line) => ({...line, at: 'yesterday'})), /"yesterday" is no time/],
      ['an unknown event', 3, () => inEvent(3, {type: 'task.teleported'}), /task\.teleported.*no type of event/],
      ['an event with the name of an object’s own', 3, () => inEvent(3, {type: 'constructor'}), /no type of event/],
      ['no event', 3, () => at(3, (line) => ({...line, event: undefined})), /no type of event/],
      ['an event that lacks something', 3, () => inEvent(3, {pid: undefined}), /runner\.started: pid/],
      ['a configuration that is none', 2, () => inEvent(2, {config: {agnets: 1}}), /config: not a configuration/],
      ['its end cut off', 20, () => lines.slice(0, 19), /the end is missing/],
      ['another end than it should have', 20, () => at(20, (end) => ({...end, events: 17})), /17 events, but 2 and 18/],
      ['more behind its end', 21, () => [...lines, lines[2] ?? ''], /behind the end/],
    ]
    for (const [what, line, broken, message] of CASES) {
      it(`are refused with the number of the line: ${what}`, async () => {
        await refuses(
          bring(`${broken().join('\n')}\n`, to),
          'LOG_INVALID',
          new RegExp(`^Line ${line} cannot be imported: .*`, 's'),
          message,
        )
      })
    }

    it('are refused when a module has a name that would lead out of its folder', async () => {
      const text = lines.join('\n').replace('"slug":"ledger"', '"slug":"../../.ssh"')
      await refuses(bring(text, to), 'LOG_INVALID', /^Line 2 .*slug/)
    })

    it('are refused when a line has no end, and it is not read to where it may end', async () => {
      const endless = async function* () {
        for (;;) yield Buffer.alloc(1000, 'x')
      }
      const reading = async () => {
        for await (const line of splitLines(endless(), 5000)) assert.fail(line.text)
      }
      await refuses(reading(), 'LOG_INVALID', /^Line 1 .* longer than 5000 bytes/)
    })

    it('are refused when it is no text', async () => {
      const binary = async function* () {
        yield Buffer.from([0xff, 0xfe, 10])
      }
      const reading = async () => {
        for await (const line of splitLines(binary())) assert.fail(line.text)
      }
      await refuses(reading(), 'LOG_INVALID', /^Line 1 .*no UTF-8/)
    })
  })
})

async function refuses(promise: Promise<unknown>, code: string, ...messages: readonly RegExp[]) {
  await assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof ConductError, String(error))
    assert.equal(error.code, code, error.message)
    for (const message of messages) assert.match(error.message, message)
    return true
  })
}
