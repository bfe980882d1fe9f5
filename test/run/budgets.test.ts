import assert from 'node:assert/strict'
import type {EventData} from '../../src/events.ts'
import {findOverdrawn, nameBudget} from '../../src/run/budgets.ts'
import {decide} from '../../src/run/decide.ts'
import {LogFixture, SHA, attempt, createPhase, moduleSubject, runnerStarted, taskStarted, worktree} from '../support/task-fixture.ts'

const [A, B] = [moduleSubject('a'), moduleSubject('b')]

function logOf(...events: readonly EventData[]): LogFixture {
  const log = new LogFixture(taskStarted(createPhase(1, 'One', ['a', 'b'], {testCommand: ''})), runnerStarted())
  return log.add({type: 'phase.started', phase: 1, base_sha: SHA.base}, ...worktree('a'), ...worktree('b'), ...events)
}

const failed = (id: string, tokens: number): readonly EventData[] => [
  attempt(id, A),
  {type: 'attempt.ended', attempt_id: id, outcome: {status: 'failed', cause: 'crashed', retryable: true}, usage: {tokens, usd: 0}},
]
const next = ({state}: LogFixture, budgets: object) =>
  decide(state, {parallel: 2, attempts: 9, now: 0, budgets}).map((step) =>
    step.type === 'fail' ? [step.exitCode, step.reason] : step.type,
  )

describe('budgets of phases and modules', () => {
  it('are shared by the attempts that run at the same time, with what those before them used', () => {
    const log = logOf(...failed('a1', 500), attempt('a2', A), attempt('a3', B))
    const running = (tokens: number) => [
      {subject: A, spent: {tokens, usd: 0}},
      {subject: B, spent: {tokens: 300, usd: 0}},
    ]
    const over = (limits: object, tokens: number) => findOverdrawn(limits, log.state, A, running(tokens))?.name
    assert.equal(over({phaseTokens: 1000}, 200), undefined)
    assert.equal(over({phaseTokens: 1000}, 201), 'phaseTokens')
    assert.equal(over({moduleTokens: 1000}, 500), undefined, 'the other module pays for itself')
    assert.equal(over({tokens: 999}, 200), 'tokens')
    assert.equal(nameBudget(log.state, {name: 'moduleUsd', limit: 3}, A), 'The budget of 3 USD for the module a (limits.moduleUsd)')
  })

  it('launch nobody more when they are spent, whose module it is or not, until a person raises them', () => {
    const log = logOf(...failed('a1', 500))
    assert.deepEqual(next(log, {moduleTokens: 501, phaseTokens: 501}), ['attempt', 'attempt'])
    assert.deepEqual(next(log, {phaseTokens: 500}), [[8, 'The budget of 500 tokens for Phase 1: One (limits.phaseTokens) is reached.']])
    log.add({type: 'task.failed', reason: '', exit_code: 8}, {type: 'task.reopened', limits: {phaseTokens: 900}}, runnerStarted(2))
    assert.deepEqual(next(log, {phaseTokens: 500}), ['attempt', 'attempt'])
  })

  it('launch nobody after an attempt was stopped for one, though others that run have not told yet what they used', () => {
    const outcome = {status: 'over-budget', usd: 0, limit: 'The budget of 9 tokens (limits.tokens)'} as const
    const log = logOf(attempt('a1', B), attempt('a2', A), {type: 'attempt.ended', attempt_id: 'a2', outcome, usage: {tokens: 5, usd: 0}})
    assert.deepEqual(next(log, {tokens: 9}), [[8, 'The budget of 9 tokens (limits.tokens) is reached.']])
  })
})
