import assert from 'node:assert/strict'
import {fileURLToPath} from 'node:url'
import {conduct} from '../support/cli.ts'
import {createProject, type Project} from '../support/project.ts'
import {once} from '../support/scope.ts'
import {needReferees, runReferee, type RefereeResult} from './referee.ts'

const BIN = fileURLToPath(new URL('../../bin/conduct.js', import.meta.url))
const RUNTIME = 'Deno' in globalThis ? [process.execPath, 'run', '--allow-all', '--quiet'] : [process.execPath]

interface Load {
  readonly requests: number
  readonly ok: number
  readonly toolErrors: number
  readonly errors: number
}

describe("the inspector's command line on stdio", function () {
  this.timeout(120_000)
  let project: Project
  before(async function () {
    needReferees(this)
    project = await createProject({'README.md': 'A project.\n'})
  })
  after(() => project?.remove())

  /** The target comes first: what follows its own words are options of the inspector. */
  function inspect(...args: readonly string[]): Promise<RefereeResult> {
    const target = [...RUNTIME, BIN, 'mcp', '--cwd', project.root, '-e', `CONDUCT_STATE_DIR=${project.stateDir}`]
    // It keeps notes of its own.
    const env = {HOME: project.stateDir}
    return runReferee('@modelcontextprotocol/inspector/clients/launcher/build/index.js', ['--cli', ...target, ...args], env)
  }

  for (const era of ['legacy', 'modern'] as const) {
    it(`finds every schema fit for any client (${era})`, async () => {
      const {exitCode, stdout, stderr} = await inspect('--method', 'tools/list', '--strict', '--format', 'json', '--protocol-era', era)
      assert.equal(exitCode, 0, stderr)
      assert.ok(stdout.includes('"get_task_state"'), stdout)
      assert.doesNotMatch(stderr, /^Error:/m)
    })

    it(`has every one of 500 calls answered, 10 at a time (${era})`, async function () {
      once(this)
      const task = (await conduct(project, ['start', 'Load'])).stdout.trim()
      const call = ['--method', 'tools/call', '--tool-name', 'get_task_state', '--tool-args-json', JSON.stringify({task_id: task})]
      const load = ['--load', '--load-requests', '500', '--load-concurrency', '10', '--format', 'json', '--protocol-era', era]
      const {exitCode, stdout, stderr} = await inspect(...call, ...load)
      assert.equal(exitCode, 0, stderr)
      const {requests, ok, toolErrors, errors} = (JSON.parse(stdout) as {readonly result: Load}).result
      assert.deepEqual({requests, ok, toolErrors, errors}, {requests: 500, ok: 500, toolErrors: 0, errors: 0}, stdout)
    })
  }
})
