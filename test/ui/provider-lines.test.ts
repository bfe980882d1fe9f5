import assert from 'node:assert/strict'
import type {AgentOutcome} from '../../src/agents/agent.ts'
import type {EventData} from '../../src/events.ts'
import {providerTexts} from '../../src/ui/provider-lines.ts'
import * as make from '../support/task-fixture.ts'

const MODULES = ['a', 'b', 'c', 'd']

function begin() {
  const log = new make.LogFixture(make.taskStarted(make.createPhase(1, 'One', MODULES)), make.runnerStarted())
  return log.add(...MODULES.map((name) => make.attempt(name, make.moduleSubject(name))))
}

const ended = (id: string, outcome: AgentOutcome, more: object = {}) =>
  ({type: 'attempt.ended', attempt_id: id, outcome, usage: {tokens: 0}, ...more}) as EventData

const FAILURE: AgentOutcome = {status: 'failed', cause: '500', retryable: true, transient: true}

describe('what providers ask for', () => {
  it('is told with its end, and how many agents they bear after it', () => {
    const {state} = begin().add(ended('a', {status: 'rate-limited', retryAfterMs: 3_600_000}))
    const until = Date.parse(state.agents.limited['replay'] ?? '')
    const [wait, bears] = providerTexts(state, until - 1)
    assert.match(wait ?? '', /^replay: its provider asked to wait until \d\d:\d\d:\d\d$/)
    assert.equal(bears, 'replay: 2 agents at once, since its provider asked to wait')
    assert.deepEqual(providerTexts(state, until), [bears])
  })

  it('is told of one that fails, as long as it is left alone', () => {
    const retryAt = '2026-03-01T13:00:00.000Z'
    const {state} = begin().add(ended('a', FAILURE, {retry_at: retryAt}), ended('b', FAILURE, {retry_at: retryAt}))
    const at = Date.parse(retryAt)
    assert.deepEqual(providerTexts(state, at - 8_000), ['replay: its provider failed, 2 times in a row; asked again in 8s'])
    assert.deepEqual(providerTexts(state, at), [])
  })

  it('is no matter when the task has ended', () => {
    const log = begin().add(ended('a', {status: 'rate-limited', retryAfterMs: 1_000}))
    log.add({type: 'task.failed', reason: 'no', exit_code: 9})
    assert.deepEqual(providerTexts(log.state, 0), [])
  })
})
