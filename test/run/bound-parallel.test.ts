import assert from 'node:assert/strict'
import type {AgentOutcome} from '../../src/agents/agent.ts'
import {configSchema} from '../../src/config/schema.ts'
import type {EventData} from '../../src/events.ts'
import {backoffMs} from '../../src/run/backoff.ts'
import {decide} from '../../src/run/decide.ts'
import type {Memory} from '../../src/run/step.ts'
import {LogFixture, SHA, attempt, createPhase, moduleSubject, runnerStarted, taskStarted, worktree} from '../support/task-fixture.ts'

const MODULES = ['a', 'b', 'c', 'd']
const agents = configSchema.parse({agents: {default: 'replay'}}).agents
const MINUTE = 60_000
const GIB = 1024 ** 3

/** A phase whose worktrees are ready, and what happened since. */
function begin(...events: readonly EventData[]): LogFixture {
  const log = new LogFixture(taskStarted(createPhase(1, 'One', MODULES, {testCommand: ''})), runnerStarted())
  return log.add({type: 'phase.started', phase: 1, base_sha: SHA.base}, ...MODULES.flatMap((name) => worktree(name)), ...events)
}

const ended = (id: string, outcome: AgentOutcome, more: object = {}) =>
  ({type: 'attempt.ended', attempt_id: id, outcome, usage: {tokens: 0}, ...more}) as EventData

/** Modules whose agents are launched, and what is waited for, so long after the last event. */
function next({state, events}: LogFixture, afterMs: number, memory?: Memory): readonly string[] {
  const now = Date.parse(events.at(-1)?.at ?? '') + afterMs
  const steps = decide(state, {parallel: 4, attempts: 3, agents, now, ...(memory ? {memory} : {})})
  return steps.map((step) => (step.type === 'attempt' && 'module' in step.subject ? step.subject.module : step.type))
}

describe('agents at the same time', () => {
  it('are as many as their provider bears, once it has asked to wait', () => {
    const starts = MODULES.map((name) => attempt(name, moduleSubject(name)))
    const limits = MODULES.map((name) => ended(name, {status: 'rate-limited', retryAfterMs: 30_000}))
    const log = begin(...starts, ...limits)
    assert.deepEqual(next(log, 0), ['wait'])
    assert.deepEqual(next(log, MINUTE), ['a', 'b'])
    log.add(attempt('a2', moduleSubject('a')))
    assert.deepEqual(next(log, MINUTE), ['a', 'b'], 'that of a runs already')
  })

  it('are begun again some time after their provider failed', () => {
    const failed = ended('a', {status: 'failed', cause: '500', retryable: true, transient: true}, {retry_at: '2026-03-01T12:01:00.000Z'})
    const log = begin(attempt('a', moduleSubject('a')), failed)
    assert.deepEqual(next(log, 0), ['wait'])
    assert.deepEqual(next(log, MINUTE), MODULES)
  })

  it('are as many as the memory is enough for, those included that have not taken it yet, and one at least', () => {
    const [idle, busy] = [begin(), begin(attempt('a', moduleSubject('a')))]
    assert.deepEqual(next(idle, 0, {freeBytes: 2.5 * GIB, agentBytes: GIB}), ['a', 'b'])
    assert.deepEqual(next(busy, 0, {freeBytes: 2.5 * GIB, agentBytes: GIB}), ['a', 'b'])
    assert.deepEqual(next(busy, MINUTE, {freeBytes: 2.5 * GIB, agentBytes: GIB}), ['a', 'b', 'c'])
    assert.deepEqual(next(idle, 0, {freeBytes: 0, agentBytes: GIB}), ['a'])
    assert.deepEqual(next(busy, 0, {freeBytes: 0, agentBytes: GIB}), ['a'])
    assert.deepEqual(next(idle, 0, {freeBytes: 0, agentBytes: 0}), MODULES)
  })
})

describe('the wait for a provider that failed', () => {
  it('doubles up to a minute, and is never the same for all', () => {
    const longest = [0, 1, 2, 5, 50].map((failures) => backoffMs(failures, 1))
    assert.deepEqual(longest, [2_000, 4_000, 8_000, MINUTE, MINUTE])
    assert.deepEqual([backoffMs(0, 0), backoffMs(9, 0.5)], [1_000, 45_000])
  })
})
