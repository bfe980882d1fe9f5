import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {findMarked} from '../../src/process.ts'
import {assertRecovered, createCrashProject, goOn, readEvents, send, startHeld, taskOf, type CrashProject} from '../support/crash.ts'

const EXITS = {SIGINT: 130, SIGTERM: 143} as const

describe('a run that is asked to stop', function () {
  this.timeout(120_000)
  let project: CrashProject

  beforeEach(async () => {
    project = await createCrashProject()
  })

  afterEach(() => project.remove())

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`by ${signal} stops its agents, exits with ${EXITS[signal]}, and can be resumed`, async () => {
      const {child, done} = await startHeld(project, 'left')
      send(child, signal)
      const {exitCode, stdout} = await done
      assert.equal(exitCode, EXITS[signal])
      assert.match(stdout, /conduct resume/)
      assert.deepEqual(await findMarked(await taskOf(project)), [])
      await goOnToTheEnd(project)
    })
  }

  it('twice ends at once with 130, and its resume ends what is left', async () => {
    const {child, done} = await startHeld(project, 'left')
    send(child, 'SIGINT')
    // Two signals of one kind that wait together are one: the second is sent until it has arrived.
    const again = setInterval(() => send(child, 'SIGINT'), 20)
    const {exitCode} = await done
    clearInterval(again)
    assert.equal(exitCode, 130)
    await goOnToTheEnd(project)
  })

  it('keeps what the stopped agent had written, out of the way of the next one', async () => {
    const {child, done} = await startHeld(project, 'left')
    send(child, 'SIGINT')
    await done
    const events = await readEvents(project)
    const held = events.find(
      (event) => event.type === 'attempt.starting' && event.subject.kind === 'module' && event.subject.module === 'left',
    )
    assert.ok(held?.type === 'attempt.starting')
    const event = events.find((other) => other.type === 'attempt.interrupted' && other.attempt_id === held.attempt_id)
    assert.ok(event?.type === 'attempt.interrupted' && event.kept)
    assert.equal(project.git('show', `${event.kept}:half.txt`), 'half')
    await goOnToTheEnd(project)
  })
})

describe('a run that was killed while an agent worked', function () {
  this.timeout(120_000)
  let project: CrashProject

  beforeEach(async () => {
    project = await createCrashProject()
  })

  afterEach(() => project.remove())

  it('has its agent and what left the process group ended by the resume, and says so', async () => {
    const {child, done} = await startHeld(project, 'left')
    send(child, 'SIGKILL')
    await done
    const orphans = await findMarked(await taskOf(project))
    const programs = await Promise.all(orphans.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8')))
    assert.ok(
      programs.some((text) => text.startsWith('sleep')),
      programs.join(),
    )
    await goOnToTheEnd(project)
    const killed = (await readEvents(project)).flatMap((event) => (event.type === 'orphans.killed' ? event.pids : []))
    assert.deepEqual(killed.toSorted(), orphans.toSorted())
  })
})

async function goOnToTheEnd(project: CrashProject): Promise<void> {
  const before = await readEvents(project)
  const {exitCode, stdout, stderr} = await goOn(project)
  assert.equal(exitCode, 0, `${stdout}${stderr}`)
  await assertRecovered(project, before)
}
