import assert from 'node:assert/strict'
import type {AgentOutcome} from '../../src/agents/agent.ts'
import type {EventData} from '../../src/events.ts'
import {describeEvent} from '../../src/ui/describe-event.ts'
import {formatClock} from '../../src/ui/text.ts'
import * as make from '../support/task-fixture.ts'

const PHASE = make.createPhase(1, 'Base', ['ledger', 'store'])
const LEDGER = make.moduleSubject('ledger')

/** The line for `event` after a task with a running attempt `a1` on the module ledger. */
function lineOf(event: EventData, ...earlier: readonly EventData[]): string | undefined {
  const log = new make.LogFixture(
    make.taskStarted(PHASE),
    make.runnerStarted(),
    ...make.worktree('ledger'),
    make.attempt('a1', LEDGER),
    ...earlier,
  )
  const before = log.state
  const full = log.add(event).events.at(-1)
  assert.ok(full)
  return describeEvent(full, before)
}

const ended = (outcome: AgentOutcome): EventData => ({type: 'attempt.ended', attempt_id: 'a1', outcome, usage: {tokens: 1200, usd: 0.1}})

/** One entry for each type of event; the compiler sees to it that none is missing. */
const LINES: {readonly [Type in EventData['type']]: readonly [Extract<EventData, {type: Type}>, string | undefined]} = {
  'task.started': [
    make.taskStarted(PHASE) as Extract<EventData, {type: 'task.started'}>,
    'task k3f9abcd on main (aaaaaaa): Build the ledger',
  ],
  'runner.started': [
    make.runnerStarted() as Extract<EventData, {type: 'runner.started'}>,
    'running task k3f9abcd on main: Build the ledger',
  ],
  'runner.stopped': [{type: 'runner.stopped', epoch: 1, reason: 'interrupted', exit_code: 130}, 'stopped: interrupted (exit code 130)'],
  'orphans.killed': [{type: 'orphans.killed', pids: [7, 8]}, 'ended 2 programs that an earlier run had left behind'],
  'drift.repaired': [{type: 'drift.repaired', what: 'The worktree was gone.'}, 'repaired: The worktree was gone.'],
  'spec.accepted': [
    {type: 'spec.accepted', sha256: 'f'.repeat(64), spec: {title: '', phases: [PHASE]}, text: ''},
    'the changed spec is accepted (sha256 ffffffffffff)',
  ],
  'phase.started': [{type: 'phase.started', phase: 1, base_sha: make.SHA.base}, 'Phase 1: Base started'],
  'worktree.creating': [make.worktree('store')[0] as Extract<EventData, {type: 'worktree.creating'}>, undefined],
  'worktree.created': [make.worktree('store')[1] as Extract<EventData, {type: 'worktree.created'}>, undefined],
  'worktree.removed': [{type: 'worktree.removed', name: 'store', path: '/trees/store'}, undefined],
  'attempt.starting': [
    make.attempt('a2', make.moduleSubject('store')) as Extract<EventData, {type: 'attempt.starting'}>,
    'module store: implementation-executor (replay) attempt 1',
  ],
  'attempt.started': [{type: 'attempt.started', attempt_id: 'a1', pid: 9}, undefined],
  'attempt.ended': [
    ended({status: 'finished'}) as Extract<EventData, {type: 'attempt.ended'}>,
    'module ledger: finished in 1.0s, 1,200 tokens, 0.10 USD',
  ],
  'attempt.interrupted': [
    {type: 'attempt.interrupted', attempt_id: 'a1', kept: 'refs/conduct/k/kept/a1'},
    'module ledger: interrupted, its work is kept as refs/conduct/k/kept/a1',
  ],
  'attempt.strayed': [{type: 'attempt.strayed', attempt_id: 'a1', what: 'It committed on main.'}, 'module ledger: It committed on main.'],
  'work.committed': [
    make.committed('a1', LEDGER) as Extract<EventData, {type: 'work.committed'}>,
    'module ledger: committed 4 files as bbbbbbb',
  ],
  'work.rejected': [
    {type: 'work.rejected', subject: LEDGER, attempt_id: 'a1', findings: [{message: 'No file changed.'}, {message: 'x'}]},
    'module ledger: not accepted: No file changed. (and 1 more)',
  ],
  'module.merging': [{type: 'module.merging', phase: 1, module: 'ledger', sha: make.SHA.work}, undefined],
  'module.conflicted': [
    {type: 'module.conflicted', phase: 1, module: 'ledger', sha: make.SHA.work, files: ['src/x.js', 'b.js']},
    'conflict of ledger in src/x.js, b.js',
  ],
  'module.merged': [make.merged('ledger') as Extract<EventData, {type: 'module.merged'}>, 'merged ledger (12 hunks checked)'],
  'worktree.merged': [
    {
      type: 'worktree.merged',
      name: 'docs',
      sha: make.SHA.merge,
      merge_sha: make.SHA.merge,
      receipt: {reachable: true, hunks_checked: 2, hunks_lost: [], conflicts: []},
    },
    'merged the worktree docs (2 hunks checked)',
  ],
  'baseline.started': [
    {type: 'baseline.started', key: 'k', sha: make.SHA.base, script: 'npm test'},
    'running `npm test` on aaaaaaa, to tell old failures from new ones',
  ],
  'suite.waiting': [
    {type: 'suite.waiting', subject: {kind: 'phase', phase: 1}},
    'Phase 1: Base: waits, another test suite runs on this machine',
  ],
  'suite.resumed': [{type: 'suite.resumed', baseline: 'k'}, 'the run on the base commit: its turn has come'],
  'baseline.recorded': [
    {type: 'baseline.recorded', key: 'k', failing: ['a', 'b'], exit_code: 1},
    'before the work began 2 tests failed already: a, b',
  ],
  'validation.started': [
    {type: 'validation.started', subject: {kind: 'phase', phase: 1}, round: 2, sha: make.SHA.merge},
    'Phase 1: Base: checks, round 2',
  ],
  'validation.finished': [
    make.validated(1, {verdicts: [make.verdict('test-command'), make.verdict('todo', {executed: null})]}) as Extract<
      EventData,
      {type: 'validation.finished'}
    >,
    'Phase 1: Base: checks passed: test-command (12), todo',
  ],
  'review.answered': [
    {
      type: 'review.answered',
      subject: {kind: 'review', phase: 1},
      sha: make.SHA.merge,
      attempt_id: 'a4',
      claims: [],
      problem: 'it wrote no answer.',
    },
    'review of Phase 1: Base: no answer: it wrote no answer.',
  ],
  'review.finished': [
    {
      type: 'review.finished',
      subject: {kind: 'review', phase: 1},
      sha: make.SHA.merge,
      passed: false,
      criteria: [make.criterion('p1.c1', 'met'), {...make.criterion('p1.c2', 'unmet', 'It is fast'), evidence: 'a.js:4 `sleep(9)`'}],
    },
    'review of Phase 1: Base: 1 met, 1 unmet, 0 unverified; criterion p1.c2 unmet: It is fast (a.js:4 `sleep(9)`)',
  ],
  'audit.finished': [
    {
      type: 'audit.finished',
      sha: make.SHA.final,
      attempt_id: 'a5',
      verdict: make.verdict('security-audit', {status: 'fail', findings: [{message: 'high: shell injection', file: 'a.js', line: 4}]}),
    },
    'security audit: a.js:4 high: shell injection',
  ],
  'checkpoint.created': [
    make.checkpointed(1, PHASE.name, 'c1')[0] as Extract<EventData, {type: 'checkpoint.created'}>,
    'checkpoint c1 ccccccc',
  ],
  'phase.completed': [{type: 'phase.completed', phase: 1, name: PHASE.name, checkpoint_id: 'c1'}, 'Phase 1: Base complete'],
  'rolled.back': [
    {type: 'rolled.back', checkpoint_id: 'c1', sha: make.SHA.merge, safety_checkpoint: 'c4'},
    'rolled back to c1 (ccccccc); what was there is c4',
  ],
  'finish.prepared': [{type: 'finish.prepared', base_sha: make.SHA.base, sha: make.SHA.final, mode: 'merge'}, undefined],
  'approval.requested': [{type: 'approval.requested', sha: make.SHA.final}, 'verified as ddddddd; it waits for your approval'],
  'approval.given': [{type: 'approval.given', sha: make.SHA.final}, 'the merge of ddddddd is approved'],
  'finish.merging': [{type: 'finish.merging', base_sha: make.SHA.base, sha: make.SHA.final}, undefined],
  'finish.merged': [{type: 'finish.merged', branch: 'refs/heads/main', sha: make.SHA.final}, 'merged into main as ddddddd'],
  'finish.blocked': [
    {type: 'finish.blocked', reason: 'Your checkout has changes.', command: 'git merge x'},
    'not merged: Your checkout has changes. Merge it yourself: git merge x',
  ],
  'checkout.changed': [{type: 'checkout.changed', files: ['a.js']}, 'changed in your checkout, not by conduct: a.js'],
  'hook.skipped': [
    {type: 'hook.skipped', hook: 'pre-merge-commit', why: 'it changed.'},
    'your pre-merge-commit hook was not run: it changed.',
  ],
  'task.paused': [
    {type: 'task.paused', reason: 'The provider asked to wait.', until: '2026-03-01T13:00:00.000Z'},
    `paused until ${formatClock('2026-03-01T13:00:00.000Z')}: The provider asked to wait.`,
  ],
  'task.unpaused': [{type: 'task.unpaused'}, 'the pause is over'],
  'cancel.requested': [{type: 'cancel.requested'}, 'cancel requested'],
  'attempts.granted': [{type: 'attempts.granted', phase: 1, count: 3}, 'Phase 1: Base: 3 more attempts allowed'],
  'task.completed': [{type: 'task.completed', sha: make.SHA.final, reason: 'All is done.'}, 'complete: All is done.'],
  'task.failed': [{type: 'task.failed', reason: 'It does not hold.', exit_code: 6}, 'failed: It does not hold.'],
  'task.cancelled': [{type: 'task.cancelled', reason: 'Cancelled by request.'}, 'cancelled: Cancelled by request.'],
  'task.reopened': [{type: 'task.reopened'}, 'the task goes on'],
  'request.answered': [{type: 'request.answered', request_id: 'r', operation: 'o', result: {}}, undefined],
  'call.started': [{type: 'call.started', tool: 'validate_phase'}, undefined],
  'call.asked': [{type: 'call.asked', requests: {}}, undefined],
  'call.answered': [{type: 'call.answered', responses: {}}, undefined],
  'call.cancel_requested': [{type: 'call.cancel_requested'}, undefined],
  'call.ended': [{type: 'call.ended', outcome: {status: 'cancelled'}}, undefined],
}

describe('a line for an event', () => {
  for (const [type, [event, line]] of Object.entries(LINES)) {
    it(`says ${line === undefined ? 'nothing of' : 'what matters of'} ${type}`, () => {
      assert.equal(lineOf(event), line)
    })
  }

  it('says how an attempt went wrong', () => {
    assert.equal(
      lineOf(ended({status: 'failed', cause: 'no key', retryable: false})),
      'module ledger: The agent failed: no key, 1,200 tokens, 0.10 USD',
    )
  })

  it('names each failing check with its first finding, and each unmet criterion', () => {
    const test = make.verdict('test-command', {status: 'fail', findings: [{message: 'expected 3', file: 'a.js', line: 4}, {message: 'x'}]})
    const event = make.validated(1, {
      verdicts: [test, make.verdict('todo')],
      criteria: [make.criterion('p1.c1', 'unmet'), make.criterion('p1.c2', 'unverified')],
    })
    assert.equal(
      lineOf(event),
      'Phase 1: Base: test-command failed: a.js:4 expected 3 (and 1 more); criterion p1.c1 unmet: All tests pass; 1 unverified criterion',
    )
  })

  it('is one line without control characters, whatever an agent wrote', () => {
    const line = lineOf({type: 'attempt.strayed', attempt_id: 'a1', what: 'evil\u001B[2J\nsecond\rthird'})
    assert.equal(line, 'module ledger: evil second third')
  })

  it('says nothing of a clean baseline', () => {
    assert.equal(lineOf({type: 'baseline.recorded', key: 'k', failing: [], exit_code: 0}), undefined)
  })

  it('counts the failures of a baseline that are too many to be named', () => {
    const recorded = {type: 'baseline.recorded', key: 'k', failing: ['a'], failing_digests: ['x', 'y'], exit_code: 1} as const
    assert.equal(lineOf(recorded), 'before the work began 3 tests failed already: a')
  })

  it('says that nothing is known of a base that could not be set up', () => {
    assert.match(lineOf({type: 'baseline.recorded', key: 'k', failing: null, exit_code: null}) ?? '', /could not be run/)
  })
})
