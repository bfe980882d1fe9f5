import assert from 'node:assert/strict'
import {access} from 'node:fs/promises'
import type {TaskEvent} from '../../src/events.ts'
import {conduct, printed, startCli, type RunningCli} from '../support/cli.ts'
import {createProject, type Project} from '../support/project.ts'
import {AT_GATE, placeGate, type Gate} from './gate.ts'
import {createScenario, eventsOf, parseEvents} from './scenario.ts'

describe('test suites of one machine', function () {
  this.timeout(60_000)
  let busy: Project
  let other: Project
  let gate: Gate
  let first: RunningCli
  let task: string

  before(async () => {
    busy = await createProject({
      'package.json': '{"type": "module", "scripts": {"test": "sh gate.sh && node --test"}}\n',
      'gate.sh': `${AT_GATE}\n`,
      'a.test.js': "import {test} from 'node:test'\ntest('a', () => {})\n",
    })
    const scenario = await createScenario({
      phases: [{name: 'Build', modules: ['shop'], test: 'test -f shop.js'}],
      agent: 'echo "export const shop = 1" > shop.js',
    })
    other = {...scenario, stateDir: busy.stateDir}
    gate = placeGate(busy)
    first = startCli(busy, ['validate', 'npm-test'])
    await gate.reached
  })
  after(async () => {
    gate.remove()
    await Promise.all([busy.remove(), other.remove()])
  })

  it('take turns: a run waits for another command, says so, and goes on after a kill as if nothing had been', async () => {
    const run = startCli(other, ['run', '--events', '-'])
    await printed(run, /"suite.waiting","baseline"/)
    const status = await conduct(other, ['status'])
    task = /^task +(\w+)/.exec(status.stdout)?.[1] ?? ''
    assert.match(
      status.stdout,
      /^tests:\n {4}`test -f shop\.js` on the base \w{7} +for \S+ +waits, another test suite runs on this machine$/m,
    )
    run.child.kill('SIGKILL')
    await run.done
    const resumed = startCli(other, ['resume', '--events', '-'])
    await printed(resumed, /"suite.waiting"/)
    await gate.open()
    const [{exitCode, stdout, stderr}, validated] = await Promise.all([resumed.done, first.done])
    assert.equal(exitCode, 0, stderr)
    assert.equal(validated.exitCode, 0, validated.stdout)
    const events = parseEvents(stdout)
    const count = (type: TaskEvent['type']) => eventsOf(events, type).length
    assert.deepEqual([count('baseline.recorded'), count('suite.waiting')], [1, count('suite.resumed')])
  })

  it('leave their output where the log and `conduct logs` say', async () => {
    const {checks} = (await conduct(other, ['logs', '--task', task, '--json'])).json<{
      checks: {validator: string; name: string; log_file: string}[]
    }>()
    assert.deepEqual(
      checks.map(({name, validator}) => `${name} ${validator}`),
      ['Phase 1: Build test-command', 'finish test-command'],
    )
    for (const {log_file} of checks) await access(log_file)
  })
})
