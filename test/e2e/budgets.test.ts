import assert from 'node:assert/strict'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Project} from '../support/project.ts'
import {once} from '../support/scope.ts'
import {createScenario, eventsOf, runScenario} from './scenario.ts'

describe('the budget of a phase', function () {
  this.timeout(60_000)
  let project: Project
  before(function () {
    once(this)
  })
  afterEach(() => project.remove())

  it('is shared by its modules, ends the run with 8 when it is overdrawn, and may be raised', async () => {
    project = await createScenario({
      phases: [{name: 'Build', modules: ['shop', 'till'], test: 'test -f shop.txt && test -f till.txt'}],
      agent: `echo built > "$CONDUCT_MODULE.txt"; echo '{"type": "usage", "tokens": 600}'`,
      config: {limits: {phaseTokens: 1000}},
    })
    const {exitCode, result, events} = await runScenario(project)
    assert.equal(exitCode, 8)
    assert.match(
      result.reason,
      /budget of 1000 tokens for Phase 1: Build \(limits\.phaseTokens\) is reached\. Allow more: conduct resume \w+ --phase-tokens N/,
    )
    const outcomes = eventsOf(events, 'attempt.ended').map(({outcome}) => outcome.status)
    assert.deepEqual(outcomes.toSorted(), ['finished', 'over-budget'])
    assert.equal(result.usage.tokens, 1200)
    const resumed = await runScenario(project, ['resume', result.task_id, '--phase-tokens', '5000'])
    assert.equal(resumed.exitCode, 0, resumed.result.reason)
  })
  it('counts the time that agents work, without a word of theirs', async () => {
    project = await createScenario({
      phases: [{name: 'Build', modules: ['shop'], test: 'test -f shop.txt'}],
      agent: `[ -e "$(git rev-parse --git-common-dir)/is-quick" ] || exec sleep 300; echo built > shop.txt`,
      config: {limits: {moduleTime: '1s'}},
    })
    const {exitCode, result} = await runScenario(project)
    assert.equal(exitCode, 8)
    assert.match(
      result.reason,
      /budget of 1\.0s of agents at work for the module shop \(limits\.moduleTime\) is reached\. Allow more: .* --module-time DURATION/,
    )
    await writeFile(join(project.root, '.git/is-quick'), '')
    const resumed = await runScenario(project, ['resume', result.task_id, '--module-time', '10m'])
    assert.equal(resumed.exitCode, 0, resumed.result.reason)
  })
})
