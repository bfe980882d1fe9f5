import assert from 'node:assert/strict'
import {mkdir, readdir, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {AgentEvent} from 'conduct-cli/plugin'
import {findMarked} from '../../../src/process.ts'
import {markerOf, type LaunchChanges, type TestLaunch} from '../../../test/agents/support.ts'
import installed from '../../../test/agents/package.json' with {type: 'json'}
import {cliCommand} from '../../../test/support/cli.ts'
import type {Turn} from '../../../test/support/model-server/scenario.ts'
import {needsAgents, openBench, type AgentBench} from '../../../test/support/real-agents.ts'
import {createCodexBackend} from '../src/codex-backend.ts'

const backend = createCodexBackend()

/** Codex tries again by itself, for most of a minute; here it gives up at once. */
const settingsFor = ({model}: AgentBench) => ({
  model_provider: 'scripted',
  model_providers: {
    scripted: {
      name: 'scripted',
      base_url: `${model.url}/v1`,
      env_key: 'OPENAI_API_KEY',
      wire_api: 'responses',
      request_max_retries: 0,
      stream_max_retries: 0,
    },
  },
})

const open = (turns: readonly Turn[], loop = false) => openBench({scenarios: [{turns, loop}], env: () => ({OPENAI_API_KEY: 'no-key'})})

function attempt(bench: AgentBench, {request, ...changes}: LaunchChanges = {}) {
  const options = {settings: settingsFor(bench)}
  return bench.launch(backend, {...changes, request: {model: MODEL, options, ...request}})
}

async function withBench<T>(turns: readonly Turn[], use: (bench: AgentBench) => Promise<T>, loop = false): Promise<T> {
  const bench = await open(turns, loop)
  try {
    const result = await use(bench)
    assert.deepEqual(await findMarked(markerOf(dirname(bench.project.root))), [], 'processes are left')
    return result
  } finally {
    await bench.close()
  }
}

const MODEL = 'gpt-5.1-codex'
const INSTALLED = installed.devDependencies['@openai/codex']
/** Dollars for a million tokens: a thousand of input cost one, a thousand from the cache a tenth. */
const PRICES = {[MODEL]: {input: 1_000, output: 10_000, cacheRead: 100}}
const USAGE = {input: 1200, cached: 200, output: 30, reasoning: 7}

describe('codex itself, with a scripted model', function () {
  this.timeout(60_000)
  before(function () {
    return needsAgents(this)
  })

  it('writes a file, commits, calls our MCP server, and goes on in the same thread', async () => {
    const turns: readonly Turn[] = [
      {say: 'I begin.', do: {write: {path: 'hello.txt', content: 'hello\n'}}, usage: USAGE},
      {do: {shell: 'git add . && git commit --quiet --message=Hello && echo committed'}, usage: USAGE},
      {do: {mcp: {server: 'conduct', tool: 'start_task', args: {description: 'Build it', working_directory: '../project'}}}, usage: USAGE},
      {say: 'Done.', usage: USAGE},
      {say: 'Mended.', usage: {...USAGE, input: 2000}},
    ]
    await withBench(turns, async (bench) => {
      const {command, args, env} = cliCommand(bench.project, ['mcp'])
      const first = await attempt(bench, {prices: PRICES, request: {mcpServers: {conduct: {command, args, env}}}})
      assert.deepEqual(first.outcome, {status: 'finished', summary: 'Done.'})
      const usage = {tokens: 4920, input: 4000, cacheRead: 800, cacheWrite: 0, output: 120, reasoning: 28}
      assert.deepEqual(first.usage, {...usage, usd: 4 + 0.08 + 1.2})
      assert.deepEqual(first.agent, {version: INSTALLED, model: MODEL})
      assert.equal(bench.project.git('show', 'work:hello.txt'), 'hello')
      assert.match(bench.model.journal[2]?.last ?? '', /committed/)
      assert.match(bench.model.journal[3]?.last ?? '', /"task_id":/)
      assert.deepEqual(toolsOf(first), ['command', 'command', 'conduct.start_task'])

      const second = await attempt(bench, {request: {prompt: 'Mend it.', session: first.session}})
      assert.deepEqual(second.outcome, {status: 'finished', summary: 'Mended.'})
      assert.equal(second.usage.tokens, 2000 + 30, 'the thread counts all that it ever used')
      assert.deepEqual(second.agent, {version: INSTALLED, model: MODEL})
      assert.match(JSON.stringify(bench.model.journal[4]?.body), /Build the ledger\..*Mend it\./)
      assert.deepEqual(bench.changes(), [])
      assert.deepEqual(
        bench.model.journal.map(({path}) => path).filter((path) => path !== '/v1/responses'),
        [],
      )
    })
  })

  it('begins a new thread when the one to go on with is gone', () =>
    withBench([{say: 'Done.'}], async (bench) => {
      const {outcome, session} = await attempt(bench, {request: {session: '01a2057f-0000-7740-9e25-d5ff1d4ac835'}})
      assert.equal(outcome.status, 'finished')
      assert.doesNotMatch(session ?? '', /^01a2057f-0000/)
    }))

  for (const [name, turn, expected] of [
    ['401', {error: {status: 401, message: 'bad key'}}, {status: 'failed', retryable: false, cause: /401 Unauthorized: bad key/}],
    ['429', {error: {status: 429, type: 'rate_limit_exceeded'}}, {status: 'rate-limited', retryAfterMs: 60_000}],
    ['a usage limit', {error: {status: 429, type: 'usage_limit_reached'}}, {status: 'rate-limited', retryAfterMs: 900_000}],
    ['500', {error: {status: 500}}, {status: 'failed', retryable: true, transient: true, cause: /high demand/}],
    [
      'a stream that is cut',
      {say: 'Half a', cut: true},
      {status: 'failed', retryable: true, transient: true, cause: /stream disconnected/},
    ],
  ] as const) {
    it(`says what became of it after ${name}`, () =>
      withBench(
        [turn],
        async (bench) => {
          const {outcome} = await attempt(bench)
          const {cause, ...rest} = {cause: '', ...outcome}
          const {cause: pattern = /^$/, ...wanted} = {cause: undefined, ...expected}
          assert.deepEqual(rest, wanted)
          assert.match(cause, pattern)
        },
        true,
      ))
  }

  it('is kept to its worktree by `edit`, where MCP servers work, and from writing at all by `read`', async function () {
    const shell = 'echo x > in.txt; echo x > ../project/out.txt; echo x > "$HOME/out.txt"; git add . ; true'
    const mcp = {server: 'conduct', tool: 'start_task', args: {description: 'Build it', working_directory: '../project'}}
    await withBench(
      [{do: {shell: shell.replace('in.txt', 'no.txt')}}, {say: 'Seen.'}, {do: {shell}}, {do: {mcp}}, {say: 'Done.'}],
      async (bench) => {
        const reader = await attempt(bench, {request: {permissions: 'read'}})
        const hasSandbox = reader.outcome.status === 'finished'
        // It needs namespaces, which not every container has.
        if (!hasSandbox && process.env['CI'] !== 'true') this.skip()
        assert.deepEqual(reader.outcome, {status: 'finished', summary: 'Seen.'})
        assert.deepEqual(bench.changes(), [])
        const {command, args, env} = cliCommand(bench.project, ['mcp'])
        const {outcome} = await attempt(bench, {request: {permissions: 'edit', mcpServers: {conduct: {command, args, env}}}})
        assert.deepEqual(outcome, {status: 'finished', summary: 'Done.'})
        assert.match(bench.model.journal[4]?.last ?? '', /"task_id":/)
        assert.deepEqual([bench.changes(), bench.project.git('status', '--porcelain')], [['?? in.txt'], ''])
        assert.deepEqual(await readdir(bench.home), ['.codex'])
      },
    )
  })

  it('is handed no MCP server of the person or of the tree', () =>
    withBench([{say: 'Done.'}], async (bench) => {
      const server = (name: string) => `[mcp_servers.${name}]\ncommand = "touch"\nargs = ["${bench.home}/${name}"]\n`
      await mkdir(join(bench.home, '.codex'))
      const trust = `[projects."${bench.project.root}"]\ntrust_level = "trusted"\n`
      await writeFile(join(bench.home, '.codex/config.toml'), `${trust}${server('own')}`)
      await mkdir(join(bench.worktree, '.codex'))
      await writeFile(join(bench.worktree, '.codex/config.toml'), server('tree'))
      await writeFile(join(bench.worktree, 'AGENTS.md'), 'Answer in verse.\n')
      assert.equal((await attempt(bench)).outcome.status, 'finished')
      assert.deepEqual(await readdir(bench.home), ['.codex'])
      assert.match(JSON.stringify(bench.model.journal[0]?.body), /Answer in verse\./)
    }))

  it('says before it is started whether it can work', () =>
    withBench([], async (bench) => {
      assert.deepEqual(await bench.probe(backend, {settings: settingsFor(bench)}), {ok: true, version: INSTALLED})
      assert.deepEqual(await bench.probe(backend), {
        ok: false,
        problem: `codex ${INSTALLED} is not logged in: Not logged in`,
        hint: 'Run `codex login`, or set CODEX_API_KEY; codex does not look at OPENAI_API_KEY.',
      })
      const missing = await bench.probe(backend, {program: 'no-such-codex'})
      assert.match(missing.ok ? '' : missing.hint, /npm install --global @openai\/codex/)
    }))

  it('is stopped when it goes round in circles', () =>
    withBench(
      [{do: {shell: 'echo again'}, usage: USAGE}],
      async (bench) => {
        const {outcome, usage} = await attempt(bench, {limits: {turns: 5}})
        assert.deepEqual(outcome, {status: 'failed', retryable: true, cause: 'It took more than 5 turns, which is `limits.turns`.'})
        assert.ok(usage.tokens >= 3 * 1230, 'what a stopped agent has used is known')
      },
      true,
    ))

  it('is stopped when its model falls silent', () =>
    withBench([{hangs: true}], async (bench) => {
      const {outcome} = await attempt(bench, {limits: {silenceMs: 1_500}})
      assert.equal(outcome.status, 'stalled')
    }))

  it('is cancelled in the middle of a tool, and leaves no process', () =>
    withBench([{do: {shell: 'sleep 300'}}], async (bench) => {
      const stop = new AbortController()
      const onActivity = (event: AgentEvent) => event.type === 'tool' && stop.abort()
      const {outcome, session} = await attempt(bench, {signal: stop.signal, onActivity})
      assert.deepEqual(outcome, {status: 'cancelled'})
      assert.ok(session, 'what was thought so far can be gone on with')
    }))
})

function toolsOf({activity}: TestLaunch): readonly string[] {
  return activity.flatMap((event) => (event.type === 'tool' ? [event.name] : []))
}
