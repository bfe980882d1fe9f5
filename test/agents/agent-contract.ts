import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import type {AgentBackend} from '../../src/agents/agent.ts'
import {createAgentRegistry} from '../../src/agents/registry.ts'
import {which} from '../../src/agents/which.ts'
import {findMarked} from '../../src/process.ts'
import {launch, markerOf, withFolder} from './support.ts'

/**
 * What the agent of a scenario does:
 * `finishes`: writes `built.txt` with the text "built", reports 100 tokens and 0.5 dollars, ends well.
 * `fails`: ends with an error that names "the reason". `waits`: asks to come back in 3 seconds.
 * `hangs`: works for minutes. `missing`: the agent itself is not there.
 */
export type Scenario = 'finishes' | 'fails' | 'waits' | 'hangs' | 'missing'

export interface AgentUnderTest {
  readonly backend: AgentBackend
  /** Prepares `projectDir` for a scenario; returns `agents.backends.<name>` of the config. */
  prepare(projectDir: string, scenario: Scenario): Promise<unknown>
}

/** The rules every agent backend keeps. */
export function agentContract(name: string, {backend, prepare}: AgentUnderTest): void {
  const attempt = (scenario: Scenario, changes: Parameters<typeof launch>[2] = {}) =>
    withFolder(async (folder) => {
      const options = await prepare(folder, scenario)
      const result = await launch(folder, backend, {...changes, request: {...changes.request, options}})
      assert.deepEqual(await findMarked(markerOf(folder)), [], 'processes are left')
      return {...result, built: await readFile(path.join(folder, 'built.txt'), 'utf8').catch(() => undefined)}
    })
  const probe = (options: unknown, cwd: string) =>
    backend.probe({options, cwd, which: (program) => which(program, {cwd, pathVariable: process.env.PATH})})

  describe(`${name} as an agent backend`, () => {
    it('has what the registry asks for', () => {
      const registry = createAgentRegistry()
      registry.add(backend)
      assert.deepEqual(registry.names(), [backend.name])
    })

    it('can run where it is set up', async () => {
      await withFolder(async (folder) => {
        const options = await prepare(folder, 'finishes')
        assert.equal((await probe(options, folder)).ok, true)
      })
    })

    it('says what is missing where it is not, and what to do', async () => {
      await withFolder(async (folder) => {
        const answer = await probe(await prepare(folder, 'missing'), folder)
        assert.equal(answer.ok, false)
        assert.ok(!answer.ok && answer.problem.length > 10 && answer.hint.length > 10)
      })
    })

    for (const nonsense of [undefined, null, 7, 'text', [], {}, {no: 'such key'}]) {
      it(`answers to options that make no sense, and does not throw (${JSON.stringify(nonsense) ?? 'undefined'})`, async () => {
        assert.equal((await probe(nonsense, '/')).ok, false)
        await withFolder(async (folder) => {
          const {outcome} = await launch(folder, backend, {request: {options: nonsense}})
          assert.equal(outcome.status, 'failed')
          assert.ok('retryable' in outcome && !outcome.retryable)
          assert.doesNotMatch('cause' in outcome ? outcome.cause : '', /is broken/)
        })
      })
    }

    it('works in the worktree, and says when it has finished and what it used', async () => {
      const {outcome, usage, built} = await attempt('finishes')
      assert.equal(outcome.status, 'finished')
      assert.equal(built, 'built')
      assert.deepEqual(usage, {tokens: 100, usd: 0.5})
    })

    it('says why it failed', async () => {
      const {outcome} = await attempt('fails')
      assert.equal(outcome.status, 'failed')
      assert.match('cause' in outcome ? outcome.cause : '', /the reason/)
    })

    it('says how long to wait at a rate limit', async () => {
      const {outcome} = await attempt('waits')
      assert.deepEqual(outcome, {status: 'rate-limited', retryAfterMs: 3_000})
    })

    it('has failed for good when it is not there', async () => {
      const {outcome} = await attempt('missing')
      assert.equal(outcome.status, 'failed')
      assert.ok('retryable' in outcome && !outcome.retryable)
    })

    it('settles soon when it is cancelled, and leaves nothing running', async () => {
      const controller = new AbortController()
      const isGivenUp = 60_000
      const running = attempt('hangs', {signal: controller.signal, giveUpMs: isGivenUp, onActivity: () => controller.abort()})
      assert.deepEqual((await running).outcome, {status: 'cancelled'})
    })

    it('keeps two attempts at the same time apart', async () => {
      const [first, second] = await Promise.all([attempt('finishes'), attempt('fails')])
      assert.deepEqual([first.outcome.status, second.outcome.status], ['finished', 'failed'])
      assert.deepEqual([first.built, second.built], ['built', undefined])
    })
  })
}
