import assert from 'node:assert/strict'
import {configSchema} from '../../src/config/schema.ts'
import type {EventData, Subject} from '../../src/events.ts'
import {chooseAgent, settingsOf} from '../../src/run/choose-agent.ts'
import {decide} from '../../src/run/decide.ts'
import {rolePrompt} from '../../src/run/prompt-values.ts'
import {placesOf} from '../../src/tasks/places.ts'
import {
  LogFixture,
  SHA,
  attempt,
  builtModule,
  createPhase,
  moduleSubject,
  runnerStarted,
  taskStarted,
  worktree,
} from '../support/task-fixture.ts'

const PHASE: Subject = {kind: 'phase', phase: 1}
const FIX = {role: 'fix-executor', subject: PHASE} as const
const config = configSchema.parse({
  limits: {attempts: 10},
  agents: {default: 'replay', roles: {'fix-executor': {escalate: {backend: 'claude', model: 'opus'}}}},
})
const settings = settingsOf(config)

/** A phase that is merged and does not hold: `tree` has the finding. */
function failing(tree = 'T0', message = 'expected 3, in 12 ms', line = 7): LogFixture {
  const log = new LogFixture(taskStarted(createPhase(1, 'One', ['a'], {testCommand: ''})), runnerStarted())
  log.add({type: 'phase.started', phase: 1, base_sha: SHA.base}, ...builtModule('a1', 'a'))
  return log.add({type: 'worktree.removed', name: 'a', path: '/trees/a'}, validation(SHA.merge, tree, message, line))
}

function validation(sha: string, tree: string, message: string, line: number): EventData {
  const verdict = {status: 'fail', executed: 3, evidence: '', duration_ms: 5, findings: [{message, file: 'shop.js', line}]} as const
  const verdicts = [{...verdict, validator: 'test-command'}]
  return {type: 'validation.finished', subject: PHASE, round: 1, sha, tree, passed: false, verdicts, criteria: []}
}

function ends(id: string, subject: Subject = PHASE): readonly EventData[] {
  const outcome = {status: 'finished', summary: 'I rounded it.'} as const
  return [
    attempt(id, subject, 'fix-executor', 2),
    {type: 'attempt.ended', attempt_id: id, outcome, usage: {tokens: 0, usd: 0}, session: `of ${id}`},
  ]
}

/** A repair that left `tree`, in which the same is wrong, but for numbers. */
const repair = (id: string, tree: string, change: string, message = 'expected 4, in 31 ms'): readonly EventData[] => [
  ...ends(id),
  {type: 'work.committed', subject: PHASE, attempt_id: id, sha: `sha of ${id}`, files_changed: 1, change},
  validation(`sha of ${id}`, tree, message, 9),
]

const nothing = (id: string, subject: Subject = PHASE, tree = 'T0'): readonly EventData[] => [
  ...ends(id, subject),
  {type: 'work.rejected', subject, attempt_id: id, findings: [{message: 'Nothing changed.'}], tree},
]

const next = ({state}: LogFixture, circular = true) =>
  decide(state, {parallel: 1, attempts: 10, now: 0, agents: settings, circular}).map((step) =>
    step.type === 'fail' ? step.reason : step.type,
  )
const circles = ({state}: LogFixture) => state.phases[0]?.fix.circles ?? 0

describe('agents that go round in circles', () => {
  it('are seen by what was found once more after the same tree, the same change or none; numbers in it do not matter', () => {
    assert.equal(circles(failing()), 0)
    assert.equal(circles(failing().add(...repair('a2', 'T1', 'c1'))), 0, 'another tree by another change may be a step')
    assert.equal(
      circles(
        failing()
          .add(...repair('a2', 'T1', 'c1'))
          .add(...repair('a3', 'T2', 'c1')),
      ),
      1,
      'the same change',
    )
    assert.equal(
      circles(
        failing()
          .add(...repair('a2', 'T1', 'c1'))
          .add(...repair('a3', 'T0', 'c2')),
      ),
      1,
      'back to where it began',
    )
    assert.equal(circles(failing().add(...nothing('a2'))), 1, 'no change')
    assert.equal(
      circles(
        failing()
          .add(...nothing('a2'))
          .add(...repair('a3', 'T1', 'c1', 'another finding')),
      ),
      0,
      'something new',
    )
  })

  it('are begun afresh, by who is named for that, and told what was tried; a limit in between changes nothing of that', () => {
    const log = failing().add(...nothing('a2'))
    const chosen = {agent: {backend: 'claude', model: 'opus'}, why: 'begun afresh: the work went round in circles'}
    assert.deepEqual(chooseAgent(settings, log.state, FIX, 0), chosen)
    const {session, circles: count = 0} = log.state.phases[0]?.fix ?? {}
    assert.equal(session?.id, 'of a2')
    assert.ok((session?.circles ?? 0) < count, 'its session is of before')
    const places = placesOf({stateDir: '/state', repository: '/r', taskId: 'k3f9abcd', config: {}})
    assert.match(rolePrompt({places, log}, {...FIX, cwd: '/trees/x', number: 3}), /did not help: .*as data: "I rounded it\."/s)
    assert.deepEqual(chooseAgent({...settings, circular: false}, log.state, FIX, 0), {agent: {backend: 'replay', model: undefined}})
  })

  it('end the phase when the fresh start comes round again, though attempts are left, unless that is switched off', () => {
    const log = failing().add(...nothing('a2'))
    assert.deepEqual(next(log), ['attempt'])
    log.add(...nothing('a3'))
    assert.match(next(log)[0] ?? '', /round in circles.*test-command: shop\.js:7/)
    assert.deepEqual(next(log, false), ['attempt'])
    log.add({type: 'task.failed', reason: '', exit_code: 6, phase: 1}, {type: 'task.reopened'}, runnerStarted(2))
    assert.deepEqual(next(log), ['attempt'], 'a person goes on')
  })

  it('end a module too that attempt after attempt changes nothing', () => {
    const log = new LogFixture(taskStarted(createPhase(1, 'One', ['a'], {testCommand: ''})), runnerStarted())
    log.add({type: 'phase.started', phase: 1, base_sha: SHA.base}, ...worktree('a'))
    for (const id of ['a1', 'a2']) log.add(...nothing(id, moduleSubject('a')))
    assert.deepEqual(next(log), ['attempt'])
    assert.match(
      next(log.add(...nothing('a3', moduleSubject('a'))))[0] ?? '',
      /^Module a of Phase 1: One is not done after 3 attempts.*in circles/,
    )
  })
})
