import assert from 'node:assert/strict'
import {conduct} from '../support/cli.ts'
import {KILL_AT, assertRecovered, createCrashProject, goOn, inTurn, readEvents} from '../support/crash.ts'

/** Kills at every `CONDUCT_TEST_KILL_STRIDE`-th event; every one is killed at by default. */
const STRIDE = Number(process.env['CONDUCT_TEST_KILL_STRIDE'] ?? 1)

const isNode = !('Deno' in globalThis)

describe('a run that is killed with SIGKILL', function () {
  this.timeout(1_800_000)
  let tree = ''
  let appends = 0

  before(async () => {
    const project = await createCrashProject()
    const result = await conduct(project, ['run', '--json'], {env: project.env})
    assert.equal(result.exitCode, 0, result.stderr)
    tree = project.git('rev-parse', 'main^{tree}')
    await assertRecovered(project, tree)
    appends = (await readEvents(project)).length
    await project.remove()
  })

  for (const when of ['before', 'after'] as const) {
    const test = isNode ? it : it.skip
    test(`${when} any event is on disk goes on to the same end`, async () => {
      const places = Array.from({length: Math.ceil(appends / STRIDE)}, (_, index) => 1 + index * STRIDE)
      assert.deepEqual(await inTurn(places, (at) => killAndGoOn(tree, {CONDUCT_KILL_AT: String(at), CONDUCT_KILL_WHEN: when})), [])
    })
  }
})

async function killAndGoOn(tree: string, env: Readonly<Record<string, string>>): Promise<void> {
  const project = await createCrashProject()
  try {
    const killed = await conduct(project, ['run', '--json'], {env: {...project.env, ...env}, execArgv: KILL_AT})
    assert.ok(killed.signal === 'SIGKILL' || killed.exitCode === 0, `${killed.exitCode} ${killed.stderr}`)
    const before = await readEvents(project)
    const resumed = await goOn(project)
    assert.equal(resumed.exitCode, 0, `${resumed.stdout}${resumed.stderr}`)
    await assertRecovered(project, tree, before)
  } catch (error) {
    throw new Error(`${JSON.stringify(env)} in ${project.root}: ${error instanceof Error ? error.message : error}`, {cause: error})
  }
  await project.remove()
}
