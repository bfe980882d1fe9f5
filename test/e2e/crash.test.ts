import assert from 'node:assert/strict'
import {findMarked} from '../../src/process.ts'
import {conduct, startCli, type CliResult} from '../support/cli.ts'
import {isThorough} from '../support/scope.ts'
import {
  KILL_AT,
  assertRecovered,
  createCrashProject,
  goOn,
  goOnArguments,
  inTurn,
  readEvents,
  send,
  type CrashProject,
} from '../support/crash.ts'

/** `all` kills both before and after each event; by default each boundary is tried from one of its sides. */
const KILLS = process.env['CONDUCT_TEST_KILLS']
/** How many moments are tried that fall anywhere. */
const MOMENTS = Number(process.env['CONDUCT_TEST_KILL_MOMENTS'] ?? (isThorough ? 50 : 6))

interface Boundary {
  readonly at: number
  readonly when: 'before' | 'after'
}

describe('a run that is killed with SIGKILL', function () {
  this.timeout(1_800_000)
  let events = 0
  let durationMs = 0

  before(async () => {
    const project = await createCrashProject()
    const begin = performance.now()
    const result = await conduct(project, ['run', '--json'], {env: project.env})
    durationMs = performance.now() - begin
    assert.equal(result.exitCode, 0, result.stderr)
    await assertRecovered(project)
    events = (await readEvents(project)).length
    await project.remove()
  })

  // The preload is Node's: Deno is killed at the random moments only.
  const onNode = 'Deno' in globalThis ? it.skip : it
  onNode('at any event goes on to the same end, with nothing lost and nothing done twice', async () => {
    const boundaries = Array.from({length: events}, (_, index) => sidesOf(index + 1)).flat()
    assert.deepEqual(await inTurn(boundaries, killAt), [])
  })

  it('at any other moment, and its resume too, goes on to the same end', async () => {
    const moments = Array.from({length: MOMENTS}, (_, seed) => seed)
    assert.deepEqual(await inTurn(moments, (seed) => killAtMoments(seed, durationMs)), [])
  })
})

/** Between event n and n + 1 a process may die after the one was written, or before the other was, its effect being there. */
function sidesOf(at: number): readonly Boundary[] {
  const sides: readonly Boundary[] = [
    {at, when: 'after'},
    {at: at + 1, when: 'before'},
  ]
  if (!isThorough && at % 6 !== 0) return []
  return KILLS === 'all' ? sides : sides.slice(at % 2, (at % 2) + 1)
}

async function killAt(boundary: Boundary): Promise<void> {
  const env = {CONDUCT_KILL_AT: String(boundary.at), CONDUCT_KILL_WHEN: boundary.when}
  await inProject(JSON.stringify(boundary), async (project) => {
    const killed = await conduct(project, ['run', '--json'], {env: {...project.env, ...env}, execArgv: KILL_AT})
    // Several events may be one append, so that the last of the numbers are never reached.
    if (killed.exitCode === 0) return
    await goOnToTheEnd(project, killed)
  })
}

async function killAtMoments(seed: number, durationMs: number): Promise<void> {
  const random = createRandom(seed)
  const isWhole = seed % 2 === 1
  await inProject(`seed ${seed}`, async (project) => {
    let last = await killAfter(project, {ms: durationMs * random(), isWhole})
    for (let again = Math.floor(random() * 3); again > 0 && last.signal === 'SIGKILL'; again--) {
      last = await killAfter(project, {ms: durationMs * 0.5 * random(), isWhole})
    }
    if (last.exitCode === 0) await assertRecovered(project)
    else await goOnToTheEnd(project, last)
  })
}

/** Kills conduct alone, as a person does, or with all that it started, as a container does that is stopped. */
async function killAfter(project: CrashProject, {ms, isWhole}: {readonly ms: number; readonly isWhole: boolean}): Promise<CliResult> {
  const {child, done} = startCli(project, [...(await goOnArguments(project))], {env: project.env})
  const timer = setTimeout(() => send(child, 'SIGKILL'), ms)
  const result = await done
  clearTimeout(timer)
  if (isWhole && result.signal === 'SIGKILL') await killMarked(project)
  return result
}

async function killMarked(project: CrashProject): Promise<void> {
  const [started] = await readEvents(project)
  if (started?.type !== 'task.started') return
  for (const pid of await findMarked(started.task_id)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended by itself.
    }
  }
}

async function goOnToTheEnd(project: CrashProject, killed: CliResult): Promise<void> {
  assert.equal(killed.signal, 'SIGKILL', `${killed.exitCode} ${killed.stdout}${killed.stderr}`)
  const before = await readEvents(project)
  const resumed = await goOn(project)
  assert.equal(resumed.exitCode, 0, `${resumed.stdout}${resumed.stderr}`)
  await assertRecovered(project, before)
}

/** A project that stays for a look at it when something went wrong. */
async function inProject(what: string, work: (project: CrashProject) => Promise<void>): Promise<void> {
  const project = await createCrashProject()
  try {
    await work(project)
  } catch (error) {
    throw new Error(`${what}, in ${project.root}: ${error instanceof Error ? error.message : String(error)}`, {cause: error})
  }
  await project.remove()
}

/** mulberry32: the same numbers for the same seed, so that a moment can be tried again. */
function createRandom(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
