import assert from 'node:assert/strict'
import {mkdir, readdir, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {AgentEvent} from 'conduct-cli/plugin'
import {findMarked} from '../../../src/process.ts'
import installed from '../../../test/agents/package.json' with {type: 'json'}
import {markerOf, type LaunchChanges, type TestLaunch} from '../../../test/agents/support.ts'
import {cliCommand} from '../../../test/support/cli.ts'
import type {Scenario, Turn} from '../../../test/support/model-server/scenario.ts'
import {needsAgents, openBench, type AgentBench} from '../../../test/support/real-agents.ts'
import {createOpencodeBackend} from '../src/opencode-backend.ts'

const backend = createOpencodeBackend()
const INSTALLED = installed.optionalDependencies['opencode-linux-x64']
const MODEL = 'scripted/m1'
/** Dollars for a million tokens: a thousand of input cost one, a thousand from the cache a tenth. */
const PRICES = {input: 1_000, output: 10_000, cache_read: 100}
const USAGE = {input: 1200, cached: 200, output: 30, reasoning: 7}
/** opencode asks a registry for a package of its own: here nobody listens. To read all models of the world takes seconds. */
const env = {
  HTTPS_PROXY: 'http://127.0.0.1:9',
  HTTP_PROXY: 'http://127.0.0.1:9',
  NO_PROXY: '127.0.0.1',
  OPENCODE_MODELS_PATH: join(import.meta.dirname, 'no-models.json'),
}

const settingsFor = ({model}: AgentBench) => ({
  small_model: MODEL,
  enabled_providers: ['scripted'],
  provider: {
    scripted: {
      npm: '@ai-sdk/openai-compatible',
      options: {baseURL: `${model.url}/v1`, apiKey: 'no-key'},
      models: {m1: {tool_call: true, reasoning: true, cost: PRICES, limit: {context: 200_000, output: 8_192}}},
    },
  },
})

function attempt(bench: AgentBench, {request, limits, ...changes}: LaunchChanges = {}) {
  const options = {settings: settingsFor(bench)}
  const patient = {timeoutMs: 300_000, silenceMs: 300_000, ...limits}
  return bench.launch(backend, {...changes, env, limits: patient, request: {model: MODEL, options, ...request}})
}

/** Several at the same time, in a home that is new to all: a start of opencode takes seconds. Each says its name in its prompt. */
async function attempts<Name extends string>(bench: AgentBench, all: Readonly<Record<Name, LaunchChanges>>) {
  const launched = Object.entries<LaunchChanges>(all).map(async ([name, {request, ...changes}]) => {
    const marker = `${markerOf(dirname(bench.project.root))}-${name}`
    const apart = {marker, transcript: join(bench.home, `${name}.ndjson`), request: {prompt: promptOf(name), ...request}}
    const result = await attempt(bench, {...changes, ...apart})
    assert.deepEqual(await findMarked(marker), [], `processes are left of ${name}`)
    return [name, result] as const
  })
  return Object.fromEntries(await Promise.all(launched)) as Record<Name, TestLaunch> // one for each name
}

const promptOf = (name: string) => `Build <${name}>.`
const playing = (name: string, turns: readonly Turn[], loop = false): Scenario => ({match: promptOf(name), turns, loop})

async function withBench(scenarios: readonly Scenario[], use: (bench: AgentBench) => Promise<void>): Promise<void> {
  const bench = await openBench({scenarios})
  try {
    await use(bench)
    assert.deepEqual(await findMarked(markerOf(dirname(bench.project.root))), [], 'processes are left')
    assert.equal(bench.project.git('status', '--porcelain'), '')
  } finally {
    await bench.close()
  }
}

describe('opencode itself, with a scripted model', function () {
  this.timeout(300_000)
  before(function () {
    return needsAgents(this)
  })

  it('writes a file, commits, calls our MCP server and none of the person, and goes on in the same session', async () => {
    const mcp = {server: 'conduct', tool: 'start_task', args: {description: 'Build it', working_directory: '../project'}}
    const turns: readonly Turn[] = [
      {say: 'I begin.', do: {write: {path: 'hello.txt', content: 'hello\n'}}, usage: USAGE},
      {do: {shell: 'git add . && git commit --quiet --message=Hello && echo committed; env | grep -c npm_config_fetch'}, usage: USAGE},
      {do: {mcp}, usage: USAGE},
      {say: 'Done.', usage: USAGE},
      {say: 'Mended.', usage: {...USAGE, input: 2000}},
    ]
    await withBench([{turns}], async (bench) => {
      const own = join(bench.home, '.config/opencode')
      await mkdir(own, {recursive: true})
      const server = {type: 'local', command: ['touch', join(bench.home, 'started')], enabled: true}
      await writeFile(join(own, 'opencode.jsonc'), `// mine\n{"mcp": {"own": ${JSON.stringify(server)},},}`)
      const {command, args, env: variables} = cliCommand(bench.project, ['mcp'])
      const first = await attempt(bench, {request: {mcpServers: {conduct: {command, args, env: variables}}}})
      assert.deepEqual(first.outcome, {status: 'finished', summary: 'Done.'})
      const {usd, ...tokens} = first.usage
      assert.deepEqual(tokens, {tokens: 4920, input: 4000, cacheRead: 800, cacheWrite: 0, output: 120, reasoning: 28})
      assert.equal(usd.toFixed(6), (4 + 0.08 + 1.2).toFixed(6))
      assert.deepEqual(first.agent, {version: INSTALLED, model: MODEL})
      assert.equal(bench.project.git('show', 'work:hello.txt'), 'hello')
      assert.match(bench.model.journal[2]?.last ?? '', /committed\D+0\b/, 'what npm was told for the start is not for its commands')
      assert.match(bench.model.journal[3]?.last ?? '', /task_id/)
      assert.deepEqual(toolsOf(first), ['write', 'bash', 'conduct_start_task'])

      const second = await attempt(bench, {request: {prompt: 'Mend it.', session: first.session ?? ''}})
      assert.deepEqual(second.outcome, {status: 'finished', summary: 'Mended.'})
      assert.equal(second.usage.tokens, 2000 + 30)
      assert.equal(second.session, first.session)
      assert.match(JSON.stringify(bench.model.journal[4]?.body), /Build the ledger\..*Mend it\./)
      assert.deepEqual(bench.changes(), [])
      const left = async (folder: string) => (await readdir(folder)).filter((name) => !name.startsWith('.'))
      assert.deepEqual(await left(bench.home), [], 'a server of the person was started')
      assert.deepEqual(await left(join(dirname(bench.project.root), 'tmp')), [])
    })
  })

  it('writes in its worktree alone with `edit`, nowhere with `read`, and runs no command, whatever tree and person say', async () => {
    const call = (name: string, args: Record<string, string>): Turn => ({do: {call: {name, args}}})
    const scenarios = [
      playing('edit', [
        {do: {write: {path: 'in.txt', content: 'x'}}},
        {do: {write: {path: '../project/out.txt', content: 'x'}}},
        call('bash', {command: 'touch ran', description: 'run'}),
        {say: 'Done.'},
      ]),
      playing('read', [
        call('write', {filePath: 'no.txt', content: 'x'}),
        call('bash', {command: 'touch ran', description: 'run'}),
        {say: 'Seen.'},
      ]),
    ]
    await withBench(scenarios, async (bench) => {
      await writeFile(join(bench.worktree, 'AGENTS.md'), 'Answer in verse.\n')
      const agent = {build: {permission: {bash: 'allow', edit: 'allow', external_directory: 'allow'}}}
      await writeFile(join(bench.worktree, 'opencode.json'), JSON.stringify({agent}))
      // Of permissions the last that fits counts, and those of a person would come last, or before what denies all else.
      const own = join(bench.home, '.config/opencode')
      await mkdir(own, {recursive: true})
      await writeFile(join(own, 'opencode.json'), JSON.stringify({agent, permission: {edit: 'ask'}}))
      const {edit, read} = await attempts(bench, {
        edit: {request: {permissions: 'edit', session: 'ses_0123456789abcdef'}},
        read: {request: {permissions: 'read'}},
      })
      assert.deepEqual(edit.outcome, {status: 'finished', summary: 'Done.'}, 'a session that is gone is begun anew')
      assert.deepEqual(read.outcome, {status: 'finished', summary: 'Seen.'})
      assert.deepEqual(bench.changes(), ['?? AGENTS.md', '?? in.txt', '?? opencode.json'])
      assert.match(JSON.stringify(bench.model.journal[0]?.body), /Answer in verse\./)
    })
  })

  it('starts several at once in a new home, and says what became of each', async () => {
    const soon = {'retry-after-ms': '1'}
    const scenarios = [
      playing('refused', [{error: {status: 401, type: 'authentication_error', message: 'bad key'}}], true),
      playing('paused', [{error: {status: 429, headers: {'retry-after': '3600'}}}], true),
      playing('limited', [{error: {status: 429, headers: soon}}], true),
      // Without a word of the provider it waits two seconds, then four, up to half a minute.
      playing('broken', [{say: 'Half a', cut: true}, {error: {status: 500, headers: soon}}], true),
    ]
    await withBench(scenarios, async (bench) => {
      const {refused, paused, limited, broken} = await attempts(bench, {refused: {}, paused: {}, limited: {}, broken: {}})
      assert.deepEqual(refused.outcome, {status: 'failed', retryable: false, cause: 'opencode: 401 bad key'})
      assert.equal(paused.outcome.status, 'rate-limited')
      const waitMs = paused.outcome.status === 'rate-limited' ? paused.outcome.retryAfterMs : 0
      assert.ok(waitMs > 3_500_000 && waitMs <= 3_600_000, `the pause that the provider asks for, not ${waitMs}`)
      assert.ok(paused.session, 'the session is there after the pause')
      assert.deepEqual(limited.outcome, {status: 'rate-limited', retryAfterMs: 60_000})
      assert.deepEqual(broken.outcome, {status: 'failed', retryable: true, cause: 'opencode: 500 scripted error', transient: true})
      assert.match(textsOf(broken).join('\n'), /^The model did not answer, so opencode asks again in [123] s: /m)
    })
  })

  it('is stopped when it goes round in circles, falls silent, or is cancelled in a tool, and leaves no process', async () => {
    const scenarios = [
      playing('circles', [{do: {shell: 'echo again'}, usage: USAGE}], true),
      playing('silent', [{hangs: true}], true),
      playing('cancelled', [{do: {shell: 'sleep 300'}}], true),
    ]
    await withBench(scenarios, async (bench) => {
      const stop = new AbortController()
      const onActivity = (event: AgentEvent) => event.type === 'tool' && stop.abort()
      const {circles, silent, cancelled} = await attempts(bench, {
        circles: {limits: {turns: 4}},
        silent: {limits: {silenceMs: 15_000}},
        cancelled: {signal: stop.signal, onActivity},
      })
      assert.deepEqual(circles.outcome, {status: 'failed', retryable: true, cause: 'It took more than 4 turns, which is `limits.turns`.'})
      assert.ok(circles.usage.tokens >= 3 * 1230, 'what a stopped agent has used is known')
      assert.equal(silent.outcome.status, 'stalled')
      assert.deepEqual(cancelled.outcome, {status: 'cancelled'})
      assert.ok(cancelled.session, 'what was thought so far can be gone on with')
    })
  })

  it('says before it is started whether it can work', () =>
    withBench([], async (bench) => {
      assert.deepEqual(await bench.probe(backend, {settings: settingsFor(bench)}), {ok: true, version: INSTALLED})
      assert.deepEqual(await bench.probe(backend), {
        ok: false,
        problem: `opencode ${INSTALLED} has no login, and there is no key.`,
        hint: 'Run `opencode auth login`, or set the key of a provider, such as ANTHROPIC_API_KEY.',
      })
      const missing = await bench.probe(backend, {program: 'no-such-opencode'})
      assert.match(missing.ok ? '' : missing.hint, /npm install --global opencode-ai/)
    }))
})

function toolsOf({activity}: TestLaunch): readonly string[] {
  return activity.flatMap((event) => (event.type === 'tool' ? [event.name] : []))
}

function textsOf({activity}: TestLaunch): readonly string[] {
  return activity.flatMap((event) => (event.type === 'text' ? [event.text] : []))
}
