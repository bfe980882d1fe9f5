import assert from 'node:assert/strict'
import {stripVTControlCharacters} from 'node:util'
import type {EventData} from '../../src/events.ts'
import {createLiveReporter} from '../../src/ui/live-reporter.ts'
import {createFakeTerminal} from '../support/fake-terminal.ts'
import * as make from '../support/task-fixture.ts'

const BASE = make.createPhase(1, 'Base', ['ledger', 'store'], {criteria: [{id: 'p1.c1', text: 'All tests pass', code: [], line: 1}]})
const REPORT = make.createPhase(2, 'Reports', ['report'])
const BEGIN = [make.taskStarted(BASE, REPORT), make.runnerStarted(), {type: 'phase.started', phase: 1, base_sha: make.SHA.base}] as const

/** Feeds events to a live reporter on a fake terminal, with what agents say after each attempt that starts. */
async function show(columns: number, events: readonly EventData[], says: string | undefined = undefined) {
  const terminal = createFakeTerminal({columns})
  const log = new make.LogFixture()
  const reporter = createLiveReporter({stream: terminal.stream, now: () => make.BEGIN_MS + 60_000, color: false})
  for (const event of events) {
    const full = log.add(event).events.at(-1)
    assert.ok(full)
    reporter.onEvent(full, log.state)
    if (full.type === 'attempt.starting' && says !== undefined) {
      reporter.onActivity({attemptId: full.attempt_id, subject: full.subject, event: {type: 'text', text: says}})
    }
    // listr2 starts and ends its tasks in turns of the event loop.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await reporter.close()
  return terminal
}

describe('the live view', () => {
  it('ends with one line for each phase that is complete', async () => {
    const terminal = await show(120, [
      ...BEGIN,
      ...make.builtModule('a1', 'ledger'),
      ...make.builtModule('a2', 'store'),
      make.validated(1, {criteria: [make.criterion('p1.c1', 'met')]}),
      ...make.checkpointed(1, BASE.name, 'c1'),
    ])
    assert.deepEqual(terminal.finalLines(), [
      '✔ Phase 1: Base  2 modules · 1/1 criteria met · 15s',
      '- Phase 2: Reports  1 module',
      '- Merge into main',
    ])
  })

  it('keeps below a phase that failed what is wrong with it', async () => {
    const failing = make.verdict('test-command', {status: 'fail', findings: [{message: 'expected 3', file: 'a.js', line: 4}]})
    const terminal = await show(120, [
      ...BEGIN,
      ...make.builtModule('a1', 'ledger'),
      ...make.builtModule('a2', 'store'),
      make.validated(1, {verdicts: [failing], criteria: [make.criterion('p1.c1', 'unmet')]}),
      {type: 'task.failed', reason: 'It does not hold.', exit_code: 6, phase: 1},
    ])
    assert.deepEqual(terminal.finalLines(), [
      '✖ Phase 1: Base  2/2 merged',
      '    ✔ ledger  merged',
      '    ✔ store  merged',
      '    ✖ checks  round 1 · test-command fail (12), 0/1 criteria met',
      '    ✖   test-command: a.js:4 expected 3',
      '    ✖   p1.c1 unmet: All tests pass',
      '- Phase 2: Reports  1 module',
      '- Merge into main',
    ])
  })

  it('shows what each agent is doing while it runs', async () => {
    const events = [...BEGIN, ...make.worktree('ledger'), make.attempt('a1', make.moduleSubject('ledger'), 'fix-executor', 2)]
    const wide = stripVTControlCharacters((await show(120, events, 'Reading SPEC.md')).raw())
    assert.match(wide, /› ledger {2}fix-executor \(replay\) attempt 2 · 55s · Reading SPEC\.md/)
    const narrow = stripVTControlCharacters((await show(60, events, 'Reading SPEC.md')).raw())
    assert.match(narrow, /› ledger {2}fix-executor \(replay\) attempt 2 · 55s\n +Reading SPEC\.md/)
  })

  it('is never wider than the terminal', async () => {
    const says = `${'a very long line '.repeat(20)}日本語`
    const terminal = await show(60, [...BEGIN, ...make.worktree('ledger'), make.attempt('a1', make.moduleSubject('ledger'))], says)
    const widths = stripVTControlCharacters(terminal.raw())
      .split('\n')
      .map((line) => line.length)
    assert.ok(Math.max(...widths) <= 60, String(Math.max(...widths)))
  })

  it('lets nothing of an agent reach the terminal as a command', async () => {
    const events = [...BEGIN, ...make.worktree('ledger'), make.attempt('a1', make.moduleSubject('ledger'))]
    const terminal = await show(120, events, 'evil \u001B]0;owned\u0007\u001B[31mred\u001B[10;10H')
    assert.ok(!terminal.raw().includes('\u001B]0;'))
    assert.ok(!terminal.raw().includes('\u001B[31m'))
    assert.ok(!terminal.raw().includes('\u001B[10;10H'))
  })

  it('gives the cursor and the stream back when it is closed in the middle, even twice', async () => {
    const terminal = createFakeTerminal({columns: 80})
    const {write} = terminal.stream
    const reporter = createLiveReporter({stream: terminal.stream, now: () => make.BEGIN_MS, color: false})
    const log = new make.LogFixture(...BEGIN)
    for (const [index, event] of log.events.entries()) reporter.onEvent(event, log.states[index] ?? log.state)
    await new Promise((resolve) => setImmediate(resolve))
    await reporter.close()
    await reporter.close()
    assert.equal(terminal.stream.write, write)
    assert.ok(terminal.raw().lastIndexOf('\u001B[?25h') > terminal.raw().lastIndexOf('\u001B[?25l'))
  })

  it('draws nothing for a task that no runner came to', async () => {
    assert.equal((await show(80, [make.taskStarted(BASE)])).raw(), '')
  })
})
