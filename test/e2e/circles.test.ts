import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Project} from '../support/project.ts'
import {once} from '../support/scope.ts'
import {createScenario, eventsOf, runScenario} from './scenario.ts'

/** Builds at first; then does the same once more, whatever is wrong. */
const AGENT =
  'if [ "$CONDUCT_ROLE" = fix-executor ]; then echo "try this" >> notes.txt; echo "I took notes."; else echo built > shop.txt; fi'

/** Claude Code, which is sent in, and finds nothing to do. */
const CLAUDE = `#!/bin/sh
case "$1" in --version) echo 2.1.330; exit;; auth) echo '{}'; exit;; esac
cat > "$(dirname "$0")/../prompt.txt"
echo '{"type":"system","subtype":"init","session_id":"s-1","model":"m1","claude_code_version":"2.1.330"}'
echo '{"type":"result","subtype":"success","is_error":false,"result":"All is well.","usage":{"input_tokens":1,"output_tokens":1}}'
`

const agents = {
  default: 'command',
  roles: {'fix-executor': {escalate: {backend: 'claude', model: 'm1'}}},
  backends: {claude: {program: './claude.sh'}, command: {run: ['./agent.sh']}},
}

describe('a repair that goes round in circles', function () {
  this.timeout(60_000)
  let project: Project
  before(function () {
    once(this)
  })
  afterEach(() => project.remove())

  it('is begun afresh by another agent, who is told of it, and then ends the phase though attempts are left', async () => {
    project = await createScenario({
      phases: [{name: 'Build', modules: ['shop'], test: 'echo "no price after $$ ms"; test -f price.txt'}],
      agent: AGENT,
      files: {'conduct.config.json': JSON.stringify({agents, limits: {attempts: 10}}), 'claude.sh': CLAUDE},
    })
    const {exitCode, result, events} = await runScenario(project)
    assert.equal(exitCode, 6)
    assert.match(result.reason, /went round in circles.*Allow more attempts: conduct resume \w+ --retry shop/)
    const [, first, second, third, ...others] = eventsOf(events, 'attempt.starting')
    assert.deepEqual(
      [first?.backend, second?.backend, third?.backend, third?.model, others.length],
      ['command', 'command', 'claude', 'm1', 0],
    )
    assert.equal(third?.why, 'begun afresh: the work went round in circles')
    assert.match(await readFile(join(project.root, '../prompt.txt'), 'utf8'), /What was tried before did not help/)
  })
})
