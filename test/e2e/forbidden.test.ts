import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {commandConfig, createProject, specText, type Project} from '../support/project.ts'
import {speakerOf, type Speaker} from './speaker.ts'

const PHASES = [
  {name: 'Core', modules: ['ledger'], test: 'true'},
  {name: 'Docs', modules: ['manual'], test: 'true'},
] as const

interface State {
  readonly status: string
  readonly phases_complete: readonly string[]
  readonly reason: string | null
  readonly exit_code: number | null
}

interface Completed {
  readonly status: string
  readonly forced: boolean
  readonly reason: string
}

describe('the state machine refuses', function () {
  this.timeout(60_000)
  let project: Project
  let speaker: Speaker

  async function start(spec = specText(PHASES), more: Readonly<Record<string, string>> = {}): Promise<Speaker> {
    project = await createProject({'.spec/SPEC.md': spec, ...more})
    speaker = speakerOf(project)
    return speaker
  }
  afterEach(() => project.remove())

  it('a phase out of order, and a phase or a checkpoint that is not there', async () => {
    const {say, json, refuse} = await start()
    await say('start', 'Shop')
    const {suggestions} = await refuse(['phase', 'complete', 'Core', '-c', 'c1'], 12, 'CHECKPOINT_NOT_FOUND', /no checkpoint c1/)
    assert.match(suggestions.join(), /conduct checkpoint PHASE/)
    await say('checkpoint', 'Core')
    await refuse(['phase', 'complete', 'Docs', '-c', 'c1'], 2, 'ORDER_VIOLATED', /Phase 2: Docs cannot be complete before Phase 1: Core/)
    await refuse(['phase', 'complete', 'Core', '-c', 'c9'], 12, 'CHECKPOINT_NOT_FOUND', /no checkpoint c9/)
    await refuse(['phase', 'complete', 'Nowhere', '-c', 'c1'], 12, 'PHASE_NOT_FOUND', /no phase called "Nowhere"/)
    await refuse(['rollback', 'c9'], 12, 'CHECKPOINT_NOT_FOUND', /no checkpoint c9/)
    assert.deepEqual((await json<State>('state')).phases_complete, [])
  })

  it('a phase that is complete already with another checkpoint; with the same one it says so again', async () => {
    const {say, refuse} = await start()
    await say('start', 'Shop')
    await say('checkpoint', 'Core')
    await project.write('more.txt', 'more\n')
    await say('checkpoint', 'Core')
    await say('phase', 'complete', 'Core', '-c', 'c1')
    assert.equal(await say('phase', 'complete', 'Core', '-c', 'c1'), 'Phase 1: Core')
    await refuse(['phase', 'complete', 'Core', '-c', 'c2'], 2, 'ORDER_VIOLATED', /Phase 1: Core is complete already, with checkpoint c1/)
  })

  it('to complete a task with phases open, unless it is forced, which is recorded', async () => {
    const {say, json, refuse} = await start()
    const task = await say('start', 'Shop')
    await say('checkpoint', 'Core')
    await say('phase', 'complete', 'Core', '-c', 'c1')
    const {suggestions} = await refuse(['complete'], 2, 'ORDER_VIOLATED', /Phase 2: Docs is not/)
    assert.match(suggestions.join(), new RegExp(`conduct complete --task ${task} --force`))
    const {status, forced, reason} = await json<Completed>('complete', '--force')
    assert.deepEqual([status, forced], ['complete', true])
    assert.match(reason, /^Completed by force\. Task \w+ cannot be complete: Phase 2: Docs is not\.$/)
    const state = await json<State>('state', '--task', task)
    assert.deepEqual([state.status, state.reason, state.exit_code], ['complete', reason, 6])
    assert.deepEqual(await json<Completed>('complete', '--task', task), {
      ...(await json<Completed>('complete', '--task', task)),
      forced,
      reason,
    })
  })

  it('to complete what failed its last validation: the phase, and the task', async () => {
    const {run, say, json, refuse} = await start(specText([{...PHASES[0], test: 'false'}]), {
      'agent.sh': '#!/bin/sh\necho 1 > ledger.js\n',
      'conduct.config.json': commandConfig(['./agent.sh'], {limits: {attempts: 1}}),
    })
    assert.equal((await run(['run'])).exitCode, 6)
    await say('checkpoint', 'Core')
    await refuse(['phase', 'complete', 'Core', '-c', 'c1'], 6, 'VALIDATION_FAILED', /last validation of Phase 1: Core failed/)
    await refuse(['complete'], 6, 'VALIDATION_FAILED', /last validation of Phase 1: Core failed/)
    const {forced, reason} = await json<Completed>('complete', '--force')
    assert.equal(forced, true)
    assert.match(reason, /last validation of Phase 1: Core failed[^]*Phase 1: Core is not/)
  })

  for (const end of ['complete', 'cancelled'] as const) {
    it(`whatever would change a task that is ${end}; what it left can be cleaned up`, async () => {
      const {run, say, json, refuse} = await start()
      const task = await say('start', 'Shop')
      const path = await say('worktree', 'create', 'ledger')
      await say('checkpoint', 'Core')
      assert.equal((await run(end === 'complete' ? ['complete', '--force'] : ['cancel', task])).exitCode, 0)
      await project.write('later.txt', 'later\n')
      const before = [project.git('rev-parse', 'HEAD'), project.git('status', '--porcelain'), await json<State>('state', '-t', task)]
      for (const args of [
        ['checkpoint', 'Late'],
        ['rollback', 'c1'],
        ['phase', 'complete', 'Core', '-c', 'c1'],
        ['worktree', 'create', 'manual'],
        ...(end === 'complete' ? [] : [['complete'], ['complete', '--force']]),
      ])
        await refuse([...args, '--task', task], 2, 'ORDER_VIOLATED', new RegExp(`Task ${task} is ${end}`))
      assert.deepEqual(
        [project.git('rev-parse', 'HEAD'), project.git('status', '--porcelain'), await json<State>('state', '-t', task)],
        before,
      )
      await say('worktree', 'cleanup', '--task', task)
      assert.equal(existsSync(path), false)
    })
  }
})
