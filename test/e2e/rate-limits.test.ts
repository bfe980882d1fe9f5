import assert from 'node:assert/strict'
import type {TaskEvent} from '../../src/events.ts'
import type {Project} from '../support/project.ts'
import {createScenario, eventsOf, runScenario} from './scenario.ts'

const MODULES = ['a', 'b', 'c', 'd']

/** The first attempt of each module is told to wait, once all of them run. */
const AGENT = `
if mkdir "../tried-$CONDUCT_MODULE" 2> /dev/null; then
  until [ -d ../tried-a ] && [ -d ../tried-b ] && [ -d ../tried-c ] && [ -d ../tried-d ]; do sleep 0.05; done
  echo 1; exit 75
fi
echo built > "$CONDUCT_MODULE.txt"
`

/** Attempts at the same time, at most. */
function mostAtOnce(events: readonly TaskEvent[]): number {
  let [running, most] = [0, 0]
  for (const {type} of events) {
    if (type === 'attempt.starting') running += 1
    if (type === 'attempt.ended') running -= 1
    most = Math.max(most, running)
  }
  return most
}

/** Claude Code whose provider fails the first time; it works in the session that it began then. */
const CLAUDE = `#!/bin/sh
case "$1" in --version) echo 2.1.330; exit;; auth) echo '{}'; exit;; esac
cat > /dev/null
echo '{"type":"system","subtype":"init","session_id":"s-1","model":"m1","claude_code_version":"2.1.330"}'
if mkdir ../tried 2> /dev/null; then
  echo '{"type":"result","subtype":"success","is_error":true,"api_error_status":500,"result":"API Error: 500"}'
  exit 1
fi
case "$*" in *"--resume s-1"*) echo built > a.txt;; esac
echo '{"type":"result","subtype":"success","is_error":false,"result":"Done."}'
`

describe('a provider that asks to wait', function () {
  this.timeout(60_000)
  let project: Project
  afterEach(() => project.remove())

  it('is asked by fewer agents at once afterwards, and no attempt is used', async () => {
    project = await createScenario({
      phases: [{name: 'Build', modules: MODULES, test: MODULES.map((name) => `test -f ${name}.txt`).join(' && ')}],
      agent: AGENT,
    })
    const {exitCode, result, events} = await runScenario(project)
    assert.equal(exitCode, 0, result.reason)
    assert.deepEqual(
      result.phases[0]?.modules.map(({attempts}) => attempts),
      [1, 1, 1, 1],
    )
    const pauseEnd = events.findIndex(({type}) => type === 'task.unpaused')
    assert.deepEqual([mostAtOnce(events.slice(0, pauseEnd)), mostAtOnce(events.slice(pauseEnd))], [4, 2])
  })

  it('is asked again after a while when it failed: in the same session, and no attempt is used', async () => {
    project = await createScenario({
      phases: [{name: 'Build', modules: ['a'], test: 'test -f a.txt'}],
      agent: '',
      files: {
        'claude.sh': CLAUDE,
        'conduct.config.json': JSON.stringify({agents: {backends: {claude: {program: './claude.sh'}}}, limits: {attempts: 1}}),
      },
    })
    const {exitCode, result, events} = await runScenario(project)
    assert.equal(exitCode, 0, result.reason)
    assert.equal(result.phases[0]?.modules[0]?.attempts, 1)
    const [failed, done] = eventsOf(events, 'attempt.ended')
    const waitMs = Date.parse(failed?.retry_at ?? '') - Date.parse(failed?.at ?? '')
    assert.ok(waitMs > 500 && waitMs <= 2_000, `${waitMs} ms`)
    assert.equal(done?.outcome.status, 'finished')
    assert.ok(Date.parse(eventsOf(events, 'attempt.starting')[1]?.at ?? '') >= Date.parse(failed?.retry_at ?? ''))
  })
})
