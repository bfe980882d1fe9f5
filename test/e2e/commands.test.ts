import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {conduct, startProgram} from '../support/cli.ts'
import {createProject, type Project} from '../support/project.ts'
import {createScenario, printCheckout} from './scenario.ts'

describe('the commands that look at a task', function () {
  this.timeout(60_000)
  let project: Project
  let task = ''

  before(async () => {
    project = await createScenario({
      phases: [{name: 'Build', modules: ['shop'], test: 'test -f shop.js'}],
      agent: 'echo "I write the shop"; echo "export const shop = 1" > shop.js',
    })
    const {stdout} = await conduct(project, ['run', '--json'])
    task = (JSON.parse(stdout) as {task_id: string}).task_id
  })
  after(() => project.remove())

  it('tasks lists it', async () => {
    const {exitCode, stdout} = await conduct(project, ['tasks', '--json'])
    const {tasks} = JSON.parse(stdout) as {tasks: readonly {task_id: string; status: string}[]}
    assert.equal(exitCode, 0)
    assert.deepEqual(
      tasks.map(({task_id, status}) => ({task_id, status})),
      [{task_id: task, status: 'complete'}],
    )
  })

  it('status says how it ended', async () => {
    const {exitCode, stdout} = await conduct(project, ['status', task])
    assert.equal(exitCode, 0)
    assert.match(stdout, /complete[^]*Phase 1: Build/)
  })

  it('say what is wrong with words that name none: exit 2, with what to type', async () => {
    const [argument, misspelt, json] = await Promise.all([
      conduct(project, ['state', task]),
      conduct(project, ['statuss']),
      conduct(project, ['state', task, '--json']),
    ])
    assert.deepEqual([argument.exitCode, misspelt.exitCode, json.exitCode], [2, 2, 2])
    assert.match(argument.stderr, new RegExp(`For that task: conduct state --task ${task}\\n`))
    assert.match(misspelt.stderr, /Did you mean: conduct status\n/)
    assert.equal(json.json<{error: {code: string}}>().error.code, 'USAGE')
  })

  it('takes no argument from stdin: a loop over a list goes through all of it', async () => {
    const loop = 'printf "%s\\n" one two three | while read -r word; do conduct spec check >/dev/null && echo "$word"; done'
    const {done} = await startProgram(project, 'bash', ['-c', loop])
    assert.deepEqual(await done.then(({stdout, stderr}) => ({stdout, stderr})), {stdout: 'one\ntwo\nthree\n', stderr: ''})
  })

  it('logs shows what its agents said', async () => {
    const {exitCode, stdout} = await conduct(project, ['logs', 'shop', '--task', task])
    assert.equal(exitCode, 0)
    assert.match(stdout, /I write the shop/)
  })

  it('validate checks the checkout without a task, and a TODO fails it', async () => {
    await project.write('late.js', '// TODO: later\n')
    const {exitCode, stdout} = await conduct(project, ['validate', 'todo'])
    assert.equal(exitCode, 6)
    assert.match(stdout, /late\.js:1/)
  })

  it('run --dry-run prints the plan and touches nothing', async () => {
    const before = await printCheckout(project)
    const {exitCode, stdout} = await conduct(project, ['run', '--dry-run'])
    assert.equal(exitCode, 0)
    assert.match(stdout, /Phase 1: Build[^]*shop[^]*test -f shop\.js[^]*Nothing was touched/)
    assert.deepEqual(await printCheckout(project), before)
    assert.equal((JSON.parse((await conduct(project, ['tasks', '--json'])).stdout) as {tasks: unknown[]}).tasks.length, 1)
  })
})

describe('the commands that begin a project', function () {
  this.timeout(60_000)
  let project: Project
  beforeEach(async () => {
    project = await createProject({'README.md': '# Shop\n'})
  })
  afterEach(() => project.remove())

  it('init writes a configuration, once', async () => {
    assert.equal((await conduct(project, ['init'])).exitCode, 0)
    assert.ok(existsSync(join(project.root, 'conduct.config.json')))
    const before = await printCheckout(project)
    assert.equal((await conduct(project, ['init'])).exitCode, 0)
    assert.deepEqual(await printCheckout(project), before)
  })

  it('spec init writes a spec that spec check passes and spec show understands', async () => {
    assert.equal((await conduct(project, ['spec', 'init'])).exitCode, 0)
    const check = await conduct(project, ['spec', 'check'])
    assert.equal(check.exitCode, 0, check.stdout + check.stderr)
    const show = await conduct(project, ['spec', 'show', '--json'])
    assert.equal(show.exitCode, 0)
    assert.ok(show.stdout.includes('"phases"'))
  })

  it('doctor names what is missing, and how to mend it', async () => {
    const {exitCode, stdout} = await conduct(project, ['doctor'])
    assert.equal(exitCode, 5)
    assert.match(stdout, /✖ agent claude/)
    assert.match(stdout, /→ /)
  })
})
