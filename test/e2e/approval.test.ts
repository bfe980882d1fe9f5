import assert from 'node:assert/strict'
import type {RunResult} from '../../src/run/result.ts'
import {conduct} from '../support/cli.ts'
import type {Project} from '../support/project.ts'
import {createScenario, runScenario} from './scenario.ts'

describe('finish.approve', () => {
  let project: Project
  beforeEach(async () => {
    project = await createScenario({
      phases: [{name: 'Build', modules: ['shop'], test: 'test -f shop.js'}],
      agent: 'echo "export const shop = 1" > shop.js',
      config: {finish: {approve: true}},
    })
  })
  afterEach(() => project.remove())

  it('ends the run with exit code 10 and nothing merged; after approve, resume merges what was verified', async () => {
    const start = project.git('rev-parse', 'main')
    const {exitCode, result} = await runScenario(project)
    assert.equal(exitCode, 10, result.reason)
    assert.equal(result.status, 'waiting')
    assert.match(result.reason, /waits for your approval.*conduct approve.*conduct resume/)
    assert.equal(project.git('rev-parse', 'main'), start)

    assert.equal((await conduct(project, ['resume', '--json'])).json<RunResult>().exit_code, 10, 'resume alone is no approval')
    const approved = await conduct(project, ['approve', '--json'])
    assert.equal(approved.exitCode, 0, approved.stderr)
    const resumed = await conduct(project, ['resume', '--json'])
    assert.equal(resumed.exitCode, 0, resumed.stdout)
    assert.equal(project.git('rev-parse', 'main'), approved.json<{sha: string}>().sha)
  })

  it('refuses to approve what nobody asked for', async () => {
    await conduct(project, ['start', 'Build the shop'])
    const {exitCode, stderr} = await conduct(project, ['approve'])
    assert.equal(exitCode, 2)
    assert.match(stderr, /Nothing of task \w+ waits for approval/)
  })
})
