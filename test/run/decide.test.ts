import assert from 'node:assert/strict'
import {array, assert as assertProperty, boolean, integer, nat, property, record} from 'fast-check'
import type {CriterionVerdict, EventData, ReviewSubject, Subject, TaskEvent} from '../../src/events.ts'
import {decide} from '../../src/run/decide.ts'
import {stepKey, type DecideOptions, type Step} from '../../src/run/step.ts'
import {foldTask} from '../../src/tasks/reduce.ts'
import {subjectKey, type TaskState} from '../../src/tasks/state.ts'
import {
  LogFixture,
  SHA,
  attempt,
  builtModule,
  checkpointed,
  committed,
  createPhase,
  criterion,
  finished,
  moduleSubject,
  runnerStarted,
  taskStarted,
  validated,
  verdict,
  worktree,
} from '../support/task-fixture.ts'
import {FakeWorld, type Choose, type Course} from './fake-world.ts'

const NOW = Date.parse('2026-03-01T13:00:00.000Z')
const OPTIONS: DecideOptions = {parallel: 2, attempts: 3, now: NOW}
const BASELINE: EventData = {type: 'baseline.recorded', key: '', failing: [], exit_code: 0}

/** A task of one phase without a test command, begun, and what happened since. */
function logOf(modules: readonly string[], ...events: readonly EventData[]): LogFixture {
  const phase = createPhase(1, 'One', modules, {testCommand: ''})
  return new LogFixture(taskStarted(phase), runnerStarted(), {type: 'phase.started', phase: 1, base_sha: SHA.base}, ...events)
}

const next = (log: LogFixture, options: Partial<DecideOptions> = {}) => decide(log.state, {...OPTIONS, ...options}).map(stepKey)

const failed = (id: string, retryable = true): EventData => ({
  type: 'attempt.ended',
  attempt_id: id,
  outcome: {status: 'failed', cause: 'crashed', retryable},
  usage: {tokens: 0, usd: 0},
})

describe('decide', () => {
  it('starts the first phase that is not complete, and no other', () => {
    const log = new LogFixture(taskStarted(createPhase(1, 'One', ['a']), createPhase(2, 'Two', ['b'])), runnerStarted())
    assert.deepEqual(next(log), ['start-phase p1'])
  })

  it('takes a baseline once for a test command', () => {
    const log = new LogFixture(taskStarted(createPhase(1, 'One', ['a'])), {type: 'phase.started', phase: 1, base_sha: SHA.base})
    const [first] = decide(log.state, OPTIONS)
    assert.ok(first?.type === 'record-baseline')
    log.add({...BASELINE, key: first.key} as EventData)
    assert.deepEqual(next(log), ['prepare-worktree p1/a'])
  })

  it('builds as many modules at a time as allowed, in the order of the spec', () => {
    assert.deepEqual(next(logOf(['a', 'b', 'c'])), ['prepare-worktree p1/a', 'prepare-worktree p1/b'])
  })

  it('launches an implementing agent in a worktree that is ready, then a fixing one', () => {
    const log = logOf(['a'], ...worktree('a'))
    assert.deepEqual(decide(log.state, OPTIONS), [
      {type: 'attempt', subject: moduleSubject('a'), number: 1, role: 'implementation-executor'},
    ])
    log.add(attempt('a1', moduleSubject('a')), failed('a1'))
    assert.deepEqual(decide(log.state, OPTIONS), [{type: 'attempt', subject: moduleSubject('a'), number: 2, role: 'fix-executor'}])
  })

  it('makes a worktree again that is gone', () => {
    const log = logOf(['a'], ...worktree('a'), {type: 'worktree.removed', name: 'a', path: '/trees/a'})
    assert.deepEqual(next(log), ['prepare-worktree p1/a'])
  })

  it('commits what an agent left when it says it is done', () => {
    const log = logOf(['a'], ...worktree('a'), attempt('a1', moduleSubject('a')), finished('a1'))
    assert.deepEqual(next(log), ['commit module/p1/a'])
  })

  it('merges in the order of the spec, however the work came in', () => {
    const log = logOf(['a', 'b'], ...worktree('a'), ...worktree('b'), attempt('a1', moduleSubject('b')), finished('a1'))
    log.add(committed('a1', moduleSubject('b')))
    assert.deepEqual(next(log), ['attempt module/p1/a'])
    log.add(attempt('a2', moduleSubject('a')), finished('a2'), committed('a2', moduleSubject('a')))
    assert.deepEqual(next(log), ['merge p1/a'])
  })

  it('asks for a synthesis where branches conflict, and fails with 7 when that is spent', () => {
    const subject: Subject = {kind: 'merge', phase: 1, module: 'a'}
    const log = logOf(['a'], ...worktree('a'), attempt('a1', moduleSubject('a')), finished('a1'), committed('a1', moduleSubject('a')))
    log.add({type: 'module.conflicted', phase: 1, module: 'a', sha: SHA.work, files: ['shared']})
    assert.deepEqual(decide(log.state, OPTIONS), [{type: 'attempt', subject, number: 1, role: 'synthesis-architect'}])
    for (const id of ['a2', 'a3', 'a4']) log.add(attempt(id, subject, 'synthesis-architect'), failed(id))
    assert.deepEqual(exitCodes(decide(log.state, OPTIONS)), [7])
  })

  it('removes a worktree once its merge is in the log', () => {
    assert.deepEqual(next(logOf(['a', 'b'], ...builtModule('a1', 'a'))), ['prepare-worktree p1/b', 'remove-worktree /trees/a'])
  })

  it('validates a phase that is merged, repairs what fails, and validates the repair', () => {
    const log = logOf(['a'], ...builtModule('a1', 'a'), {type: 'worktree.removed', name: 'a', path: '/trees/a'})
    assert.deepEqual(next(log), ['validate phase/p1'])
    log.add({
      type: 'validation.finished',
      subject: {kind: 'phase', phase: 1},
      round: 1,
      sha: SHA.merge,
      passed: false,
      verdicts: [],
      criteria: [],
    })
    assert.deepEqual(decide(log.state, OPTIONS), [{type: 'attempt', subject: {kind: 'phase', phase: 1}, number: 2, role: 'fix-executor'}])
    log.add(attempt('a2', {kind: 'phase', phase: 1}, 'fix-executor', 2), finished('a2'))
    assert.deepEqual(next(log), ['commit phase/p1'])
    log.add({type: 'work.committed', subject: {kind: 'phase', phase: 1}, attempt_id: 'a2', sha: SHA.final, files_changed: 1})
    assert.deepEqual(next(log), ['validate phase/p1'])
  })

  it('fails a phase whose rounds are spent with 6', () => {
    const log = logOf(['a'], ...builtModule('a1', 'a'), {type: 'worktree.removed', name: 'a', path: '/trees/a'})
    log.add({
      type: 'validation.finished',
      subject: {kind: 'phase', phase: 1},
      round: 1,
      sha: SHA.merge,
      passed: false,
      verdicts: [],
      criteria: [],
    })
    assert.deepEqual(exitCodes(decide(log.state, {...OPTIONS, attempts: 1})), [6])
  })

  it('completes a phase that was proved, and goes on to the finish', () => {
    const log = logOf(['a'], ...builtModule('a1', 'a'), {type: 'worktree.removed', name: 'a', path: '/trees/a'}, validated(1, {}))
    assert.deepEqual(next(log), ['complete-phase p1'])
    log.add(...checkpointed(1, 'Phase 1: One', 'c1'))
    assert.deepEqual(next(log), ['prepare-finish'])
    log.add({type: 'finish.prepared', base_sha: SHA.base, sha: SHA.final, mode: 'merge'})
    assert.deepEqual(next(log), ['validate finish'])
    log.add({type: 'validation.finished', subject: {kind: 'finish'}, round: 1, sha: SHA.final, passed: true, verdicts: [], criteria: []})
    assert.deepEqual(next(log), ['finish'])
    log.add({type: 'finish.merged', branch: 'refs/heads/main', sha: SHA.final})
    assert.deepEqual(next(log), ['clean-up'])
    log.add({type: 'task.completed', sha: SHA.final, reason: 'Done.'})
    assert.deepEqual(next(log), [])
  })

  it('lets what runs end, and commits it, before it fails for a module without a chance', () => {
    const log = logOf(['a', 'b'], ...worktree('a'), ...worktree('b'), attempt('a1', moduleSubject('a')), attempt('a2', moduleSubject('b')))
    log.add(failed('a1', false))
    assert.deepEqual(next(log), ['attempt module/p1/b'])
    log.add(finished('a2'))
    assert.deepEqual(next(log), ['commit module/p1/b'])
    log.add(committed('a2', moduleSubject('b')))
    assert.deepEqual(exitCodes(decide(log.state, OPTIONS)), [6])
  })

  it('launches no agent while the provider asks to wait, and goes on with the rest', () => {
    const log = logOf(['a', 'b'], ...worktree('a'), {type: 'task.paused', reason: 'Wait.', until: new Date(NOW + 1000).toISOString()})
    assert.deepEqual(next(log), ['prepare-worktree p1/b', 'wait'])
    assert.deepEqual(next(log, {now: NOW + 1000}), ['attempt module/p1/a', 'prepare-worktree p1/b'])
  })

  it('stops at the budget, and goes on when it is raised', () => {
    const log = logOf(['a'], ...worktree('a'), attempt('a1', moduleSubject('a')), finished('a1', {tokens: 10, usd: 2}))
    assert.deepEqual(exitCodes(decide(log.state, {...OPTIONS, usd: 2})), [8])
    assert.deepEqual(exitCodes(decide(log.state, {...OPTIONS, tokens: 10})), [8])
    log.add({type: 'task.reopened', limits: {usd: 5}})
    assert.deepEqual(next(log, {usd: 2}), ['commit module/p1/a'])
  })

  it('does nothing but cancel once that is asked for, and nothing at all after the end', () => {
    const log = logOf(['a'], {type: 'cancel.requested'})
    assert.deepEqual(next(log), ['cancel'])
    log.add({type: 'task.cancelled', reason: 'Cancelled.'})
    assert.deepEqual(next(log), [])
  })

  it('waits for a person where the finish is blocked', () => {
    assert.deepEqual(next(logOf(['a'], {type: 'finish.blocked', reason: 'dirty', command: 'git merge'})), [])
  })
})

describe('decide about criteria that no check settled', () => {
  const subject: ReviewSubject = {kind: 'review', phase: 1}
  const open = criterion('p1.c1', 'unverified')
  const answered: EventData = {type: 'review.answered', subject, sha: SHA.merge, claims: []}
  const reviewed = (verdict: CriterionVerdict['verdict'], passed = true): EventData => {
    return {type: 'review.finished', subject, sha: SHA.merge, passed, criteria: [{...open, verdict}]}
  }
  const merged = (...events: readonly EventData[]) =>
    logOf(['a'], ...builtModule('a1', 'a'), {type: 'worktree.removed', name: 'a', path: '/trees/a'}, ...events)
  const validation = validated(1, {criteria: [open]})
  const strict = {...validation, passed: false} as EventData
  const REVIEW = {review: true}

  it('asks a reviewer once the rest holds, checks its answer, and completes the phase', () => {
    const log = merged(validation)
    assert.deepEqual(next(log, REVIEW), ['review review/p1'])
    log.add(attempt('a2', subject, 'code-reviewer'), finished('a2'), answered)
    assert.deepEqual(next(log, REVIEW), ['check-review review/p1'])
    log.add(reviewed('met'))
    assert.deepEqual(next(log, REVIEW), ['complete-phase p1'])
    assert.equal(log.state.phases[0]?.validation?.criteria[0]?.verdict, 'met')
  })

  it('asks nobody where that is switched off, or where something else is wrong', () => {
    assert.deepEqual(next(merged(validation)), ['complete-phase p1'])
    const failing = validated(1, {criteria: [open], verdicts: [verdict('test-command', {status: 'fail'})]})
    assert.deepEqual(next(merged(failing), REVIEW), ['attempt phase/p1'])
    const unmet = validated(1, {criteria: [open, criterion('p1.c2', 'unmet')]})
    assert.deepEqual(next(merged(unmet), REVIEW), ['attempt phase/p1'])
  })

  it('sends a fixing agent in for what the reviewer proved to be unmet, and asks again about its work', () => {
    const log = merged(validation, answered, reviewed('unmet', false))
    assert.deepEqual(next(log, REVIEW), ['attempt phase/p1'])
    log.add(attempt('a2', {kind: 'phase', phase: 1}, 'fix-executor', 2), finished('a2'))
    log.add({type: 'work.committed', subject: {kind: 'phase', phase: 1}, attempt_id: 'a2', sha: SHA.final, files_changed: 1})
    log.add({...validation, sha: SHA.final} as EventData)
    assert.deepEqual(next(log, REVIEW), ['review review/p1'])
  })

  it('goes on without an answer, but fails where the answer is needed, until a person resumes', () => {
    const silent = {...answered, problem: 'it wrote no answer.'} as EventData
    assert.deepEqual(next(merged(validation, silent, reviewed('unverified')), REVIEW), ['complete-phase p1'])
    const log = merged(strict, silent, reviewed('unverified', false))
    assert.deepEqual(exitCodes(decide(log.state, {...OPTIONS, ...REVIEW})), [6])
    log.add({type: 'task.failed', reason: 'no answer', exit_code: 6, phase: 1}, {type: 'task.reopened'})
    assert.deepEqual(next(log, REVIEW), ['review review/p1'])
  })

  it('keeps what a review settled when the same commit is validated once more', () => {
    const log = merged(validation, answered, reviewed('met'), validation)
    assert.deepEqual(next(log, REVIEW), ['complete-phase p1'])
  })

  it('lets no review change what a check settled, nor drop a criterion', () => {
    const known = [criterion('p1.c1', 'met'), criterion('p1.c2', 'unverified'), criterion('p1.c3', 'unverified')]
    const log = merged(validated(1, {criteria: known}), answered)
    log.add({
      type: 'review.finished',
      subject,
      sha: SHA.merge,
      passed: true,
      criteria: [criterion('p1.c1', 'unmet'), criterion('p1.c2', 'met')],
    })
    assert.deepEqual(
      log.state.phases[0]?.validation?.criteria.map(({id, verdict}) => `${id} ${verdict}`),
      ['p1.c1 met', 'p1.c2 met', 'p1.c3 unverified'],
    )
  })

  it('launches no reviewer while the provider asks to wait', () => {
    const log = merged(validation, {type: 'task.paused', reason: 'Wait.', until: new Date(NOW + 1000).toISOString()})
    assert.deepEqual(next(log, REVIEW), ['wait'])
  })
})

describe('decide about the security audit', () => {
  const subject: Subject = {kind: 'audit', phase: 0}
  const AUDIT = {audit: true}
  const prepared = (sha: string): readonly EventData[] => [
    {type: 'finish.prepared', base_sha: SHA.base, sha, mode: 'merge'},
    {type: 'validation.finished', subject: {kind: 'finish'}, round: 1, sha, passed: true, verdicts: [], criteria: []},
  ]
  const begun = () =>
    logOf(
      ['a'],
      ...builtModule('a1', 'a'),
      {type: 'worktree.removed', name: 'a', path: '/trees/a'},
      validated(1, {}),
      ...checkpointed(1, 'Phase 1: One', 'c1'),
      ...prepared(SHA.final),
    )
  const audited = (status: 'pass' | 'fail', sha: string = SHA.final): EventData => {
    return {type: 'audit.finished', sha, attempt_id: 'a2', verdict: verdict('security-audit', {status, findings: [{message: 'high'}]})}
  }

  it('merges what the auditor passed', () => {
    const log = begun()
    assert.deepEqual(next(log), ['finish'])
    assert.deepEqual(next(log, AUDIT), ['audit'])
    log.add(attempt('a2', subject, 'security-auditor'), finished('a2'), audited('pass'))
    assert.deepEqual(next(log, AUDIT), ['finish'])
  })

  it('has what it found mended, and audits what came of that', () => {
    const log = begun().add(attempt('a2', subject, 'security-auditor'), finished('a2'), audited('fail'))
    assert.deepEqual(next(log, AUDIT), ['attempt finish'])
    log.add(attempt('a3', {kind: 'finish'}, 'fix-executor', 2), finished('a3'))
    log.add({type: 'work.committed', subject: {kind: 'finish'}, attempt_id: 'a3', sha: SHA.work, files_changed: 1}, ...prepared(SHA.work))
    assert.deepEqual(next(log, AUDIT), ['audit'])
  })

  it('merges nothing without an answer: it tries as often as for any work, then fails with 6', () => {
    const log = begun()
    for (const id of ['a2', 'a3', 'a4']) {
      assert.deepEqual(next(log, AUDIT), ['audit'])
      log.add(attempt(id, subject, 'security-auditor'), finished(id))
      log.add({type: 'work.rejected', subject, attempt_id: id, findings: [{message: 'It wrote no answer.'}]})
    }
    assert.deepEqual(exitCodes(decide(log.state, {...OPTIONS, ...AUDIT})), [6])
    log.add({type: 'task.failed', reason: 'no answer', exit_code: 6}, {type: 'task.reopened'})
    log.add({type: 'attempts.granted', phase: 1, count: 1})
    assert.deepEqual(next(log, AUDIT), ['audit'])
  })

  it('gives up at once where no other attempt would help', () => {
    const log = begun().add(attempt('a2', subject, 'security-auditor'), failed('a2', false))
    assert.deepEqual(exitCodes(decide(log.state, {...OPTIONS, ...AUDIT})), [6])
  })
})

const exitCodes = (steps: readonly Step[]) => steps.map((step) => (step.type === 'fail' ? step.exitCode : stepKey(step)))

describe('decide and reduce, driven through worlds of every kind', () => {
  const worlds = record({
    modules: array(integer({min: 1, max: 3}), {minLength: 1, maxLength: 3}),
    choices: array(nat(1000), {maxLength: 120}),
    parallel: integer({min: 1, max: 3}),
    attempts: integer({min: 1, max: 3}),
    review: boolean(),
    audit: boolean(),
    cut: nat(1000),
  })

  it('come to an end, and break no rule on the way', () => {
    assertProperty(
      property(worlds, ({modules, choices, ...limits}) => {
        const options = {...OPTIONS, ...limits}
        const log = new LogFixture(taskStarted(...phasesOf(modules)), runnerStarted())
        drive(log, options, chooseFrom(choices))
        assert.match(log.state.status, /^(complete|failed)$/)
        assertRules(log.events, log.state, options)
      }),
      {numRuns: 200},
    )
  })

  it('come to the same end from every point at which they are cut off', () => {
    assertProperty(
      property(worlds, ({modules, choices, cut, ...limits}) => {
        const options = {...OPTIONS, ...limits}
        const whole = new LogFixture(taskStarted(...phasesOf(modules)), runnerStarted())
        drive(whole, options, chooseFrom(choices))
        const log = new LogFixture(...whole.events.slice(0, whole.ends[cut % whole.ends.length]))
        assert.deepEqual(log.state, foldTask(log.events))
        log.add(runnerStarted(2), ...log.state.openAttempts.map(({attempt_id}) => ({type: 'attempt.interrupted', attempt_id}) as const))
        drive(log, options, () => 0, whole.events.length)
        // A good world from there on cannot end worse than the one that was cut off.
        if (whole.state.status === 'complete') assert.equal(log.state.status, 'complete')
        assertRules(log.events, log.state, options)
      }),
      {numRuns: 200},
    )
  })
})

const phasesOf = (modules: readonly number[]) =>
  modules.map((count, index) =>
    createPhase(
      index + 1,
      `P${index + 1}`,
      Array.from({length: count}, (_, module) => `m${module}`),
    ),
  )

/** Takes one choice after the other; when they are used up, all goes well. */
function chooseFrom(choices: readonly number[]): Choose {
  const rest = [...choices]
  return (count) => (rest.shift() ?? 0) % count
}

/** The loop of the runner, without its clock: steps are in flight at the same time, and any of them may be the next to go on. */
function drive(log: LogFixture, options: DecideOptions, choose: Choose, seed = 0): void {
  const world = new FakeWorld(choose, seed)
  const flight = new Map<string, Course>()
  for (let tick = 0; tick < 5000; tick++) {
    const steps = decide(log.state, options)
    const keys = steps.map(stepKey)
    assert.equal(new Set(keys).size, keys.length, `a step twice: ${keys.join(', ')}`)
    for (const step of steps)
      if (!flight.has(stepKey(step)))
        flight.set(
          stepKey(step),
          world.perform(step, () => log.state),
        )
    const [key, course] = [...flight][choose(Math.max(flight.size, 1))] ?? []
    if (key === undefined || !course) return
    const {value, done} = course.next()
    if (done) flight.delete(key)
    else log.add(...(value ?? []))
  }
  assert.fail(`no end after 5000 events: ${decide(log.state, options).map(stepKey).join(', ')}`)
}

const COUNTED: ReadonlySet<string> = new Set(['finished', 'failed', 'stalled', 'timed-out'])

function assertRules(events: readonly TaskEvent[], state: TaskState, options: DecideOptions): void {
  const [used, settled, open] = [new Map<string, number>(), new Set<string>(), new Map<string, string>()]
  for (const event of events) {
    if (event.type === 'attempt.starting') {
      const key = subjectKey(event.subject)
      assert.ok(!settled.has(key) || !key.startsWith('module'), `${key} is tried again after it was committed`)
      open.set(event.attempt_id, key)
      const building = [...open.values()].filter((one) => one.startsWith('module')).length
      assert.ok(building <= options.parallel, `${building} agents at a time`)
    }
    if (event.type === 'attempt.ended' && COUNTED.has(event.outcome.status)) {
      const key = open.get(event.attempt_id) ?? ''
      used.set(key, (used.get(key) ?? 0) + 1)
    }
    if (event.type === 'attempt.ended' || event.type === 'attempt.interrupted') open.delete(event.attempt_id)
    if (event.type === 'work.committed') settled.add(subjectKey(event.subject))
  }
  for (const [key, count] of used) assert.ok(count <= options.attempts, `${key} was tried ${count} times`)
  assertOrder(events, state)
}

/** Modules are merged in the order of the spec, and no phase begins before the one before it is complete. */
function assertOrder(events: readonly TaskEvent[], state: TaskState): void {
  const planned = state.phases.flatMap(({phase}) => phase.modules.map(({slug}) => `${phase.index}/${slug}`))
  const merged = events.flatMap((event) => (event.type === 'module.merged' && event.phase > 0 ? [`${event.phase}/${event.module}`] : []))
  assert.deepEqual(merged, planned.slice(0, merged.length))
  const turns = events.flatMap((event) => (event.type === 'phase.started' || event.type === 'phase.completed' ? [event.phase] : []))
  assert.deepEqual(
    turns,
    turns.toSorted((a, b) => a - b),
  )
  const isWhole = merged.length === planned.length && turns.length === 2 * state.phases.length
  if (state.status === 'complete') assert.ok(isWhole, 'complete without all its work')
}
