import assert from 'node:assert/strict'
import {conduct, startCli} from '../support/cli.ts'
import {send} from '../support/crash.ts'
import type {PhaseText, Project} from '../support/project.ts'
import {AT_GATE, placeGate} from './gate.ts'
import {createScenario, eventsOf, printCheckout, runScenario, type Scenario} from './scenario.ts'

const BUILD: readonly PhaseText[] = [{name: 'Build', modules: ['shop'], test: 'test -f shop.js'}]
const WORK = 'echo "export const shop = 1" > shop.js'
/** True once, and not again: the mark lies beside the checkout. */
const FIRST_TIME = 'mkdir "$(dirname "$0")/../mark" 2> /dev/null'
/** A validator whose program is there as soon as the environment says so. */
const NEEDS_NAIL = `export default {
  name: 'needs-nail',
  applies: () => true,
  run: async () => process.env.NAIL
    ? {status: 'pass', executed: 1, findings: []}
    : {status: 'fail', executed: null, findings: [], missing: [{tool: 'nail', install: 'buy nail'}]},
}
`

describe('the exit code', function () {
  this.timeout(60_000)
  let project: Project
  afterEach(() => project.remove())
  const create = async (scenario: Partial<Scenario>) => (project = await createScenario({phases: BUILD, agent: WORK, ...scenario}))

  it('0 means done, verified and merged', async () => {
    await create({})
    const {exitCode, stdout} = await conduct(project, ['run'])
    assert.equal(exitCode, 0)
    assert.match(stdout, /complete/)
    assert.equal(project.git('show', 'main:shop.js'), 'export const shop = 1')
  })

  it('2 means usage: an unknown command, flag or module', async () => {
    await create({config: {limits: {attempts: 1}}, agent: 'exit 1'})
    for (const args of [['rnu'], ['run', '--nope'], ['rollback'], ['run', '--parallel', 'many']]) {
      assert.equal((await conduct(project, args)).exitCode, 2, args.join(' '))
    }
    assert.equal((await conduct(project, ['run', '--json'])).exitCode, 6)
    const {exitCode, stderr} = await conduct(project, ['resume', '--retry', 'shpo'])
    assert.equal(exitCode, 2)
    assert.match(stderr, /no module shpo[^]*shop/)
  })

  it('5 means that a tool is missing, which no agent is asked to mend, and resume goes on when it is there', async () => {
    await create({
      config: {validators: ['./tools/needs-nail.mjs'], limits: {attempts: 1}},
      files: {'tools/needs-nail.mjs': NEEDS_NAIL},
    })
    const missing = await conduct(project, ['run'])
    assert.equal(missing.exitCode, 5, missing.stderr)
    assert.match(missing.stderr, /needs-nail cannot check anything: nail not installed\.[^]*buy nail/)
    const here = await conduct(project, ['validate'])
    assert.deepEqual([here.exitCode, /install what is missing:\n {2}buy nail/.test(here.stdout)], [5, true], here.stdout)
    const again = await runScenario(project, ['resume'], {env: {NAIL: '1'}})
    assert.equal(again.exitCode, 0, again.result.reason)
    assert.equal(eventsOf(again.events, 'attempt.starting').length, 0)
  })

  it('6 means that validation failed after all attempts, and --retry allows more', async () => {
    await create({config: {limits: {attempts: 1}}, agent: `if ${FIRST_TIME}; then exit 0; fi\n${WORK}`})
    const {exitCode, result} = await runScenario(project)
    assert.equal(exitCode, 6, result.reason)
    const again = await runScenario(project, ['resume', '--retry', 'shop'])
    assert.equal(again.exitCode, 0, again.result.reason)
    assert.equal(again.result.phases[0]?.modules[0]?.attempts, 2)
  })

  it('6 again, without an attempt, when a failed task is resumed as it is', async () => {
    await create({config: {limits: {attempts: 1}}, agent: 'exit 0'})
    const failed = await runScenario(project)
    const again = await runScenario(project, ['resume'])
    assert.deepEqual([failed.exitCode, again.exitCode], [6, 6])
    assert.equal(eventsOf(again.events, 'attempt.starting').length, 0)
    assert.equal(again.result.reason, failed.result.reason)
  })

  it('8 means that the budget is reached, and --usd raises it', async () => {
    await create({config: {limits: {usd: 1}}, agent: `echo '{"type":"usage","tokens":10,"usd":5}'\n${WORK}`})
    const before = await printCheckout(project)
    const {exitCode, result} = await runScenario(project)
    assert.equal(exitCode, 8, result.reason)
    assert.match(result.reason, /budget of 1 USD is reached.*conduct resume [a-z0-9]+ --usd/)
    assert.equal(result.usage.usd, 5)
    assert.deepEqual(await printCheckout(project), before)
    const again = await runScenario(project, ['resume', '--usd', '20'])
    assert.equal(again.exitCode, 0, again.result.reason)
  })

  it('8 also when the budget is one of tokens', async () => {
    await create({config: {limits: {tokens: 100}}, agent: `echo '{"type":"usage","tokens":1000}'\n${WORK}`})
    const {exitCode, result} = await runScenario(project)
    assert.equal(exitCode, 8, result.reason)
    assert.match(result.reason, /budget of 100 tokens is reached.*conduct resume [a-z0-9]+ --tokens/)
  })

  it('9 means paused by a rate limit that takes too long to wait for, and no attempt is used', async () => {
    await create({config: {limits: {rateLimitWait: '1s'}}, agent: 'echo 3600; exit 75'})
    const {exitCode, result} = await runScenario(project)
    assert.equal(exitCode, 9, result.reason)
    assert.equal(result.status, 'waiting')
    assert.equal(result.phases[0]?.modules[0]?.attempts, 0)
    assert.match(result.reason, /conduct resume/)
  })

  it('is that of the work after a short rate limit, which is waited for and uses no attempt', async () => {
    await create({config: {limits: {attempts: 1}}, agent: `if ${FIRST_TIME}; then echo 1; exit 75; fi\n${WORK}`})
    const {exitCode, result, events} = await runScenario(project)
    assert.equal(exitCode, 0, result.reason)
    assert.equal(result.phases[0]?.modules[0]?.attempts, 1)
    assert.deepEqual([eventsOf(events, 'task.paused').length, eventsOf(events, 'task.unpaused').length], [1, 1])
  })

  it('11 means that another process holds the task', async () => {
    await create({agent: `${AT_GATE}\n${WORK}`})
    const gate = placeGate(project)
    const first = startCli(project, ['run', '--json'])
    try {
      await gate.reached
      const second = await conduct(project, ['resume'])
      assert.equal(second.exitCode, 11, second.stderr)
      assert.match(second.stderr, new RegExp(`Process ${first.child.pid} .*works on task`))
      assert.match(second.stderr, /conduct status/)
      await gate.open()
      assert.equal((await first.done).exitCode, 0)
    } finally {
      gate.remove()
    }
  })

  it('12 means no such task, phase, checkpoint or module', async () => {
    await create({})
    assert.equal((await conduct(project, ['state'])).exitCode, 12)
    assert.equal((await conduct(project, ['state', '--task', 'nosuch'])).exitCode, 12)
    assert.equal((await conduct(project, ['resume', 'nosuch'])).exitCode, 12)
    assert.equal((await conduct(project, ['start', 'Shop'])).exitCode, 0)
    assert.equal((await conduct(project, ['rollback', 'c9'])).exitCode, 12)
    assert.equal((await conduct(project, ['checkpoint', 'Now'])).exitCode, 0)
    assert.equal((await conduct(project, ['phase', 'complete', 'Nowhere', '--checkpoint', 'c1'])).exitCode, 12)
  })

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`${code} means interrupted by ${signal}: the agents are ended, and resume finishes`, async () => {
      await create({agent: `${AT_GATE}\n${WORK}`})
      const before = await printCheckout(project)
      const gate = placeGate(project)
      const running = startCli(project, ['run', '--json'])
      await gate.reached
      send(running.child, signal)
      const {exitCode, stdout} = await running.done
      gate.remove()
      assert.equal(exitCode, code)
      assert.equal((JSON.parse(stdout) as {exit_code: number}).exit_code, code)
      assert.match(stdout, /interrupted.*conduct resume/)
      assert.deepEqual(await printCheckout(project), before)
      const {exitCode: resumed, result} = await runScenario(project, ['resume'])
      assert.equal(resumed, 0, result.reason)
      assert.equal(result.phases[0]?.modules[0]?.attempts, 1)
    })
  }

  it('130 of a run that was cancelled, after which nothing is resumed', async () => {
    await create({agent: `${AT_GATE}\n${WORK}`})
    const gate = placeGate(project)
    const running = startCli(project, ['run', '--json'])
    await gate.reached
    const cancelled = await conduct(project, ['cancel', '--json'])
    gate.remove()
    const {exitCode, stdout} = await running.done
    assert.equal(cancelled.exitCode, 0, cancelled.stderr)
    assert.equal(cancelled.json<{status: string}>().status, 'cancelled')
    assert.equal(exitCode, 130)
    assert.match(stdout, /"status": "cancelled"/)
    assert.equal((await conduct(project, ['resume'])).exitCode, 12)
    assert.equal((await conduct(project, ['resume', cancelled.json<{task_id: string}>().task_id])).exitCode, 2)
  })
})
