import assert from 'node:assert/strict'
import {configSchema, type ConfigInput} from '../../src/config/schema.ts'
import type {AgentOutcome} from '../../src/agents/agent.ts'
import type {EventData} from '../../src/events.ts'
import {chooseAgent} from '../../src/run/choose-agent.ts'
import {decide} from '../../src/run/decide.ts'
import {
  BEGIN_MS,
  LogFixture,
  SHA,
  attempt,
  createPhase,
  moduleSubject,
  runnerStarted,
  taskStarted,
  worktree,
} from '../support/task-fixture.ts'

const A = moduleSubject('a')
const BUILD = {role: 'implementation-executor', subject: A} as const
const NO_KEY: AgentOutcome = {status: 'failed', cause: 'There is no key.\nSet one.', retryable: false}
const WAIT: AgentOutcome = {status: 'rate-limited', retryAfterMs: 60_000}

const settings = (agents: ConfigInput['agents']) => configSchema.parse({agents}).agents
const CLAUDE_THEN_CODEX = settings({default: 'claude', fallbacks: ['codex']})

/** A task with one module, whose attempts ended so, each by the backend that is named. */
function logOf(...attempts: readonly (readonly [backend: string, outcome: AgentOutcome])[]): LogFixture {
  const log = new LogFixture(taskStarted(createPhase(1, 'One', ['a'], {testCommand: ''})), runnerStarted())
  log.add({type: 'phase.started', phase: 1, base_sha: SHA.base}, ...worktree('a'))
  attempts.forEach(([backend, outcome], index) => log.add(...ended(`a${index + 1}`, backend, outcome)))
  return log
}

function ended(id: string, backend: string, outcome: AgentOutcome): readonly EventData[] {
  return [{...attempt(id, A), backend} as EventData, {type: 'attempt.ended', attempt_id: id, outcome, usage: {tokens: 0, usd: 0}}]
}

const timeOf = (log: LogFixture) => Date.parse(log.events.at(-1)?.at ?? '')
const after = (log: LogFixture, ms: number) => new Date(timeOf(log) + ms).toISOString()

describe('chooseAgent', () => {
  it('takes the role’s own agent, then the phase’s, then the default, and of the fallbacks those of the role', () => {
    const {state} = new LogFixture(taskStarted(createPhase(1, 'One', ['a'], {agent: 'gemini'})), runnerStarted())
    const roles = {'implementation-executor': {backend: 'codex', model: 'big', fallbacks: [{backend: 'codex', model: 'small'}]}}
    assert.deepEqual(chooseAgent(settings({default: 'claude', roles}), state, BUILD, BEGIN_MS), {agent: {backend: 'codex', model: 'big'}})
    assert.deepEqual(chooseAgent(CLAUDE_THEN_CODEX, state, BUILD, BEGIN_MS), {agent: {backend: 'gemini', model: undefined}})
    const review = {role: 'code-reviewer', subject: {kind: 'review', phase: 1}} as const
    assert.deepEqual(chooseAgent(CLAUDE_THEN_CODEX, state, review, BEGIN_MS), {agent: {backend: 'claude', model: undefined}})
    const missing = new LogFixture(taskStarted(createPhase(1, 'One', ['a'])), {
      ...runnerStarted(),
      missing_agents: [{name: 'codex', problem: 'It is not on PATH.'}],
    } as EventData).state
    const chosen = chooseAgent(settings({default: 'claude', roles}), missing, BUILD, BEGIN_MS)
    assert.deepEqual(chosen, {agent: {backend: 'codex', model: 'big'}}, 'nobody can: how the first fails is what there is to tell')
  })

  it('passes over one that is rate-limited for as long as that lasts, and says why', () => {
    const log = logOf(['claude', WAIT])
    const until = after(log, 60_000)
    assert.deepEqual(chooseAgent(CLAUDE_THEN_CODEX, log.state, BUILD, timeOf(log)), {
      agent: {backend: 'codex'},
      why: `claude was asked to wait until ${until}`,
    })
    assert.deepEqual(chooseAgent(CLAUDE_THEN_CODEX, log.state, BUILD, timeOf(log) + 60_000), {agent: {backend: 'claude', model: undefined}})
  })

  it('waits for the first that is free again when all are rate-limited', () => {
    const log = logOf(['claude', WAIT], ['codex', {status: 'rate-limited', retryAfterMs: 5_000}])
    assert.deepEqual(chooseAgent(CLAUDE_THEN_CODEX, log.state, BUILD, timeOf(log)), {until: after(log, 5_000)})
  })

  it('asks no more, in this run and role, who failed for good; a run that begins anew asks again', () => {
    const log = logOf(['claude', NO_KEY])
    const codex = {agent: {backend: 'codex'}, why: 'claude cannot work: There is no key.'}
    assert.deepEqual(chooseAgent(CLAUDE_THEN_CODEX, log.state, BUILD, timeOf(log)), codex)
    const other = chooseAgent(CLAUDE_THEN_CODEX, log.state, {...BUILD, role: 'fix-executor'}, timeOf(log))
    assert.deepEqual(other, {agent: {backend: 'claude', model: undefined}})
    log.add(runnerStarted(2))
    assert.deepEqual(chooseAgent(CLAUDE_THEN_CODEX, log.state, BUILD, timeOf(log)), {agent: {backend: 'claude', model: undefined}})
  })
})

describe('decide, with fallbacks', () => {
  const next = (log: LogFixture, agents = CLAUDE_THEN_CODEX, now = timeOf(log)) =>
    decide(log.state, {parallel: 1, attempts: 1, agents, now})

  it('gives the work of one that failed for good to the next, as if it had never begun', () => {
    assert.deepEqual(next(logOf(['claude', NO_KEY])), [{type: 'attempt', number: 2, ...BUILD}])
    const lost = next(logOf(['claude', NO_KEY], ['codex', NO_KEY]))
    assert.deepEqual(
      lost.map((step) => step.type === 'fail' && step.exitCode),
      [6],
    )
  })

  it('launches nobody while all are rate-limited, and somebody as soon as one is not', () => {
    const log = logOf(['claude', WAIT], ['codex', WAIT])
    assert.deepEqual(next(log), [{type: 'wait', until: log.state.agents.limited.claude}])
    assert.deepEqual(next(log, CLAUDE_THEN_CODEX, timeOf(log) + 59_900), [{type: 'attempt', number: 1, ...BUILD}])
  })
})
