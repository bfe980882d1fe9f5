import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {appendFile, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {GrowingLog} from '../src/growing-log.ts'

describe('a log that an agent writes', () => {
  let folder = ''
  let lines: string[] = []
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conduct-log-'))
    lines = []
  })
  afterEach(() => rm(folder, {recursive: true}))
  const follow = (file: string | undefined) =>
    new GrowingLog(
      () => Promise.resolve(file),
      (line) => void lines.push(line),
    )

  it('is read on from where it was, by whole lines, as soon as it is there', async () => {
    const file = join(folder, 'log')
    const log = follow(file)
    await log.read()
    await appendFile(file, 'one\ntw')
    await log.read()
    assert.deepEqual(lines, ['one'])
    await appendFile(file, 'o\n')
    await log.read()
    await log.close()
    assert.deepEqual(lines, ['one', 'two'])
  })

  it('tells nothing where there is none, and nobody waits for a pipe in its place', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    for (const log of [follow(undefined), follow(pipe), follow(folder)]) {
      await log.read()
      await log.close()
    }
    assert.deepEqual(lines, [])
  })
})
