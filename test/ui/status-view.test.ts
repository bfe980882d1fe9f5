import assert from 'node:assert/strict'
import {toResult} from '../../src/run/result.ts'
import {toStatusResult} from '../../src/ui/status-result.ts'
import {renderStatus} from '../../src/ui/status-view.ts'
import {renderResult} from '../../src/ui/summary.ts'
import {toTaskItem} from '../../src/tasks/views.ts'
import {renderTasks} from '../../src/ui/tasks-view.ts'
import * as make from '../support/task-fixture.ts'

const BASE = make.createPhase(1, 'Base', ['ledger', 'store'], {criteria: [{id: 'p1.c1', text: 'All tests pass', code: [], line: 1}]})
const REPORT = make.createPhase(2, 'Reports', ['report'])
const COMPLETE_BASE = [
  {type: 'phase.started', phase: 1, base_sha: make.SHA.base} as const,
  ...make.builtModule('a1', 'ledger'),
  ...make.builtModule('a2', 'store'),
  make.validated(1, {criteria: [make.criterion('p1.c1', 'met')]}),
  ...make.checkpointed(1, BASE.name, 'c1'),
]

/** The second phase runs: one agent on its module. */
function runningTask() {
  return new make.LogFixture(
    make.taskStarted(BASE, REPORT),
    make.runnerStarted(),
    ...COMPLETE_BASE,
    {type: 'phase.started', phase: 2, base_sha: make.SHA.merge},
    ...make.worktree('report', 2),
    make.attempt('a3', make.moduleSubject('report', 2)),
  )
}

describe('the status of a task', () => {
  const options = {now: make.BEGIN_MS + 60_000, columns: 100, isRunning: true}

  it('shows phases, modules, agents and the checkpoint, and what to type next', () => {
    assert.equal(
      renderStatus(runningTask().state, options),
      [
        'task    k3f9abcd  running, process 4242 works on it',
        'about   Build the ledger',
        'spec    .spec/SPEC.md',
        'base    main at aaaaaaa',
        'folder  /home/ada/ledger',
        '',
        '✔ Phase 1: Base  checkpoint c1 ccccccc',
        '    checks: test-command pass (12 executed)',
        '    criteria: 1 met, 0 unmet, 0 unverified',
        '',
        '› Phase 2: Reports',
        '    › report  working    conduct/k3f9abcd/p2/report',
        '',
        'agents:',
        '    module report  implementation-executor (replay)  attempt 1  for 39s',
        '',
        'last checkpoint: c1 ccccccc, Phase 1: Base',
        '',
        'It runs. Watch it: conduct status k3f9abcd --watch',
      ].join('\n'),
    )
  })

  it('says when the process of a running task is gone, and how to go on', () => {
    const text = renderStatus(runningTask().state, {...options, isRunning: false})
    assert.match(text, /running, but its process is gone/)
    assert.match(text, /agents that were interrupted:/)
    assert.match(text, /conduct resume k3f9abcd/)
  })

  it('shows the findings and criteria that keep a phase from being complete', () => {
    const failing = make.verdict('test-command', {status: 'fail', findings: [{message: 'expected 3\nat x', file: 'a.js', line: 4}]})
    const log = new make.LogFixture(make.taskStarted(BASE), ...COMPLETE_BASE.slice(0, -3))
    log.add(make.validated(1, {verdicts: [failing], criteria: [make.criterion('p1.c1', 'unmet')]}))
    const text = renderStatus(log.state, options)
    assert.match(text, /✖ test-command: a\.js:4 expected 3\n/)
    assert.match(text, /✖ p1\.c1 unmet by tests: All tests pass/)
  })

  it('prints no control character that a spec or an agent brought', () => {
    const phase = make.createPhase(1, 'Evil\u001B[2J', ['led\u0007ger'])
    const log = new make.LogFixture(make.taskStarted(phase), {type: 'phase.started', phase: 1, base_sha: make.SHA.base})
    assert.doesNotMatch(renderStatus(log.state, options), /[^\P{Cc}\n]/u)
  })

  it('has no exit code as long as nothing can be said of the end', () => {
    assert.equal(toStatusResult(runningTask().state, true).exit_code, null)
    const failed = runningTask().add({type: 'task.failed', reason: 'x', exit_code: 6, phase: 2})
    assert.equal(toStatusResult(failed.state, false).exit_code, 6)
    const blocked = runningTask().add({type: 'finish.blocked', reason: 'dirty', command: 'git merge x'})
    assert.equal(toStatusResult(blocked.state, false).exit_code, 7)
  })

  it('does not call a task interrupted that nobody worked on yet', () => {
    const {reason} = toStatusResult(new make.LogFixture(make.taskStarted(BASE)).state, false)
    assert.equal(reason, 'Nothing was done yet. Go on with: conduct resume k3f9abcd')
  })

  it('does not say that nothing was done where somebody conducts it by hand', () => {
    const log = new make.LogFixture(make.taskStarted(BASE), ...make.worktree('ledger', 1))
    const {reason} = toStatusResult(log.state, false)
    assert.equal(reason, 'It is conducted by hand, or by an agent. To let conduct finish it: conduct resume k3f9abcd')
  })
})

describe('the summary of a run', () => {
  it('has a line of evidence for every criterion, the tests that ran, and the merge', () => {
    const log = new make.LogFixture(make.taskStarted(BASE), make.runnerStarted(), ...COMPLETE_BASE)
    log.add(
      {type: 'finish.merged', branch: 'refs/heads/main', sha: make.SHA.final},
      {type: 'task.completed', sha: make.SHA.final, reason: 'All phases are done and verified.'},
    )
    assert.equal(
      renderResult(toResult(log.state, 0), {columns: 100}),
      [
        '✔ k3f9abcd complete',
        '',
        '✔ Phase 1: Base  checkpoint c1 ccccccc',
        '    modules: ✔ ledger  ✔ store',
        '    12 tests executed; criteria: 1 met, 0 unmet, 0 unverified',
        '    ✔ p1.c1 met by tests: All tests pass (12 tests ran, none failed.)',
        '',
        'result: ddddddd (main began at aaaaaaa)',
        '',
        'All phases are done and verified.',
      ].join('\n'),
    )
  })

  it('says in its last line what failed and what to type, unbroken, so that it can be copied', () => {
    const log = runningTask().add({type: 'task.failed', reason: 'Module report is not done.', exit_code: 6, phase: 2, module: 'report'})
    const last = renderResult(toResult(log.state, 6), {columns: 40}).split('\n').at(-1) ?? ''
    assert.match(last, /^Module report is not done\..*conduct logs report.*conduct resume k3f9abcd --retry report$/)
  })
})

describe('the list of tasks', () => {
  it('has a row for each, with how far it is', () => {
    const item = toTaskItem(runningTask().state, '2026-03-01T12:00:00.000Z')
    assert.equal(renderTasks([item], {all: false, columns: 100}), '› k3f9abcd  running  2026-03-01 12:00  1/2 phases  Build the ledger')
    assert.match(renderTasks([item], {all: true, columns: 100}), /\/home\/ada\/ledger/)
  })

  it('says how to begin when there is none', () => {
    assert.match(renderTasks([], {all: false, columns: 80}), /conduct run/)
  })
})
