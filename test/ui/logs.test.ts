import assert from 'node:assert/strict'
import {appendFile, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {ConductError} from '../../src/errors.ts'
import {attemptFilter, listAttempts, type AttemptItem} from '../../src/ui/attempt-list.ts'
import {AttemptPrinter} from '../../src/ui/attempt-printer.ts'
import {formatClock} from '../../src/ui/text.ts'
import {TranscriptTail} from '../../src/ui/transcript-tail.ts'
import {attemptFooter, renderTranscriptLine} from '../../src/ui/transcript-view.ts'
import * as make from '../support/task-fixture.ts'

const log = new make.LogFixture(
  make.taskStarted(make.createPhase(1, 'Base', ['Ledger', 'store'])),
  ...make.builtModule('a1', 'ledger'),
  make.attempt('a2', make.moduleSubject('store')),
  {type: 'attempt.interrupted', attempt_id: 'a2'},
  make.attempt('a3', {kind: 'merge', phase: 1, module: 'store'}, 'synthesis-architect'),
  make.attempt('a4', {kind: 'phase', phase: 1}, 'fix-executor'),
  make.attempt('a5', {kind: 'review', phase: 1}, 'code-reviewer'),
)

function idsFor(module: string | undefined): readonly string[] {
  return listAttempts(log.events, log.state)
    .filter(attemptFilter(log.state, module))
    .map(({attempt_id}) => attempt_id)
}

describe('the attempts of a task', () => {
  it('are listed in the order of launching, each with how it ended', () => {
    const items = listAttempts(log.events, log.state)
    assert.deepEqual(
      items.map(({attempt_id, name, outcome}) => [attempt_id, name, outcome]),
      [
        ['a1', 'module Ledger', 'finished'],
        ['a2', 'module store', 'interrupted'],
        ['a3', 'merge of store', null],
        ['a4', 'Phase 1: Base', null],
        ['a5', 'review of Phase 1: Base', null],
      ],
    )
  })

  it('of a module are its own, its merges, and the fixes and reviews of its phase', () => {
    assert.deepEqual(idsFor('store'), ['a2', 'a3', 'a4', 'a5'])
    assert.deepEqual(idsFor('Ledger'), ['a1', 'a4', 'a5'])
    assert.deepEqual(idsFor(undefined), ['a1', 'a2', 'a3', 'a4', 'a5'])
  })

  it('of an unknown module are an error that lists the modules', () => {
    const isUsage = (error: unknown) => error instanceof ConductError && error.code === 'USAGE' && error.message.includes('Ledger, store')
    assert.throws(() => attemptFilter(log.state, 'nope'), isUsage)
  })
})

describe('a line of a transcript', () => {
  it('shows what the agent said, without escape sequences', () => {
    const line = JSON.stringify({at: '', type: 'stdout', text: 'one\u001B[31m\ntwo\u0007\n'})
    assert.deepEqual(renderTranscriptLine(line), ['   one', '   two'])
  })

  it('shows tools and programs in one line', () => {
    assert.deepEqual(renderTranscriptLine(JSON.stringify({type: 'tool', name: 'Bash', detail: 'npm\ntest'})), ['   › Bash npm test'])
    assert.deepEqual(renderTranscriptLine(JSON.stringify({type: 'spawn', argv: ['node', 'agent.mjs']})), ['   $ node agent.mjs'])
  })

  it('names files as the worktree does', () => {
    const line = JSON.stringify({type: 'tool', name: 'Write', detail: '/state/p1-a/src/a.js'})
    assert.deepEqual(renderTranscriptLine(line, '/state/p1-a'), ['   › Write src/a.js'])
  })

  it('shows the outcome with its cause', () => {
    const line = JSON.stringify({type: 'outcome', outcome: {status: 'failed', cause: 'no key', retryable: false}})
    assert.deepEqual(renderTranscriptLine(line), ['   failed: no key'])
  })

  it('is followed by what ran and what it used', () => {
    const [item] = listAttempts(log.events, log.state)
    assert.ok(item)
    const ended = {...item, backend: 'claude', agent: {version: '2.1.330', model: 'sonnet'}, usage: {tokens: 1200, usd: 0.5}}
    assert.equal(attemptFooter(ended), '   claude 2.1.330 sonnet, 1,200 tokens, 0.50 USD')
    assert.equal(attemptFooter({...ended, agent: null, usage: null}), undefined)
  })

  it('is left out when it is torn, or for machines only', () => {
    assert.deepEqual(renderTranscriptLine('{"type":"te'), [])
    assert.deepEqual(renderTranscriptLine(JSON.stringify({type: 'prompt', text: 'long'})), [])
  })
})

describe('a growing transcript', () => {
  let folder = ''
  let file = ''

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conduct-logs-'))
    file = join(folder, 'a1.ndjson')
  })

  afterEach(() => rm(folder, {recursive: true, force: true}))

  it('is read line by line, a torn line and a torn character only once they are whole', async () => {
    const tail = new TranscriptTail(file)
    assert.deepEqual(await tail.read(), [])
    const text = Buffer.from('{"a":1}\n{"b":"ä"}\n')
    await appendFile(file, text.subarray(0, 15))
    assert.deepEqual(await tail.read(), ['{"a":1}'])
    await appendFile(file, text.subarray(15))
    assert.deepEqual(await tail.read(), ['{"b":"ä"}'])
    assert.deepEqual(await tail.read(), [])
  })

  it('is printed below its header, and later only what is new', async () => {
    const lines: string[] = []
    const printer = new AttemptPrinter((line) => lines.push(line))
    const [first] = listAttempts(log.events, log.state)
    assert.ok(first)
    const open: AttemptItem = {...first, transcript: file, outcome: null}
    await appendFile(file, `${JSON.stringify({type: 'text', text: 'one'})}\n`)
    await printer.update([open])
    assert.equal(await printer.update([open]), false)
    await appendFile(file, `${JSON.stringify({type: 'text', text: 'two'})}\n`)
    await printer.update([{...open, outcome: 'finished'}])
    await appendFile(file, `${JSON.stringify({type: 'text', text: 'after the end'})}\n`)
    await printer.update([{...open, outcome: 'finished'}])
    const header = `── module Ledger: implementation-executor (replay) attempt 1, ${formatClock(first.started_at)} ──`
    assert.deepEqual(lines, [header, '   one', '   two'])
  })
})
