import assert from 'node:assert/strict'
import {readdir, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {AgentEvent, AgentOutcome} from 'conduct-cli/plugin'
import {findMarked} from '../../../src/process.ts'
import installed from '../../../test/agents/package.json' with {type: 'json'}
import {findAnswer} from '../../../src/run/answer-file.ts'
import {markerOf, type TestLaunch} from '../../../test/agents/support.ts'
import {cliCommand} from '../../../test/support/cli.ts'
import type {Scenario, Turn} from '../../../test/support/model-server/scenario.ts'
import {needsAgents, openBench, type AgentBench, type BenchChanges} from '../../../test/support/real-agents.ts'
import {createClaudeBackend} from '../src/claude-backend.ts'

const backend = createClaudeBackend()
const INSTALLED = installed.devDependencies['@anthropic-ai/claude-code']
/** Claude Code itself knows what it costs. */
const MODEL = 'claude-sonnet-4-5'
const PRICE = {input: 3, output: 15, cacheRead: 0.3}
/** What stands in the folder of a bench. */
const OURS = new Set(['bin', 'home', 'logs', 'project', 'state', 'tmp', 'worktree'])
const USAGE = {input: 1200, cached: 200, output: 30}

/** In a project with MCP servers of its own, which no agent is to start. */
async function withBench(scenario: Scenario, use: (bench: AgentBench) => Promise<void>): Promise<void> {
  const bench = await openBench({
    scenarios: [scenario],
    files: {'.mcp.json': JSON.stringify({mcpServers: {tree: {command: 'touch', args: ['started.txt']}}})},
    env: ({url}) => ({ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'no-key', CLAUDE_CODE_MAX_RETRIES: '0'}),
  })
  try {
    await use(bench)
    const folder = dirname(bench.project.root)
    assert.deepEqual(await findMarked(markerOf(folder)), [], 'processes are left')
    assert.equal(bench.project.git('status', '--porcelain'), '', 'the checkout was touched')
    assert.deepEqual(
      (await readdir(folder)).filter((name) => !OURS.has(name)),
      [],
      'something was left beside the worktree',
    )
  } finally {
    await bench.close()
  }
}

const attempt = (bench: AgentBench, {request, ...changes}: BenchChanges = {}) =>
  bench.launch(backend, {...changes, request: {model: MODEL, ...request}})

/** Conduct’s own server, as an agent is given it. */
function conductServer({project}: AgentBench) {
  const {command, args, env} = cliCommand(project, ['mcp'])
  return {conduct: {command, args, env}}
}

const ANSWER = `Nothing. ${'I looked. '.repeat(500)}\n\n\`\`\`json\n{"findings": []}\n\`\`\`\n`
const START_TASK = {server: 'conduct', tool: 'start_task', args: {description: 'Build it', working_directory: '../project'}}

describe('Claude Code itself, with a scripted model', function () {
  this.timeout(60_000)
  before(function () {
    return needsAgents(this)
  })

  it('writes a file, commits, calls our MCP server, and goes on in the same session', () => {
    const turns: readonly Turn[] = [
      {say: 'I begin.', do: {write: {path: 'hello.txt', content: 'hello\n'}}, usage: USAGE},
      {do: {shell: 'git add . && git commit --quiet --message=Hello && echo committed'}, usage: USAGE},
      {do: {mcp: START_TASK}, usage: USAGE},
      {say: 'Done.', usage: USAGE},
      {say: 'Mended.', usage: {input: 2000, output: 30}},
    ]
    return withBench({turns}, async (bench) => {
      const first = await attempt(bench, {request: {mcpServers: conductServer(bench)}})
      const {usd, ...usage} = first.usage
      assert.deepEqual(usage, {tokens: 4920, input: 4000, cacheRead: 800, cacheWrite: 0, output: 120, reasoning: 0})
      assert.ok(Math.abs(usd - priceOf(4000, 800, 120)) < 1e-9, `${usd} dollars`)
      assert.equal(first.outcome.status === 'finished' && first.outcome.summary, 'Done.')
      assert.deepEqual(first.agent, {version: INSTALLED, model: MODEL})
      assert.equal(bench.project.git('show', 'work:hello.txt'), 'hello')
      assert.match(bench.model.journal[2]?.last ?? '', /committed/)
      assert.match(bench.model.journal[3]?.last ?? '', /task_id/)
      assert.deepEqual(toolsOf(first), ['Write', 'Bash', 'mcp__conduct__start_task'])

      const second = await attempt(bench, {request: {prompt: 'Mend it.', ...(first.session ? {session: first.session} : {})}})
      assert.equal(second.outcome.status === 'finished' && second.outcome.summary, 'Mended.')
      assert.equal(second.session, first.session)
      assert.equal(second.usage.tokens, 2030)
      assert.ok(Math.abs(second.usage.usd - priceOf(2000, 0, 30)) < 1e-9, 'the cost is of all attempts in the session')
      assert.match(JSON.stringify(bench.model.journal[4]?.body), /Build the ledger\..*Mend it\./)
      assert.deepEqual(bench.changes(), [])
    })
  })

  it('begins a new session when the one to go on with is gone', () =>
    withBench({turns: [{say: 'Done.'}]}, async (bench) => {
      const gone = '689ae1fc-82fb-4cf5-95d9-c4890628dbdd'
      const {outcome, session} = await attempt(bench, {request: {session: gone}})
      assert.equal(outcome.status, 'finished')
      assert.ok(session !== undefined && session !== gone)
      assert.deepEqual(bench.changes(), [], 'a server of the tree was started')
    }))

  it('says what became of an attempt whose model refuses, breaks off or is busy', async () => {
    const busy = {status: 529, type: 'overloaded_error', headers: {'retry-after': '1'}}
    const after = await Promise.all([
      outcomeOf({error: {status: 401, type: 'authentication_error', message: 'invalid x-api-key'}}),
      outcomeOf({error: {status: 429, type: 'rate_limit_error', headers: {'retry-after': '7200'}}}),
      outcomeOf({error: busy}, {CLAUDE_CODE_MAX_RETRIES: '1'}),
      outcomeOf({error: {status: 500, message: 'boom'}}),
      outcomeOf({say: 'Half a', cut: true}),
    ])
    const told = after.map((outcome) =>
      'retryAfterMs' in outcome ? {...outcome, retryAfterMs: Math.floor(outcome.retryAfterMs / 1000)} : outcome,
    )
    const usage = {tokens: 0, input: 0, cacheRead: 0, cacheWrite: 0, output: 0}
    const [unknown, limited, overloaded, broken, cut] = told
    assert.deepEqual(unknown, {status: 'failed', retryable: false, cause: 'Invalid API key · Fix external API key', usage})
    assert.deepEqual(limited, {status: 'rate-limited', retryAfterMs: 60, usage})
    assert.deepEqual(overloaded, {status: 'rate-limited', retryAfterMs: 1, usage})
    assert.ok(broken?.status === 'failed' && broken.transient && /500 boom/.test(broken.cause), JSON.stringify(broken))
    assert.ok(cut?.status === 'failed' && cut.transient && /Connection/.test(cut.cause), JSON.stringify(cut))
  })

  it('runs no command and leaves its worktree alone by `read`, and the rest of the disk by `edit`; MCP servers work in both', () => {
    const work: readonly Turn[] = [
      {do: {call: {name: 'Bash', args: {command: 'touch by-shell.txt', description: 'run'}}}},
      {do: {call: {name: 'Read', args: {file_path: '../home/spec.md'}}}},
      {do: {call: {name: 'Write', args: {file_path: '../out.txt', content: 'x'}}}},
      {do: {call: {name: 'Write', args: {file_path: 'in.txt', content: 'x'}}}},
      {do: {mcp: START_TASK}},
      {say: ANSWER},
    ]
    return withBench({turns: [...work, ...work]}, async (bench) => {
      const mcpServers = conductServer(bench)
      await writeFile(join(bench.home, 'spec.md'), 'Spec of old')
      const reader = await attempt(bench, {request: {permissions: 'read', mcpServers}})
      assert.equal(reader.outcome.status, 'finished')
      assert.deepEqual(findAnswer(reader.said ?? '')?.json, {findings: []}, 'who may write nothing answers in words')
      assert.deepEqual(bench.changes(), [])
      const {outcome, activity} = await attempt(bench, {request: {permissions: 'edit', mcpServers}})
      assert.equal(outcome.status, 'finished')
      assert.deepEqual(bench.changes(), ['?? in.txt'])
      assert.match(JSON.stringify(activity), /Refused by its permissions: Write\./)
      for (const index of [5, 11]) assert.match(bench.model.journal[index]?.last ?? '', /task_id/)
      for (const index of [2, 8]) assert.match(bench.model.journal[index]?.last ?? '', /Spec of old/, 'it may look at what lies elsewhere')
    })
  })

  it('says before it is started whether it can work, and fails for good where it is not logged in', () =>
    withBench({turns: []}, async (bench) => {
      assert.deepEqual(await bench.probe(backend), {ok: true, version: INSTALLED})
      assert.deepEqual(await bench.probe(backend, undefined, {ANTHROPIC_API_KEY: ''}), {
        ok: false,
        problem: `Claude Code ${INSTALLED} is not logged in, and there is no key.`,
        hint: 'Run `claude` and log in, or set ANTHROPIC_API_KEY.',
      })
      const file = join(dirname(bench.project.root), 'bin/broken')
      await writeFile(file, '#!/bin/sh\necho native binary not installed >&2\nexit 1\n', {mode: 0o755})
      const broken = await bench.probe(backend, {program: 'broken'})
      assert.match(broken.ok ? '' : broken.problem, /does not start: native binary not installed/)
      const missing = await bench.probe(backend, {program: 'no-such-claude'})
      assert.match(missing.ok ? '' : missing.hint, /Install no-such-claude/)
      const {outcome} = await attempt(bench, {env: {ANTHROPIC_API_KEY: ''}})
      assert.ok(outcome.status === 'failed' && !outcome.retryable && /Not logged in/.test(outcome.cause), JSON.stringify(outcome))
      assert.deepEqual(bench.model.journal, [])
    }))

  it('is stopped when it goes round in circles', () =>
    withBench({turns: [{do: {shell: 'echo again'}, usage: USAGE}], loop: true}, async (bench) => {
      const {outcome, usage} = await attempt(bench, {limits: {turns: 3}, request: {limits: {turns: 3}}})
      assert.ok(outcome.status === 'failed' && outcome.retryable, JSON.stringify(outcome))
      assert.equal(outcome.cause, 'It took 3 turns, which is `limits.turns`.')
      assert.equal(usage.tokens, 3 * 1230)
    }))

  it('is stopped when its model falls silent', () =>
    withBench({turns: [{hangs: true}]}, async (bench) => {
      const {outcome} = await attempt(bench, {limits: {silenceMs: 3_000}})
      assert.equal(outcome.status, 'stalled')
    }))

  it('is cancelled in the middle of a tool, leaves no process, and can be gone on with', () =>
    withBench({turns: [{do: {shell: 'touch begun.txt; sleep 300'}}, {say: 'Done.'}]}, async (bench) => {
      const stop = new AbortController()
      const onActivity = (event: AgentEvent) => event.type === 'tool' && stop.abort()
      const {outcome, session} = await attempt(bench, {signal: stop.signal, onActivity})
      assert.deepEqual(outcome, {status: 'cancelled'})
      assert.ok(session)
      assert.equal((await attempt(bench, {request: {prompt: 'Go on.', session}})).outcome.status, 'finished')
    }))
})

/** Of an attempt whose model answers like this, whatever it is asked. */
async function outcomeOf(turn: Turn, env = {}): Promise<AgentOutcome> {
  const outcomes: AgentOutcome[] = []
  await withBench({turns: [turn], loop: true}, async (bench) => void outcomes.push((await attempt(bench, {env})).outcome))
  const [outcome] = outcomes
  assert.ok(outcome)
  return outcome
}

function toolsOf({activity}: TestLaunch): readonly string[] {
  return activity.flatMap((event) => (event.type === 'tool' ? [event.name] : []))
}

/** In dollars. */
function priceOf(input: number, cacheRead: number, output: number): number {
  return (input * PRICE.input + cacheRead * PRICE.cacheRead + output * PRICE.output) / 1_000_000
}
