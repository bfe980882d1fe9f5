import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {basename, join} from 'node:path'
import {launchAgent} from '../agents/launch.ts'
import {probeInput} from '../agents/probe-input.ts'
import {createAgentRegistry} from '../agents/registry.ts'
import {findMarked} from '../process.ts'
import {withFolder} from './folders.ts'
import type {AgentUnderTest, Scenario, TestRunner} from './types.ts'

const BAD_OPTIONS: readonly unknown[] = [undefined, null, 7, 'text', [], {}, {no: 'such key'}]

/** The tests every agent backend must pass. See `types.ts`. */
export function agentContract(subject: AgentUnderTest, {describe, it}: TestRunner = globalThis as unknown as TestRunner): void {
  const {backend, prepare, badOptions = BAD_OPTIONS} = subject
  const attempt = (scenario: Scenario, stopped?: AbortController) =>
    withFolder(async (folder) => {
      const result = await launchIn(folder, subject, await prepare(folder, scenario), stopped)
      return {...result, built: await readFile(join(folder, 'built.txt'), 'utf8').catch(() => undefined)}
    })
  const probe = (options: unknown, cwd: string) => backend.probe(probeInput({options, cwd, ...environment(subject)}))

  describe(`${backend.name} as an agent backend`, () => {
    it('has what the registry asks for', async () => {
      const registry = createAgentRegistry()
      registry.add(backend)
      assert.deepEqual(registry.names(), [backend.name])
    })

    it('can run where it is set up', () =>
      withFolder(async (folder) => {
        assert.equal((await probe(await prepare(folder, 'finishes'), folder)).ok, true)
      }))

    it('says what is missing where it is not, and what to do', () =>
      withFolder(async (folder) => {
        const answer = await probe(await prepare(folder, 'missing'), folder)
        assert.ok(!answer.ok && answer.problem.length > 10 && answer.hint.length > 10)
      }))

    for (const options of badOptions) {
      it(`answers to options that make no sense, and does not throw (${JSON.stringify(options) ?? 'undefined'})`, () =>
        withFolder(async (folder) => {
          assert.equal((await probe(options, folder)).ok, false)
          const {outcome} = await launchIn(folder, subject, options)
          assert.ok(outcome.status === 'failed' && !outcome.retryable, JSON.stringify(outcome))
          assert.doesNotMatch(outcome.cause, /is broken/)
        }))
    }

    it('works in the worktree, and says when it has finished and what it used', async () => {
      const {outcome, usage, built} = await attempt('finishes')
      assert.equal(outcome.status, 'finished', JSON.stringify(outcome))
      assert.equal(built, 'built')
      assert.equal(usage.tokens, 100)
      assert.ok(usage.usd === 0.5 || usage.usd === 0, `${usage.usd} dollars: neither what it cost nor nothing`)
      const {input = 0, cacheRead = 0, cacheWrite = 0, output = 0, reasoning = 0} = usage
      assert.ok([0, 100].includes(input + cacheRead + cacheWrite + output), 'the parts are not the sum')
      assert.ok(reasoning <= output, 'more was thought than said')
    })

    it('says why it failed', async () => {
      const {outcome} = await attempt('fails')
      assert.equal(outcome.status, 'failed')
      assert.match('cause' in outcome ? outcome.cause : '', /the reason/)
    })

    it('says how long to wait at a rate limit', async () => {
      const {outcome} = await attempt('waits')
      assert.deepEqual([outcome.status, 'retryAfterMs' in outcome && outcome.retryAfterMs], ['rate-limited', 3_000])
    })

    it('has failed for good when it is not there', async () => {
      const {outcome} = await attempt('missing')
      assert.ok(outcome.status === 'failed' && !outcome.retryable, JSON.stringify(outcome))
    })

    it('settles soon when it is cancelled, and leaves nothing running', async () => {
      assert.deepEqual((await attempt('hangs', new AbortController())).outcome, {status: 'cancelled'})
    })

    it('keeps two attempts at the same time apart', async () => {
      const [first, second] = await Promise.all([attempt('finishes'), attempt('fails')])
      assert.deepEqual([first.outcome.status, second.outcome.status], ['finished', 'failed'])
      assert.deepEqual([first.built, second.built], ['built', undefined])
    })
  })
}

/** One attempt with limits that no test reaches by chance. @param stopped is aborted at the first sign of life */
async function launchIn(folder: string, subject: AgentUnderTest, options: unknown, stopped?: AbortController) {
  const marker = `plugin-testing-${basename(folder)}`
  const result = await launchAgent({
    backend: subject.backend,
    request: {
      role: 'implementation-executor',
      prompt: 'Build the ledger.',
      cwd: folder,
      taskId: 't1',
      phase: 'Phase 1: Ledger',
      phaseIndex: 1,
      module: 'ledger',
      attempt: 1,
      specPath: join(folder, 'SPEC.md'),
      options,
      projectDir: folder,
      permissions: 'full',
      limits: {turns: 100},
    },
    attemptId: 'a1',
    marker,
    transcript: join(folder, 'logs', 'a1.ndjson'),
    limits: {timeoutMs: 60_000, silenceMs: 60_000, turns: 100},
    portBase: 41_000,
    ...environment(subject),
    signal: stopped?.signal ?? new AbortController().signal,
    giveUpMs: 60_000,
    onSpawn: () => undefined,
    onActivity: () => stopped?.abort(),
    now: () => Date.now(),
  })
  assert.deepEqual(await findMarked(marker), [], 'processes are left')
  return result
}

function environment({env = {}}: AgentUnderTest) {
  return {hostEnv: {PATH: process.env.PATH, ...env}, allowEnv: Object.keys(env)}
}
