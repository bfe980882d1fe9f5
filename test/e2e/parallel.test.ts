import assert from 'node:assert/strict'
import type {Project} from '../support/project.ts'
import {createScenario, eventsOf, runScenario, type RunOutcome} from './scenario.ts'

describe('modules and phases', function () {
  this.timeout(60_000)
  let project: Project
  let outcome: RunOutcome
  const MODULES = ['api', 'store', 'view']

  before(async () => {
    project = await createScenario({
      phases: [
        {name: 'Parts', modules: MODULES, test: 'test -f api.txt && test -f store.txt && test -f view.txt'},
        {name: 'Whole', modules: ['app'], test: 'test -f app.txt'},
      ],
      // The second phase proves what it found when it began.
      agent: `ls > "$CONDUCT_MODULE.txt"; [ "$CONDUCT_MODULE" = app ] || sleep 2`,
    })
    outcome = await runScenario(project)
  })
  after(() => project.remove())

  it('run at the same time within a phase', () => {
    assert.equal(outcome.exitCode, 0, outcome.result.reason)
    const begun = eventsOf(outcome.events, 'attempt.starting').filter(({subject}) => subject.kind === 'module' && subject.phase === 1)
    const ids = new Set(begun.map(({attempt_id}) => attempt_id))
    const ended = eventsOf(outcome.events, 'attempt.ended').filter(({attempt_id}) => ids.has(attempt_id))
    assert.deepEqual([begun.length, ended.length], [3, 3])
    const took = Math.max(...ended.map(({at}) => Date.parse(at))) - Math.min(...begun.map(({at}) => Date.parse(at)))
    assert.ok(took < 3_800, `three agents of two seconds each took ${took} ms`)
  })

  it('keep the order of the phases', () => {
    const order = outcome.events.flatMap((event) =>
      event.type === 'phase.started' || event.type === 'phase.completed' ? [`${event.type} ${event.phase}`] : [],
    )
    assert.deepEqual(order, ['phase.started 1', 'phase.completed 1', 'phase.started 2', 'phase.completed 2'])
    const completed = eventsOf(outcome.events, 'phase.completed')[0]?.version ?? 0
    const second = eventsOf(outcome.events, 'worktree.creating').find(({phase}) => phase === 2)?.version ?? 0
    assert.ok(completed < second)
  })

  it('are merged in the order of the spec', () => {
    assert.deepEqual(
      eventsOf(outcome.events, 'module.merged').map(({module}) => module),
      [...MODULES, 'app'],
    )
  })

  it('give the second phase a worktree with the work of the first', () => {
    const seen = project.git('show', 'main:app.txt').split('\n')
    for (const module of MODULES) assert.ok(seen.includes(`${module}.txt`), `${module}.txt is not among ${seen.join(', ')}`)
  })
})

describe('limits.parallel', function () {
  this.timeout(60_000)
  it('is how many agents run at the same time', async () => {
    const project = await createScenario({
      phases: [{name: 'Parts', modules: ['a', 'b', 'c', 'd'], test: 'test -f a.txt'}],
      agent: `echo 1 > "$CONDUCT_MODULE.txt"`,
    })
    try {
      const {exitCode, result, events} = await runScenario(project, ['run', '--parallel', '1'])
      assert.equal(exitCode, 0, result.reason)
      const open = new Set<string>()
      for (const event of events) {
        if (event.type === 'attempt.starting') assert.equal(open.add(event.attempt_id).size, 1)
        if (event.type === 'attempt.ended') open.delete(event.attempt_id)
      }
    } finally {
      await project.remove()
    }
  })
})
