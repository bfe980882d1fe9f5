import assert from 'node:assert/strict'
import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createProject, type Project} from '../support/project.ts'
import {once} from '../support/scope.ts'
import {connect, startHttp, type HttpServer} from './http-server.ts'
import type {Era} from './raw-client.ts'
import {needReferees, refereeFile, requireOfReferees, runReferee} from './referee.ts'

interface Check {
  readonly id: string
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO'
  readonly errorMessage?: string
}

/** What the suite itself cannot try, or nobody asks of us, with the reason. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'server-sse-polling': 'Streams that can be taken up again are optional in 2025-11-25 and gone in 2026-07-28.',
  'tasks-status-notifications': 'The suite skips it whatever the server does.',
}

/** What needs none of the names that the suite brings: the server that everybody gets must pass it. */
const WITHOUT_FIXTURES: Readonly<Record<Era, readonly string[]>> = {
  '2025-11-25': [
    'server-initialize',
    'ping',
    'tools-list',
    'resources-list',
    'prompts-list',
    'dns-rebinding-protection',
    'server-sse-multiple-streams',
    'server-session-lifecycle',
  ],
  '2026-07-28': [
    'tools-list',
    'resources-list',
    'prompts-list',
    'caching',
    'sep-2164-resource-not-found',
    'dns-rebinding-protection',
    'server-sse-multiple-streams',
    'http-header-validation',
    'input-required-result-unsupported-methods',
    'input-required-result-validate-input',
  ],
}

describe('the public conformance suite of MCP', function () {
  this.timeout(180_000)
  let project: Project
  before(async function () {
    needReferees(this)
    project = await createProject({'README.md': 'A project.\n'})
  })
  after(() => project?.remove())

  describe('against the server that everybody gets', () => {
    let server: HttpServer
    before(async () => {
      server = await startHttp(project, ['--without-token'])
    })
    after(() => server?.stop())

    for (const era of ['2025-11-25', '2026-07-28'] as const) {
      it(`finds no fault in what of ${era} it can try`, async () => {
        const verdicts = await judge(server.url, era)
        for (const scenario of WITHOUT_FIXTURES[era]) assertPassed(scenario, verdicts.get(scenario))
      })

      it(`sees nothing of its own names in ${era}`, async () => {
        const client = await connect({url: server.url, token: ''}, era)
        try {
          const [{tools}, {resources}] = await Promise.all([client.listTools(), client.listResources()])
          const isFixture = (name: string) => /^test|^json_schema|greet|slow_compute|confirm_delete|multi_input/.test(name)
          assert.deepEqual(tools.map(({name}) => name).filter(isFixture), [])
          assert.deepEqual(resources.map(({uri}) => uri).filter(isFixture), [])
          assert.equal(client.getServerCapabilities()?.logging, undefined)
        } finally {
          await client.close()
        }
      })
    }
  })

  describe('against the same server with the names that the suite calls', () => {
    let server: HttpServer
    before(async function () {
      once(this)
      server = await startHttp(project, ['--without-token'], {CONDUCT_MCP_FIXTURES: '1'})
    })
    after(() => server?.stop())

    for (const era of ['2025-11-25', '2026-07-28'] as const) {
      it(`finds no fault in anything of ${era}`, async () => {
        const verdicts = await judge(server.url, era)
        const wanted = await scenariosOf(era)
        assert.ok(wanted.length > 30, `${wanted.length} scenarios`)
        for (const scenario of wanted) if (!(scenario in LEFT_OUT)) assertPassed(scenario, verdicts.get(scenario))
      })
    }
  })
})

/** Something was tried, and all that was tried held. */
function assertPassed(scenario: string, checks: readonly Check[] = []): void {
  const bad = checks.filter(({status}) => status !== 'SUCCESS' && status !== 'INFO')
  assert.deepEqual(
    bad.map(({id, status, errorMessage}) => `${status} ${id}: ${errorMessage}`),
    [],
    scenario,
  )
  assert.ok(
    checks.some(({status}) => status === 'SUCCESS'),
    `${scenario} tried nothing`,
  )
}

/** Runs all scenarios of a revision; the checks of each, by its name. */
async function judge(url: string, era: Era): Promise<ReadonlyMap<string, readonly Check[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'conduct-test-'))
  try {
    const args = ['server', '--url', url, '--requirements', era, '-o', folder]
    const {stdout, stderr} = await runReferee('@modelcontextprotocol/conformance/dist/index.js', args)
    const runs = await readdir(folder)
    assert.notEqual(runs.length, 0, stdout + stderr)
    return new Map(await Promise.all(runs.map((run) => readChecks(folder, run))))
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

/** The suite names a folder `server-SCENARIO-TIME`. */
async function readChecks(folder: string, run: string): Promise<readonly [string, readonly Check[]]> {
  const scenario = /^server-(.*)-\d{4}-\d\d-\d\dT/.exec(run)?.[1] ?? run
  return [scenario, JSON.parse(await readFile(join(folder, run, 'checks.json'), 'utf8')) as readonly Check[]]
}

/** All that the suite runs against a server of a revision, whether it counts or not. */
async function scenariosOf(era: Era): Promise<readonly string[]> {
  const yaml = requireOfReferees('yaml') as {parse(text: string): unknown}
  const text = await readFile(refereeFile(`@modelcontextprotocol/conformance/requirements/${era}.yaml`), 'utf8')
  const {server, not_scored} = yaml.parse(text) as {
    readonly server: readonly string[]
    readonly not_scored: readonly {readonly scenario: string; readonly leg: string}[]
  }
  return [...server, ...not_scored.filter(({leg}) => leg === 'server').map(({scenario}) => scenario)]
}
