import assert from 'node:assert/strict'
import type {EventData, Subject} from '../../src/events.ts'
import {findCheckpoint, foldTask} from '../../src/tasks/reduce.ts'
import {workOf, type TaskState, findAnswer} from '../../src/tasks/state.ts'
import {
  LogFixture,
  SHA,
  attempt,
  builtModule,
  checkpointed,
  committed,
  createPhase,
  finished,
  merged,
  moduleSubject,
  runnerStarted,
  taskStarted,
  validated,
  worktree,
} from '../support/task-fixture.ts'

const A = moduleSubject('a')

/** A task of two phases, the first begun, and what happened since. */
function stateAfter(...events: readonly EventData[]): TaskState {
  const phases = [createPhase(1, 'One', ['a', 'b']), createPhase(2, 'Two', ['c'])]
  return new LogFixture(taskStarted(...phases), runnerStarted(), {type: 'phase.started', phase: 1, base_sha: SHA.base}, ...events).state
}

const ended = (id: string, outcome: Extract<EventData, {type: 'attempt.ended'}>['outcome']): EventData => ({
  type: 'attempt.ended',
  attempt_id: id,
  outcome,
  usage: {tokens: 5, usd: 0.5},
  session: `s-${id}`,
})
const crashed = (id: string) => ended(id, {status: 'failed', cause: 'crashed', retryable: true})
const stageOf = (state: TaskState, phase = 1, module = 0) => state.phases[phase - 1]?.modules[module]?.stage

describe('reduce', () => {
  it('refuses a log that does not begin with the start', () => {
    assert.throws(() => foldTask([{...runnerStarted(), version: 1, at: ''}]), /Internal error/)
    assert.equal(foldTask([]), undefined)
  })

  it('is pure: it changes neither the state nor the event', () => {
    const log = new LogFixture(taskStarted(createPhase(1, 'One', ['a'])), runnerStarted(), ...builtModule('a1', 'a'), validated(1, {}))
    const copies = structuredClone([log.events, log.states])
    assert.deepEqual(foldTask(log.events), log.state)
    assert.deepEqual([log.events, log.states], copies)
  })

  it('knows the version of the last event', () => {
    assert.equal(stateAfter().version, 3)
  })

  describe('of a runner', () => {
    it('runs from its start to its stop', () => {
      assert.deepEqual([stateAfter().status, stateAfter().runner], ['running', {epoch: 1, pid: 4242}])
      const stopped = stateAfter({type: 'runner.stopped', epoch: 1, reason: 'interrupted', exit_code: 130})
      assert.deepEqual([stopped.status, stopped.runner], ['pending', undefined])
    })

    it('does not open an ended task again', () => {
      assert.equal(stateAfter({type: 'task.completed', sha: SHA.final, reason: ''}, runnerStarted(2)).status, 'complete')
      assert.equal(stateAfter({type: 'task.cancelled', reason: ''}, runnerStarted(2)).status, 'cancelled')
    })

    it('changes nothing by what is only told', () => {
      const told: readonly EventData[] = [
        {type: 'orphans.killed', pids: [1]},
        {type: 'drift.repaired', what: ''},
        {type: 'attempt.strayed', attempt_id: 'a1', what: ''},
        {type: 'module.merging', phase: 1, module: 'a', sha: SHA.work},
      ]
      assert.deepEqual({...stateAfter(...told), version: 0}, {...stateAfter(), version: 0})
    })
  })

  describe('of a test suite', () => {
    const subject = {kind: 'phase', phase: 1} as const
    const started: EventData = {type: 'validation.started', subject, round: 2, sha: SHA.work}
    const base: EventData = {type: 'baseline.started', key: 'k', sha: SHA.base, script: 'npm test'}
    const openOf = (...events: readonly EventData[]) =>
      stateAfter(...events).suites.map(({baseline, isWaiting}) => [baseline?.script ?? 'validation', isWaiting])

    it('knows what is under way, and what waits for its turn', () => {
      assert.deepEqual(openOf(started, {type: 'suite.waiting', subject}), [['validation', true]])
      assert.deepEqual(openOf(started, {type: 'suite.waiting', subject}, {type: 'suite.resumed', subject}, base), [
        ['validation', false],
        ['npm test', false],
      ])
    })

    it('knows of what only waits, as a review does, while it waits', () => {
      const review = {kind: 'review', phase: 1} as const
      const waiting = stateAfter({type: 'suite.waiting', subject: review})
      assert.deepEqual(
        waiting.suites.map((suite) => suite.subject),
        [review],
      )
      assert.deepEqual(openOf({type: 'suite.waiting', subject: review}, {type: 'suite.resumed', subject: review}), [])
    })

    it('forgets what has ended, and all that a runner left', () => {
      const recorded: EventData = {type: 'baseline.recorded', key: 'k', failing: ['a'], failing_digests: ['x'], exit_code: 1}
      assert.deepEqual(openOf(started, base, recorded), [['validation', false]])
      assert.deepEqual(stateAfter(base, recorded).baselines, {k: {failing: ['a'], digests: ['x'], exitCode: 1}})
      assert.deepEqual(openOf(started, base, runnerStarted(2)), [])
    })
  })

  describe('of a worktree', () => {
    it('is not ready between intent and effect', () => {
      const [creating, created] = worktree('a')
      assert.ok(creating && created)
      const [half, whole] = [stateAfter(creating), stateAfter(creating, created)]
      assert.deepEqual([half.worktrees[0]?.isReady, stageOf(half)], [false, 'preparing'])
      assert.deepEqual([whole.worktrees[0]?.isReady, stageOf(whole)], [true, 'working'])
      assert.equal(whole.worktrees.length, 1)
    })

    it('is forgotten when it is removed', () => {
      assert.deepEqual(stateAfter(...worktree('a'), {type: 'worktree.removed', name: 'a', path: '/trees/a'}).worktrees, [])
    })

    it('that is made again does not take a module back', () => {
      assert.equal(
        stageOf(stateAfter(...worktree('a'), attempt('a1', A), finished('a1'), committed('a1', A), ...worktree('a'))),
        'committed',
      )
    })
  })

  describe('of an attempt', () => {
    it('is open until it ends', () => {
      const open = stateAfter(attempt('a1', A), {type: 'attempt.started', attempt_id: 'a1', pid: 7})
      assert.deepEqual([open.openAttempts[0]?.pid, workOf(open, A).open, open.attemptsBegun], [7, 'a1', 1])
      const done = stateAfter(attempt('a1', A), finished('a1'))
      assert.deepEqual([done.openAttempts.length, workOf(done, A).open, workOf(done, A).finished], [0, undefined, 'a1'])
    })

    it('counts when it finished, failed, fell silent or ran out of time', () => {
      const outcomes = [
        {status: 'finished'},
        {status: 'failed', cause: 'x', retryable: true},
        {status: 'stalled', silentMs: 1000},
        {status: 'timed-out', limitMs: 1000},
      ] as const
      for (const outcome of outcomes)
        assert.equal(workOf(stateAfter(attempt('a1', A), ended('a1', outcome)), A).attempts, 1, outcome.status)
    })

    it('does not count when it was interrupted, cancelled, rate-limited or out of money', () => {
      const outcomes = [{status: 'cancelled'}, {status: 'rate-limited', retryAfterMs: 1}, {status: 'over-budget', usd: 1}] as const
      for (const outcome of outcomes)
        assert.equal(workOf(stateAfter(attempt('a1', A), ended('a1', outcome)), A).attempts, 0, outcome.status)
      assert.equal(workOf(stateAfter(attempt('a1', A), {type: 'attempt.interrupted', attempt_id: 'a1'}), A).attempts, 0)
    })

    it('adds up what it used, and keeps the session, however it ended', () => {
      const state = stateAfter(attempt('a1', A), crashed('a1'), attempt('a2', A), ended('a2', {status: 'cancelled'}))
      assert.deepEqual(
        [state.usage, workOf(state, A).session],
        [
          {tokens: 10, usd: 1},
          {backend: 'replay', id: 's-a2'},
        ],
      )
    })

    it('has no second end', () => {
      const interrupted = stateAfter(attempt('a1', A), {type: 'attempt.interrupted', attempt_id: 'a1'}, crashed('a1'))
      assert.equal(workOf(interrupted, A).attempts, 0)
    })

    it('leaves the cause of a failure, and findings in files, to the next one', () => {
      const rejected: EventData = {type: 'work.rejected', subject: A, attempt_id: 'a1', findings: [{message: 'marker', file: 'x'}]}
      const work = workOf(stateAfter(attempt('a1', A), finished('a1'), rejected, attempt('a2', A), crashed('a2')), A)
      assert.deepEqual(work.findings, [{message: 'The agent failed: crashed'}, {message: 'marker', file: 'x'}])
    })

    it('ends the hope for a module when it cannot be retried', () => {
      const work = workOf(stateAfter(attempt('a1', A), ended('a1', {status: 'failed', cause: 'no key', retryable: false})), A)
      assert.equal(work.hopeless, 'no key')
    })
  })

  describe('of work', () => {
    it('is committed, then merged', () => {
      const state = stateAfter(...worktree('a'), attempt('a1', A), finished('a1'), committed('a1', A))
      assert.deepEqual([stageOf(state), state.phases[0]?.modules[0]?.sha, workOf(state, A).finished], ['committed', SHA.work, undefined])
      const done = stateAfter(...builtModule('a1', 'a'))
      assert.deepEqual([stageOf(done), done.integrationSha], ['merged', SHA.merge])
    })

    it('conflicts with its files, until the merge is there', () => {
      const conflicted: EventData = {type: 'module.conflicted', phase: 1, module: 'a', sha: SHA.work, files: ['shared']}
      const state = stateAfter(conflicted)
      assert.deepEqual([stageOf(state), state.phases[0]?.modules[0]?.conflicts], ['conflicted', ['shared']])
      assert.deepEqual(stateAfter(conflicted, merged('a')).phases[0]?.modules[0]?.conflicts, [])
    })

    it('of a repair moves integration and voids what was prepared from the old tip', () => {
      const phase: Subject = {kind: 'phase', phase: 1}
      const prepared: EventData = {type: 'finish.prepared', base_sha: SHA.base, sha: SHA.final, mode: 'merge'}
      const state = stateAfter(prepared, {type: 'work.committed', subject: phase, attempt_id: 'a1', sha: SHA.work, files_changed: 1})
      assert.deepEqual([state.integrationSha, state.finish.prepared], [SHA.work, undefined])
    })

    it('of the base branch is kept apart from the modules', () => {
      const base: Subject = {kind: 'merge', phase: 0, module: 'base'}
      const conflicted = stateAfter({type: 'module.conflicted', phase: 0, module: 'base', sha: SHA.work, files: ['x']})
      assert.deepEqual(conflicted.finish.conflict, {sha: SHA.work, files: ['x']})
      const tried = stateAfter(attempt('a1', base, 'synthesis-architect'), crashed('a1'))
      assert.deepEqual([workOf(tried, base).attempts, tried.finish.merge.attempts], [1, 1])
      const done = stateAfter(attempt('a1', base, 'synthesis-architect'), crashed('a1'), merged('base', 0))
      assert.deepEqual([done.finish.conflict, done.finish.merge.attempts, done.integrationSha], [undefined, 1, SHA.merge])
    })
  })

  describe('of a phase', () => {
    it('keeps its last validation, and that of the finish apart', () => {
      const state = stateAfter(validated(1, {}), {
        type: 'validation.finished',
        subject: {kind: 'finish'},
        round: 1,
        sha: SHA.final,
        passed: false,
        verdicts: [],
        criteria: [],
      })
      assert.deepEqual([state.phases[0]?.validation?.passed, state.finish.validation?.passed], [true, false])
    })

    it('is complete with its checkpoint', () => {
      const state = stateAfter(...checkpointed(1, 'Phase 1: One', 'c1'))
      assert.deepEqual(
        [state.phases[0]?.stage, state.phases[0]?.checkpointId, findCheckpoint(state, 'c1')?.sha],
        ['complete', 'c1', SHA.merge],
      )
    })

    it('that no spec lists is remembered by its name', () => {
      assert.deepEqual(stateAfter({type: 'phase.completed', phase: 0, name: 'Docs', checkpoint_id: 'c1'}).unlistedPhases, ['Docs'])
    })

    it('is given attempts on top, again and again', () => {
      const granted: EventData = {type: 'attempts.granted', phase: 1, count: 3}
      assert.equal(stateAfter(granted, granted).phases[0]?.granted, 6)
    })
  })

  describe('of a spec that was accepted anew', () => {
    it('leaves a complete phase as it was, and reads the others anew', () => {
      const phases = [createPhase(1, 'Other', ['x']), createPhase(2, 'Two', ['d'])]
      const accepted: EventData = {type: 'spec.accepted', sha256: 'f'.repeat(64), text: '', spec: {title: '', phases}}
      const state = stateAfter(...checkpointed(1, 'Phase 1: One', 'c1'), accepted)
      assert.deepEqual(
        state.phases.map(({phase, stage}) => [phase.name, stage]),
        [
          ['Phase 1: One', 'complete'],
          ['Phase 2: Two', 'pending'],
        ],
      )
      assert.deepEqual(
        state.phases[1]?.modules.map(({name}) => name),
        ['d'],
      )
    })
  })

  describe('of the finish', () => {
    it('goes from prepared through merging to merged', () => {
      const prepared: EventData = {type: 'finish.prepared', base_sha: SHA.base, sha: SHA.final, mode: 'ff'}
      const merging: EventData = {type: 'finish.merging', base_sha: SHA.base, sha: SHA.final}
      assert.deepEqual(stateAfter(prepared).finish.prepared, {baseSha: SHA.base, sha: SHA.final, mode: 'ff'})
      assert.equal(stateAfter(prepared, merging).finish.merging, true)
      const {finish} = stateAfter(prepared, merging, {type: 'finish.merged', branch: 'refs/heads/main', sha: SHA.final})
      assert.deepEqual([finish.merging, finish.merged], [false, {branch: 'refs/heads/main', sha: SHA.final}])
    })

    it('waits while it is blocked, until the task is reopened', () => {
      const blocked: EventData = {type: 'finish.blocked', reason: 'dirty', command: 'git merge x'}
      assert.deepEqual(
        [stateAfter(blocked).status, stateAfter(blocked).finish.blocked],
        ['waiting', {reason: 'dirty', command: 'git merge x'}],
      )
      const reopened = stateAfter(blocked, {type: 'task.reopened'})
      assert.deepEqual([reopened.status, reopened.finish.blocked], ['pending', undefined])
    })
  })

  describe('of a task', () => {
    it('waits while it is paused', () => {
      const paused: EventData = {type: 'task.paused', reason: 'Wait.', until: '2026-03-01T12:10:00.000Z'}
      assert.deepEqual([stateAfter(paused).status, stateAfter(paused).pause?.reason], ['waiting', 'Wait.'])
      const unpaused = stateAfter(paused, {type: 'task.unpaused'})
      assert.deepEqual([unpaused.status, unpaused.pause], ['running', undefined])
    })

    it('ends in one of three ways', () => {
      assert.deepEqual(endingOf({type: 'task.completed', sha: SHA.final, reason: 'r'}), ['complete', 0])
      assert.deepEqual(endingOf({type: 'task.cancelled', reason: 'r'}), ['cancelled', 130])
      assert.deepEqual(endingOf({type: 'task.failed', reason: 'r', exit_code: 6, phase: 1, module: 'a'}), ['failed', 6])
    })

    it('remembers a wish to cancel, baselines and answers', () => {
      assert.equal(stateAfter({type: 'cancel.requested'}).cancelRequested, true)
      const baseline = stateAfter({type: 'baseline.recorded', key: 'k', failing: ['t'], exit_code: 1})
      assert.deepEqual(baseline.baselines, {k: {failing: ['t'], exitCode: 1}})
      const answered = stateAfter({type: 'request.answered', request_id: 'r1', operation: 'start_task', result: {x: 1}})
      assert.deepEqual(findAnswer(answered, 'r1'), {requestId: 'r1', operation: 'start_task', result: {x: 1}})
      assert.equal(findAnswer(answered, 'r2'), undefined)
    })

    it('that is reopened goes on where it failed, with the attempts that it had spent', () => {
      const spent = [attempt('a1', A), crashed('a1'), attempt('a2', A), ended('a2', {status: 'failed', cause: 'no key', retryable: false})]
      const failed: EventData = {type: 'task.failed', reason: 'r', exit_code: 6, phase: 1, module: 'a'}
      const state = stateAfter(...worktree('a'), ...spent, failed, {type: 'task.reopened', limits: {usd: 9}})
      assert.deepEqual([state.status, state.ending, state.phases[0]?.stage, stageOf(state)], ['pending', undefined, 'building', 'working'])
      const {attempts, hopeless} = workOf(state, A)
      assert.deepEqual([attempts, hopeless, state.raisedLimits], [2, undefined, {usd: 9}])
    })

    it('that is reopened after a conflict goes on with the conflict', () => {
      const conflicted: EventData = {type: 'module.conflicted', phase: 1, module: 'a', sha: SHA.work, files: ['shared']}
      const failed: EventData = {type: 'task.failed', reason: 'r', exit_code: 7, phase: 1, module: 'a'}
      assert.equal(stageOf(stateAfter(conflicted, failed, {type: 'task.reopened'})), 'conflicted')
    })
  })

  describe('of a rollback', () => {
    const all = [...builtModule('a1', 'a'), ...builtModule('a2', 'b'), validated(1, {}), ...checkpointed(1, 'Phase 1: One', 'c1')]
    const rolled: EventData = {type: 'rolled.back', checkpoint_id: 'c1', sha: SHA.merge, safety_checkpoint: 'c2'}

    it('keeps the phases that the checkpoint holds, and does the later ones again', () => {
      const state = stateAfter(...all, {type: 'phase.started', phase: 2, base_sha: SHA.merge}, ...worktree('c', 2), rolled)
      assert.deepEqual(
        state.phases.map(({stage}) => stage),
        ['complete', 'pending'],
      )
      assert.equal(stageOf(state, 2), 'pending')
      assert.deepEqual([state.integrationSha, state.status], [SHA.merge, 'pending'])
    })

    it('opens an ended task again, and forgets its finish', () => {
      const ending: EventData = {type: 'task.completed', sha: SHA.final, reason: ''}
      const state = stateAfter(...all, {type: 'finish.merged', branch: 'refs/heads/main', sha: SHA.final}, ending, rolled)
      assert.deepEqual([state.status, state.ending, state.finish.merged], ['pending', undefined, undefined])
    })

    it('never gives attempt ids or money back', () => {
      const before = stateAfter(...all, attempt('a3', moduleSubject('c', 2)), crashed('a3'))
      const after = stateAfter(...all, attempt('a3', moduleSubject('c', 2)), crashed('a3'), rolled)
      assert.deepEqual([after.attemptsBegun, after.usage], [before.attemptsBegun, before.usage])
    })
  })
})

function endingOf(event: EventData): readonly unknown[] {
  const {status, ending} = stateAfter(event)
  return [status, ending?.exitCode]
}
