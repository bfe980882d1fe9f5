import assert from 'node:assert/strict'
import {mkdir, readdir, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {AgentEvent} from 'conduct-cli/plugin'
import {findMarked} from '../../../src/process.ts'
import {markerOf, type LaunchChanges, type TestLaunch} from '../../../test/agents/support.ts'
import installed from '../../../test/agents/package.json' with {type: 'json'}
import {cliCommand} from '../../../test/support/cli.ts'
import type {Arguments, Turn} from '../../../test/support/model-server/scenario.ts'
import {needsAgents, openBench, type AgentBench} from '../../../test/support/real-agents.ts'
import {createGeminiBackend} from '../src/gemini-backend.ts'

const backend = createGeminiBackend()

const MODEL = 'gemini-2.5-pro'
const INSTALLED = installed.devDependencies['@google/gemini-cli']
/** Dollars for a million tokens: a thousand of input cost one, a thousand from the cache a tenth. */
const PRICES = {[MODEL]: {input: 1_000, output: 10_000, cacheRead: 100}}
const USAGE = {input: 1200, cached: 200, output: 30, reasoning: 7}
/** Gemini tries again by itself, for half a minute; here it gives up at once. */
const OPTIONS = {settings: {general: {maxAttempts: 1}}}
const START_TASK = {server: 'conduct', tool: 'start_task', args: {description: 'Build it', working_directory: '../project'}}

function attempt(bench: AgentBench, {request, ...changes}: LaunchChanges = {}) {
  return bench.launch(backend, {...changes, request: {model: MODEL, options: OPTIONS, ...request}})
}

async function withBench<T>(turns: readonly Turn[], use: (bench: AgentBench) => Promise<T>, loop = false): Promise<T> {
  const env = ({url}: AgentBench['model']) => ({GEMINI_API_KEY: 'no-key', GOOGLE_GEMINI_BASE_URL: url})
  const bench = await openBench({scenarios: [{turns, loop}], env})
  try {
    const result = await use(bench)
    assert.deepEqual(await findMarked(markerOf(dirname(bench.project.root))), [], 'processes are left')
    assert.deepEqual(await readdir(join(dirname(bench.project.root), 'tmp')), [], 'files are left')
    return result
  } finally {
    await bench.close()
  }
}

describe('gemini itself, with a scripted model', function () {
  this.timeout(120_000)
  before(function () {
    return needsAgents(this)
  })

  it('writes a file, commits, calls our MCP server, and goes on in the same session', async () => {
    const turns: readonly Turn[] = [
      {say: 'I begin, and say it in more than one piece.', do: {write: {path: 'hello.txt', content: 'hello\n'}}, usage: USAGE},
      {do: {shell: 'git add . && git commit --quiet --message=Hello && echo committed'}, usage: USAGE},
      {do: {mcp: START_TASK}, usage: USAGE},
      {say: 'Done.', usage: USAGE},
      {say: 'Mended.', usage: {...USAGE, input: 2000}},
    ]
    await withBench(turns, async (bench) => {
      const mcpServers = {conduct: cliCommand(bench.project, ['mcp'])}
      const first = await attempt(bench, {prices: PRICES, request: {mcpServers}})
      const usage = {tokens: 4920, input: 4000, cacheRead: 800, cacheWrite: 0, output: 120, reasoning: 28}
      assert.deepEqual(first.outcome, {status: 'finished', summary: 'Done.', usage})
      assert.deepEqual(first.usage, {...usage, usd: 4 + 0.08 + 1.2})
      assert.deepEqual(first.agent, {version: INSTALLED, model: MODEL})
      assert.equal(bench.project.git('show', 'work:hello.txt'), 'hello')
      assert.match(bench.model.journal[2]?.last ?? '', /committed/)
      assert.match(bench.model.journal[3]?.last ?? '', /task_id/)
      assert.deepEqual(toolsOf(first), ['write_file', 'run_shell_command', 'mcp_conduct_start_task'])
      assert.deepEqual(textsOf(first), ['I begin, and say it in more than one piece.', 'Done.'])
      assert.equal(first.activity.filter(({type}) => type === 'turn').length, 4)

      const prompt = '/Mend it, says root@localhost: @hello.txt@'
      const second = await attempt(bench, {request: {prompt, session: first.session}})
      assert.deepEqual([second.outcome.status, second.usage.tokens, second.session], ['finished', 2030, first.session])
      assert.match(JSON.stringify(bench.model.journal[4]?.body), /Build the ledger\..*Mend it/)
      assert.deepEqual(bench.changes(), [])
      assert.deepEqual(await readdir(bench.home), ['.gemini'])
    })
  })

  it('begins a new session when the one to go on with is gone, and says what became of it after 401', () =>
    withBench([{error: {status: 401, message: 'bad key'}}], async (bench) => {
      const gone = '01a2057f-0000-4740-9e25-d5ff1d4ac835'
      const {outcome, session} = await attempt(bench, {request: {session: gone}})
      const cause = 'gemini: bad key. Run `gemini` and log in, or set GEMINI_API_KEY.'
      const {usage: _, ...rest} = {usage: undefined, ...outcome}
      assert.deepEqual(rest, {status: 'failed', retryable: false, cause})
      assert.match(session ?? '', /^(?!01a2057f-0000)[0-9a-f-]{36}$/)
    }))

  for (const [name, turn, expected] of [
    ['429', {error: {status: 429, type: 'RESOURCE_EXHAUSTED', message: 'Please retry in 12.5s.'}}, /^rate-limited 12500$/],
    ['500', {error: {status: 500}}, /^failed gemini: scripted error true true$/],
    ['a stream that is cut', {say: 'Half a', cut: true}, /^failed gemini: exception TypeError.* true true$/],
  ] as const) {
    it(`says what became of it after ${name}`, () =>
      withBench(
        [turn],
        async (bench) => {
          const {outcome} = await attempt(bench)
          const {usage: _, session: __, ...rest} = {usage: undefined, session: undefined, ...outcome}
          assert.match(Object.values(rest).join(' '), expected)
        },
        true,
      ))
  }

  it('is kept to its worktree by `edit`, from writing at all by `read`, and from what the tree would have it do', async () => {
    const write = (path: string): Turn => ({do: {write: {path, content: 'x'}}})
    const call = (name: string, args: Arguments): Turn => ({do: {call: {name, args}}})
    const editing = [write('in.txt'), write('../project/out.txt'), call('run_shell_command', {command: 'touch sh.txt'}), {say: 'Edited.'}]
    const reading = [call('write_file', {file_path: 'no.txt', content: 'x'}), {do: {mcp: START_TASK}}, {say: 'Seen.'}]
    await withBench([...editing, ...reading], async (bench) => {
      const before = await setTrap(bench)
      const editor = await attempt(bench, {request: {permissions: 'edit'}})
      assert.equal('summary' in editor.outcome && editor.outcome.summary, 'Edited.')
      assert.deepEqual(bench.changes(), [...before, '?? in.txt'])
      await rm(join(bench.worktree, '.gemini'), {recursive: true})
      const mcpServers = {conduct: cliCommand(bench.project, ['mcp'])}
      const reader = await attempt(bench, {request: {permissions: 'read', mcpServers}})
      assert.equal('summary' in reader.outcome && reader.outcome.summary, 'Seen.')
      assert.match(bench.model.journal[6]?.last ?? '', /task_id/)
      assert.deepEqual(bench.changes(), ['?? .env', '?? in.txt'])
      assert.deepEqual([bench.project.git('status', '--porcelain'), await readdir(bench.home)], ['', ['.gemini']])
    })
  })

  it('starts no MCP server of the person or of the tree, also where all is allowed', () =>
    withBench([{say: 'Done.'}], async (bench) => {
      await setTrap(bench, {hooks: {}, tools: {}})
      await mkdir(join(bench.home, '.gemini'))
      const server = {command: 'touch', args: [join(bench.home, 'own')]}
      await writeFile(join(bench.home, '.gemini/settings.json'), JSON.stringify({mcpServers: {server}}))
      await writeFile(join(bench.worktree, 'GEMINI.md'), 'Answer in verse.\n')
      assert.equal((await attempt(bench)).outcome.status, 'finished')
      assert.deepEqual(await readdir(bench.home), ['.gemini'])
      assert.match(JSON.stringify(bench.model.journal[0]?.body), /Answer in verse\./)
    }))

  it('is stopped when it goes round in circles', () =>
    withBench(
      [{do: {shell: 'echo again'}, usage: USAGE}],
      async (bench) => {
        const {outcome, usage} = await attempt(bench, {limits: {turns: 3}})
        assert.deepEqual(outcome, {status: 'failed', retryable: true, cause: 'It took more than 3 turns, which is `limits.turns`.'})
        assert.ok(usage.tokens >= 2 * 1230, 'what a stopped agent has used is known')
      },
      true,
    ))

  it('is stopped when its model falls silent', () =>
    withBench([{hangs: true}], async (bench) => {
      const {outcome} = await attempt(bench, {limits: {silenceMs: 3_000}})
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

  it('says before it is started whether it can work', () =>
    withBench([], async (bench) => {
      assert.deepEqual(await bench.probe(backend), {ok: true, version: INSTALLED})
      const without = await bench.probe(backend, undefined, {GEMINI_API_KEY: ''})
      assert.match(without.ok ? '' : without.problem, /is not logged in, and there is no key/)
      const missing = await bench.probe(backend, {program: 'no-such-gemini'})
      assert.deepEqual(await readdir(bench.home), [])
      assert.match(missing.ok ? '' : missing.hint, /npm install --global @google\/gemini-cli/)
    }))
})

/** What an agent could leave in a tree for the next one: whatever of it is obeyed makes a file in the home. */
async function setTrap({worktree, home, changes}: AgentBench, less: object = {}): Promise<readonly string[]> {
  const server = {command: 'touch', args: [join(home, 'server')]}
  const hooks = {SessionStart: [{hooks: [{type: 'command', command: `touch ${join(home, 'hook')}`}]}]}
  const settings = {mcpServers: {server}, hooks, tools: {discoveryCommand: `touch ${join(home, 'discovery')}`}, ...less}
  await mkdir(join(worktree, '.gemini'))
  await writeFile(join(worktree, '.gemini/settings.json'), JSON.stringify(settings))
  await writeFile(join(worktree, '.gemini/.env'), 'GEMINI_MODEL=wrong\n')
  await writeFile(join(worktree, '.env'), 'GOOGLE_CLOUD_PROJECT=wrong\n')
  return changes()
}

function toolsOf({activity}: TestLaunch): readonly string[] {
  return activity.flatMap((event) => (event.type === 'tool' ? [event.name] : []))
}

function textsOf({activity}: TestLaunch): readonly string[] {
  return activity.flatMap((event) => (event.type === 'text' ? [event.text] : []))
}
