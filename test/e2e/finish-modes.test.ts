import assert from 'node:assert/strict'
import type {Project} from '../support/project.ts'
import {createScenario, runScenario} from './scenario.ts'

describe('finish.merge', function () {
  this.timeout(60_000)
  let project: Project
  afterEach(() => project.remove())

  const run = async (merge: string) => {
    project = await createScenario({
      phases: [{name: 'Build', modules: ['shop', 'till'], test: 'test -f shop.js && test -f till.js'}],
      agent: 'echo "export const name = 1" > "$CONDUCT_MODULE.js"',
      config: {finish: {merge}},
    })
    const start = project.git('rev-parse', 'main')
    const outcome = await runScenario(project)
    assert.equal(outcome.exitCode, 0, outcome.result.reason)
    return {start, ...outcome}
  }

  it('merge makes one merge commit on the branch that the person started from', async () => {
    const {start} = await run('merge')
    assert.equal(project.git('rev-parse', 'main^1'), start)
    assert.equal(project.git('rev-list', '--first-parent', '--count', `${start}..main`), '1')
    assert.equal(project.git('status', '--porcelain'), '')
  })

  it('squash makes one commit without the history of the modules', async () => {
    const {start} = await run('squash')
    assert.equal(project.git('rev-list', '--count', `${start}..main`), '1')
    assert.equal(project.git('show', 'main:till.js'), 'export const name = 1')
    assert.equal(project.git('branch', '--list', 'conduct/*'), '', 'what was squashed is in the checkpoint refs')
  })

  it('ff moves the branch along the commits of the task', async () => {
    const {start, result} = await run('ff')
    assert.equal(project.git('rev-parse', 'main'), result.phases[0]?.checkpoint?.sha)
    assert.equal(project.git('merge-base', start, 'main'), start)
  })

  it('none leaves the branch alone and the result on its own branch', async () => {
    const {start, result} = await run('none')
    assert.equal(project.git('rev-parse', 'main'), start)
    assert.equal(project.git('rev-parse', `conduct/${result.task_id}/integration`), result.sha)
    assert.match(result.reason, /integration holds the result/)
  })
})
