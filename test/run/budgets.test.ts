import assert from 'node:assert/strict'
import type {AttemptUse} from '../../src/agents/limits.ts'
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

const use = (some: Partial<AttemptUse>): AttemptUse => ({tokens: 0, usd: 0, time: 0, turns: 0, ...some})

describe('budgets of phases and modules', () => {
  it('are shared by the attempts that run at the same time, with what those before them used', () => {
    const log = logOf(...failed('a1', 500), attempt('a2', A), attempt('a3', B))
    const running = (tokens: number) => [
      {subject: A, spent: use({tokens})},
      {subject: B, spent: use({tokens: 300})},
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

  it('count the time that agents work and how often they ask, of those that run and those before them', () => {
    const log = logOf(attempt('a1', A), {
      type: 'attempt.ended',
      attempt_id: 'a1',
      outcome: {status: 'failed', cause: 'crashed', retryable: true},
      usage: {tokens: 0, usd: 0},
      duration_ms: 3_600_000,
      turns: 30,
    })
    log.add(attempt('a2', A))
    const over = (limits: object, some: Partial<AttemptUse>) =>
      findOverdrawn(limits, log.state, A, [
        {subject: A, spent: use(some)},
        {subject: B, spent: use({time: 60_000, turns: 2})},
      ])?.name
    assert.equal(over({phaseTime: 3_700_000, taskTime: 9e9}, {time: 40_000}), undefined)
    assert.equal(over({phaseTime: 3_700_000}, {time: 40_001}), 'phaseTime')
    assert.equal(over({moduleTime: 3_700_000}, {time: 40_001}), undefined, 'the other module pays for itself')
    assert.equal(over({taskTurns: 40, moduleTurns: 38}, {turns: 9}), 'taskTurns')
    assert.equal(over({taskTurns: 99, moduleTurns: 38}, {turns: 9}), 'moduleTurns')
    const spent = next(log, {taskTime: 3_600_000})
    assert.deepEqual(spent, [[8, 'The budget of 1h 0m of agents at work (limits.taskTime) is reached.']])
  })

  it('launch nobody after an attempt was stopped for one, though others that run have not told yet what they used', () => {
    const outcome = {status: 'over-budget', usd: 0, limit: 'The budget of 9 tokens (limits.tokens)'} as const
    const log = logOf(attempt('a1', B), attempt('a2', A), {type: 'attempt.ended', attempt_id: 'a2', outcome, usage: {tokens: 5, usd: 0}})
    assert.deepEqual(next(log, {tokens: 9}), [[8, 'The budget of 9 tokens (limits.tokens) is reached.']])
  })
})
