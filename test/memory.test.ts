import assert from 'node:assert/strict'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {readFreeMemory} from '../src/memory.ts'
import {afterTest} from './support/after-test.ts'

const MACHINE = {'proc/meminfo': 'MemTotal:  8000 kB\nMemFree:  10 kB\nMemAvailable:  2000 kB\n'}
const GROUP = {
  'proc/self/cgroup': '0::/box\n',
  'sys/fs/cgroup/box/memory.max': '1000000\n',
  'sys/fs/cgroup/box/memory.current': '700000\n',
  'sys/fs/cgroup/box/memory.stat': 'anon 1\ninactive_file 200000\n',
}

async function freeWith(files: Readonly<Record<string, string>>): Promise<number | undefined> {
  const root = await mkdtemp(join(tmpdir(), 'conduct-memory-'))
  afterTest(() => rm(root, {recursive: true}))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(root, dirname(name)), {recursive: true})
    await writeFile(join(root, name), text)
  }
  return readFreeMemory(root)
}

describe('the memory that is free', () => {
  it('is what the machine has, or less where conduct runs in a group with a limit', async () => {
    assert.equal(await freeWith(MACHINE), 2000 * 1024)
    assert.equal(await freeWith({...MACHINE, ...GROUP}), 500_000)
    assert.equal(await freeWith({...MACHINE, ...GROUP, 'sys/fs/cgroup/box/memory.max': 'max\n'}), 2000 * 1024)
  })

  it('is not known where the machine does not tell', async () => {
    assert.equal(await freeWith({}), undefined)
  })
})
