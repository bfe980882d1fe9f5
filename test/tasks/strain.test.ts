import assert from 'node:assert/strict'
import type {AgentOutcome} from '../../src/agents/agent.ts'
import type {EventData} from '../../src/events.ts'
import {workOf} from '../../src/tasks/state.ts'
import {LogFixture, attempt, createPhase, finished, moduleSubject, runnerStarted, taskStarted} from '../support/task-fixture.ts'

const MODULES = ['a', 'b', 'c', 'd', 'e']
const WAIT: AgentOutcome = {status: 'rate-limited', retryAfterMs: 60_000}

function begin(): LogFixture {
  const log = new LogFixture(taskStarted(createPhase(1, 'One', MODULES)), runnerStarted())
  return log.add(...MODULES.map((name) => attempt(name, moduleSubject(name))))
}

const ended = (id: string, outcome: AgentOutcome, more: object = {}) =>
  ({type: 'attempt.ended', attempt_id: id, outcome, usage: {tokens: 0}, ...more}) as EventData

const strainOf = ({state}: LogFixture) => state.strain['replay']

describe('what a provider bears', () => {
  it('is half of what ran when it asked to wait, once for all that hear it, and one at least', () => {
    const log = begin().add(ended('a', WAIT))
    assert.deepEqual(strainOf(log), {failures: 0, finished: 0, parallel: 2})
    log.add(ended('b', WAIT), ended('c', WAIT))
    assert.equal(strainOf(log)?.parallel, 2)
    const later = new LogFixture(taskStarted(createPhase(1, 'One', ['a'])), runnerStarted(), attempt('a', moduleSubject('a')))
    assert.equal(strainOf(later.add(ended('a', {...WAIT, retryAfterMs: 0})))?.parallel, 1)
  })

  it('grows by one each time that as many attempts have finished', () => {
    const log = begin().add(ended('a', WAIT))
    const grown = ['b', 'c', 'd', 'e'].map((id) => strainOf(log.add(finished(id)))?.parallel)
    assert.deepEqual(grown, [2, 3, 3, 3])
  })

  it('is asked again later when it failed, and no attempt is used; a failure of the work counts, and ends the row', () => {
    const failure: AgentOutcome = {status: 'failed', cause: '500', retryable: true, transient: true}
    const retryAt = '2026-03-01T12:01:00.000Z'
    const log = begin().add(ended('a', failure, {retry_at: retryAt, session: 's-1'}))
    assert.deepEqual(strainOf(log), {failures: 1, finished: 0, retryAt})
    const {attempts, spared, findings, session} = workOf(log.state, moduleSubject('a'))
    assert.deepEqual([attempts, spared, findings, session?.id], [0, 1, [], 's-1'])
    log.add(attempt('a2', moduleSubject('a')), ended('a2', {status: 'failed', cause: 'no', retryable: true}))
    assert.deepEqual(strainOf(log), {failures: 0, finished: 0})
    const after = workOf(log.state, moduleSubject('a'))
    assert.deepEqual([after.attempts, after.spared], [1, undefined])
  })
})
