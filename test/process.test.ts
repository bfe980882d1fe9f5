import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {MARKER, endMarked, findMarked, runProcess} from '../src/process.ts'

describe('what a dead process left', () => {
  const marker = `process-test-${process.pid}`

  /** A group of its own: a shell, and a child of it that does not know the marker. */
  async function leave(environment: Readonly<Record<string, string>>) {
    // The child speaks once it has lost the marker: until it becomes another program it is a copy of its parent.
    const script = "env -i sh -c 'echo started; exec sleep 600' & wait"
    const shell = spawn('sh', ['-c', script], {
      detached: true,
      env: {PATH: process.env['PATH'], ...environment},
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await once(shell.stdout, 'data')
    return {shell, exited: once(shell.stdout, 'close')}
  }

  it('is ended, with all of the groups it is in', async () => {
    const {shell, exited} = await leave({[MARKER]: `${marker}/a1`})
    assert.deepEqual(await findMarked(marker), [shell.pid])
    assert.deepEqual(await endMarked(marker), [shell.pid])
    // Both hold the other end of the pipe, which closes when both are dead.
    await exited
  })

  it('does not take others with it: another marker, or one that only begins alike', async () => {
    const {shell, exited} = await leave({[MARKER]: `${marker}-other/a1`})
    assert.deepEqual(await endMarked(marker), [])
    assert.deepEqual(await endMarked(`${marker}-other`), [shell.pid])
    await exited
  })
})

describe('a program that leaves others behind', () => {
  it('has them ended with it, also those that are just leaving its group to become another program', async () => {
    const script = 'setsid sleep 600 > /dev/null 2>&1 & exit 0'
    for (let round = 1; round <= 12; round += 1) {
      const marker = `process-test-${process.pid}/leave-${round}`
      await runProcess({argv: ['sh', '-c', script], cwd: '/', env: {PATH: process.env['PATH'] ?? ''}, marker})
      assert.deepEqual(await findMarked(marker), [], `round ${round}`)
    }
  }).timeout(60_000)
})

describe('the log of a program', () => {
  const run = (logFile: string) =>
    runProcess({argv: ['echo', 'hello'], cwd: tmpdir(), env: {PATH: process.env['PATH'] ?? ''}, marker: `log-${process.pid}`, logFile})

  it('that cannot be written is a fault of the machine, told when the program has ended', async () => {
    await assert.rejects(run(join(tmpdir(), 'no-such-folder', 'output.log')), {code: 'STORE_READ_ONLY', message: /Cannot write the output/})
  })

  it('says that the disk is full', async function () {
    if (!existsSync('/dev/full')) this.skip()
    await assert.rejects(run('/dev/full'), {code: 'DISK_FULL'})
  })
})
