import assert from 'node:assert/strict'
import {addActivity, addEvent, addStoreWait, NO_FACTS, type LiveFacts} from '../../src/ui/live-facts.ts'
import {viewSections} from '../../src/ui/live-view.ts'
import {formatClock} from '../../src/ui/text.ts'
import * as make from '../support/task-fixture.ts'

const OPTIONS = {nowMs: make.BEGIN_MS + 60_000, maxModules: 4, columns: 120}

function factsOf(log: make.LogFixture) {
  return log.events.reduce(addEvent, NO_FACTS)
}

describe('the texts of the live view', () => {
  const many = make.createPhase(
    1,
    'Many',
    Array.from({length: 30}, (_, index) => `m${index}`),
  )

  it('show the busy modules of a large phase and count the others', () => {
    const log = new make.LogFixture(make.taskStarted(many), {type: 'phase.started', phase: 1, base_sha: make.SHA.base})
    log.add(...make.builtModule('a1', 'm0'), ...make.worktree('m7'), make.attempt('a2', make.moduleSubject('m7')))
    const lines = viewSections(log.state, factsOf(log), OPTIONS)[0]?.lines ?? []
    assert.deepEqual(
      lines.map(({text}) => text.split('  ')[0]),
      ['m1', 'm2', 'm3', 'm7', 'and 25 waiting, 1 merged'],
    )
  })

  it('add what running agents spend to what ended ones did', () => {
    const log = new make.LogFixture(make.taskStarted(many), {type: 'phase.started', phase: 1, base_sha: make.SHA.base})
    const subject = make.moduleSubject('m0')
    log.add(...make.worktree('m0'), make.attempt('a1', subject), make.finished('a1', {tokens: 100, usd: 0.5}), make.attempt('a2', subject))
    const facts = addActivity(factsOf(log), {attemptId: 'a2', subject, event: {type: 'usage', usage: {tokens: 50, usd: 0.25}}})
    assert.equal(viewSections(log.state, facts, OPTIONS)[0]?.title, 'Phase 1: Many  0/30 merged · 59s · 150 tokens, 0.75 USD')
  })

  it('say that checks are running, and for how long', () => {
    const log = new make.LogFixture(make.taskStarted(make.createPhase(1, 'One', ['a'])), {type: 'phase.started', phase: 1, base_sha: ''})
    log.add(...make.builtModule('a1', 'a'), {type: 'validation.started', subject: {kind: 'phase', phase: 1}, round: 2, sha: ''})
    const lines = viewSections(log.state, factsOf(log), OPTIONS)[0]?.lines ?? []
    assert.deepEqual(lines.at(-1), {mark: 'running', text: 'checks  round 2 · 52s'})
  })

  it('say what checks wait for, and what runs on the base', () => {
    const subject = {kind: 'phase', phase: 1} as const
    const log = new make.LogFixture(make.taskStarted(make.createPhase(1, 'One', ['a'])), {type: 'phase.started', phase: 1, base_sha: ''})
    log.add({type: 'baseline.started', key: 'k', sha: make.SHA.base, script: 'npm test'})
    log.add({type: 'validation.started', subject, round: 1, sha: ''}, {type: 'suite.waiting', subject})
    const lines = viewSections(log.state, factsOf(log), OPTIONS)[0]?.lines ?? []
    assert.equal(lines[0]?.text, '`npm test` on the base aaaaaaa, to tell old failures from new ones · 58s')
    assert.deepEqual(lines.at(-1), {mark: 'waiting', text: 'checks  round 1 · 57s · waits, another test suite runs on this machine'})
  })

  it('say that a reviewer is asked, and that its evidence is checked', () => {
    const log = new make.LogFixture(make.taskStarted(make.createPhase(1, 'One', ['a'])), make.runnerStarted(), {
      type: 'phase.started',
      phase: 1,
      base_sha: '',
    })
    const subject = {kind: 'review', phase: 1} as const
    const last = () => viewSections(log.state, factsOf(log), OPTIONS)[0]?.lines.at(-1)
    log.add(...make.builtModule('a1', 'a'), make.validated(1, {criteria: [make.criterion('p1.c1', 'unverified')]}))
    log.add(make.attempt('a2', subject, 'code-reviewer'))
    assert.match(last()?.text ?? '', /^review  code-reviewer \(replay\) attempt 1 · /)
    log.add(make.finished('a2'), {type: 'review.answered', subject, sha: make.SHA.merge, claims: []}, {type: 'suite.waiting', subject})
    assert.match(last()?.text ?? '', /^review  evidence is being checked · waits, another test suite/)
  })

  it('say since when the store is gone, until it is back', () => {
    const log = new make.LogFixture(make.taskStarted(many), {type: 'phase.started', phase: 1, base_sha: ''})
    const gone = addStoreWait(factsOf(log), {status: 'waiting', why: 'Gone.', limitMs: 1}, make.BEGIN_MS)
    const clock = formatClock(new Date(make.BEGIN_MS).toISOString())
    const first = (facts: LiveFacts) => viewSections(log.state, facts, OPTIONS)[0]?.lines[0]?.text
    assert.equal(first(gone), `store unreachable since ${clock}; waiting, agents go on`)
    assert.equal(first(addStoreWait(gone, {status: 'over', tookMs: 1}, make.BEGIN_MS)), 'm0')
  })

  it('forget what an agent said when its attempt ends', () => {
    const subject = make.moduleSubject('m0')
    const log = new make.LogFixture(make.taskStarted(many), ...make.worktree('m0'), make.attempt('a1', subject))
    const facts = addActivity(factsOf(log), {attemptId: 'a1', subject, event: {type: 'tool', name: 'Bash', detail: 'npm test'}})
    assert.equal(facts.doing.get('a1')?.text, 'Bash npm test')
    const end = log.add(make.finished('a1')).events.at(-1)
    assert.ok(end)
    assert.equal(addEvent(facts, end).doing.size, 0)
  })
})
