import assert from 'node:assert/strict'
import {readdir} from 'node:fs/promises'
import {dirname} from 'node:path'
import type {AgentEvent} from 'conduct-cli/plugin'
import {findMarked} from '../../../src/process.ts'
import {markerOf, type LaunchChanges} from '../../../test/agents/support.ts'
import {cliCommand} from '../../../test/support/cli.ts'
import type {Turn} from '../../../test/support/model-server/scenario.ts'
import {needsAgents, openBench, type AgentBench} from '../../../test/support/real-agents.ts'
import {createAcpBackend} from '../src/acp-backend.ts'
import {AGENTS, USAGE, type BenchAgent} from './bench-agents.ts'

const backend = createAcpBackend()

/** Dollars for a million tokens: a thousand of input cost one, a thousand from the cache a tenth. */
const PRICE = {input: 1_000, output: 10_000, cacheRead: 100}
const START_TASK = {server: 'conduct', tool: 'start_task', args: {description: 'Build it', working_directory: '../project'}}
const WORK: readonly Turn[] = [
  {say: 'I begin.', do: {write: {path: 'hello.txt', content: 'hello\n'}}, usage: USAGE},
  {do: {shell: 'git add . && git commit --quiet --message=Hello && echo committed'}, usage: USAGE},
  {do: {mcp: START_TASK}, usage: USAGE},
  {say: 'Done.', usage: USAGE},
]

for (const agent of AGENTS) {
  describe(`${agent.name} itself, with a scripted model`, function () {
    this.timeout(240_000)
    before(function () {
      return needsAgents(this)
    })

    it('works, goes on in its session, is cancelled in the middle of a tool, and says why it failed', async () => {
      const turns = [...WORK, {do: {shell: 'sleep 300'}}, ...agent.failures.map(([error]) => ({error}))]
      await withBench(agent, turns, async (bench) => {
        const session = await worksAndCommits(agent, bench)
        await agent.age?.(bench)
        await goesOnAndIsCancelled(agent, bench, session)
        for (const [error, expected] of agent.failures) {
          const {outcome} = await attempt(agent, bench)
          const {cause, ...rest} = {cause: '', ...outcome}
          const {cause: pattern, ...wanted} = {cause: /^$/, ...expected}
          assert.deepEqual(rest, wanted, JSON.stringify([error, outcome]))
          assert.match(cause, pattern)
        }
        assert.deepEqual([bench.changes(), bench.project.git('status', '--porcelain')], [[], ''])
        const strange = (await readdir(bench.home)).filter((name) => !agent.home.includes(name))
        assert.deepEqual(strange, [])
      })
    })
  })
}

describe('gemini --acp, which asks for leave', function () {
  this.timeout(120_000)
  before(function () {
    return needsAgents(this)
  })

  it('is kept by `edit` to files of the worktree and to MCP servers of the request', async () => {
    const gemini = AGENTS.find(({name}) => name === 'gemini --acp')
    assert.ok(gemini)
    const turns: readonly Turn[] = [
      {do: {shell: 'echo x > shell.txt'}},
      {do: {write: {path: '../project/out.txt', content: 'x'}}},
      {do: {write: {path: 'in.txt', content: 'x'}}},
      {do: {mcp: START_TASK}},
      {say: 'Done.'},
    ]
    await withBench(gemini, turns, async (bench) => {
      const mcpServers = {conduct: cliCommand(bench.project, ['mcp'])}
      const {outcome, activity} = await attempt(gemini, bench, {request: {permissions: 'edit', mcpServers}})
      assert.equal(outcome.status, 'finished', JSON.stringify(outcome))
      assert.match(bench.model.journal[4]?.last ?? '', /task_id/)
      assert.deepEqual([bench.changes(), bench.project.git('status', '--porcelain')], [['?? in.txt'], ''])
      assert.ok(activity.some((event) => event.type === 'text' && event.text.startsWith('Refused, by `permissions: "edit"`: echo x')))
    })
  })
})

/** Returns the session. */
async function worksAndCommits(agent: BenchAgent, bench: AgentBench): Promise<string | undefined> {
  const mcpServers = {conduct: cliCommand(bench.project, ['mcp'])}
  const {outcome, usage, agent: identity, activity, session} = await attempt(agent, bench, {request: {mcpServers}})
  assert.deepEqual(outcome, {status: 'finished', summary: 'Done.'})
  assert.deepEqual(roundUsd(usage), agent.usage)
  assert.deepEqual(identity, {version: agent.version, model: agent.model})
  assert.equal(bench.project.git('show', 'work:hello.txt'), 'hello')
  assert.match(bench.model.journal.map(({last}) => last).join('\n'), /committed[^]*"?task_id/)
  assert.deepEqual(
    activity.flatMap((event) => (event.type === 'tool' ? [event.name] : [])),
    agent.tools,
  )
  return session
}

async function goesOnAndIsCancelled(agent: BenchAgent, bench: AgentBench, session: string | undefined): Promise<void> {
  const stop = new AbortController()
  const onActivity = (event: AgentEvent) => event.type === 'tool' && stop.abort()
  const changes = {signal: stop.signal, onActivity, request: {prompt: 'Mend it.', ...(session === undefined ? {} : {session})}}
  const second = await attempt(agent, bench, changes)
  assert.deepEqual(second.outcome, {status: 'cancelled'})
  assert.equal(idOf(second.session), idOf(session))
  assert.match(JSON.stringify(bench.model.journal.at(-1)?.body), /Build the ledger\.[^]*Mend it\./)
  assert.deepEqual(await findMarked(markerOf(dirname(bench.project.root))), [], 'processes are left')
}

function attempt(agent: BenchAgent, bench: AgentBench, {request, ...changes}: LaunchChanges = {}) {
  const options = agent.options(bench.model.url)
  return bench.launch(backend, {prices: {[agent.model]: PRICE}, ...changes, request: {options, ...request}})
}

async function withBench(agent: BenchAgent, turns: readonly Turn[], use: (bench: AgentBench) => Promise<void>): Promise<void> {
  const bench = await openBench({scenarios: [{turns}]})
  try {
    await agent.prepare?.(bench)
    await use(bench)
    assert.deepEqual(await findMarked(markerOf(dirname(bench.project.root))), [], 'processes are left')
  } finally {
    await bench.close()
  }
}

const roundUsd = <T extends {readonly usd: number}>(usage: T) => ({...usage, usd: Math.round(usage.usd * 1e6) / 1e6})

const idOf = (session: string | undefined) => (JSON.parse(session ?? '{}') as {readonly id?: string}).id
