import assert from 'node:assert/strict'
import {conduct} from '../support/cli.ts'
import type {Project} from '../support/project.ts'
import {once} from '../support/scope.ts'
import {createScenario, eventsOf, runScenario} from './scenario.ts'

/** Claude Code whose plan is used up. */
const CLAUDE = `#!/bin/sh
case "$1" in --version) echo 2.1.330; exit;; auth) echo '{}'; exit;; esac
cat > /dev/null
echo '{"type":"system","subtype":"init","session_id":"s-1","model":"m1","claude_code_version":"2.1.330"}'
echo '{"type":"result","subtype":"success","is_error":true,"api_error_status":429,"result":"Too many requests"}'
exit 1
`

const agents = {
  default: 'codex',
  fallbacks: [{backend: 'claude', model: 'm1'}, 'command'],
  backends: {codex: {program: './nowhere'}, claude: {program: './claude.sh'}, command: {run: ['./agent.sh']}},
}

describe('fallbacks', function () {
  this.timeout(60_000)
  let project: Project
  before(function () {
    once(this)
  })
  afterEach(() => project.remove())

  it('take over from an agent that is missing, and from one whose provider asks to wait; and it is said why', async () => {
    project = await createScenario({
      phases: [{name: 'Build', modules: ['shop'], test: 'test -f shop.txt'}],
      agent: 'echo built > shop.txt',
      files: {'conduct.config.json': JSON.stringify({agents}), 'claude.sh': CLAUDE},
    })
    const plan = await conduct(project, ['run', '--dry-run'])
    assert.match(plan.stdout, /agent {7}codex \(agents\.default of the config\), else claude \(m1\), else command/)
    assert.match(plan.stdout, /agent codex: NOT READY for .*\nagent claude.*: ready as a fallback for implementation-executor/)
    const {exitCode, result, events} = await runScenario(project)
    assert.equal(exitCode, 0, result.reason)
    const [missing, ...more] = eventsOf(events, 'runner.started')[0]?.missing_agents ?? []
    assert.deepEqual([missing?.name, more], ['codex', []])
    const [claude, command, ...others] = eventsOf(events, 'attempt.starting')
    assert.deepEqual([claude?.backend, claude?.model, claude?.number, others], ['claude', 'm1', 1, []])
    assert.match(claude?.why ?? '', /^codex cannot work: .*nowhere/)
    assert.deepEqual([command?.backend, command?.number, command?.role], ['command', 1, 'implementation-executor'])
    assert.match(command?.why ?? '', /; claude \(m1\) was asked to wait until 20/)
    assert.deepEqual(eventsOf(events, 'task.paused'), [])
    const logs = await conduct(project, ['logs', '--task', result.task_id])
    assert.match(logs.stdout, /\(command\) attempt 1, .*claude \(m1\) was asked to wait/)
  })
})
