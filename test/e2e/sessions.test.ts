import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Project} from '../support/project.ts'
import {once} from '../support/scope.ts'
import {createScenario, eventsOf, runScenario} from './scenario.ts'

/** Claude Code, as far as a run sees it: the first attempt fails in the middle, the next one ends well. */
const CLAUDE = `
case "$1" in --version) echo 2.1.330; exit;; auth) echo '{}'; exit;; esac
echo "$*" >> "$(dirname "$0")/../arguments.txt"
echo '{"type":"system","subtype":"init","session_id":"s-1","model":"m1-2026","claude_code_version":"2.1.330"}'
if [ "$CONDUCT_ATTEMPT" = 1 ]; then echo '{"type":"result","subtype":"error_during_execution","is_error":true,"errors":["boom"]}'; exit 1; fi
echo 'export const shop = 1' > shop.js
echo '{"type":"result","subtype":"success","is_error":false,"result":"Built.","usage":{"input_tokens":600,"output_tokens":400}}'
`

const agents = {
  default: 'claude',
  permissions: 'edit',
  roles: {'fix-executor': {permissions: 'full'}},
  backends: {claude: {program: './agent.sh'}},
  prices: {'m1-2026': {input: 1_000, output: 1_000}},
}

describe('an agent that knows sessions', function () {
  this.timeout(60_000)
  let project: Project
  before(function () {
    once(this)
  })
  afterEach(() => project.remove())

  it('goes on, after it failed, in the session that it began, with what its role may do; and the log says what ran and what it cost', async () => {
    project = await createScenario({
      phases: [{name: 'Build', modules: ['shop'], test: 'test -f shop.js'}],
      agent: CLAUDE,
      files: {'conduct.config.json': JSON.stringify({agents})},
    })
    const {exitCode, result, events} = await runScenario(project)
    assert.equal(exitCode, 0, result.reason)
    const [first = '', second = '', ...others] = (await readFile(join(project.root, '../arguments.txt'), 'utf8')).trim().split('\n')
    assert.match(first, /--permission-mode acceptEdits/)
    assert.doesNotMatch(first, /--resume/)
    assert.match(second, /--permission-mode bypassPermissions .* --resume s-1/)
    assert.deepEqual(others, [])
    const ended = eventsOf(events, 'attempt.ended').at(-1)
    assert.deepEqual([ended?.session, ended?.agent], ['s-1', {version: '2.1.330', model: 'm1-2026'}])
    assert.deepEqual(ended?.usage, {tokens: 1_000, input: 600, cacheRead: 0, cacheWrite: 0, output: 400, usd: 1})
    assert.deepEqual(result.usage, {tokens: 1_000, usd: 1})
  })
})
