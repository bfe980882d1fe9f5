import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {ConductError} from '../../src/errors.ts'
import {createWorktree, restoreWorktree} from '../../src/git/worktrees.ts'
import {openFixture} from './fixture.ts'

describe('git on a full disk', () => {
  let mounted: string | undefined
  afterEach(() => {
    if (mounted !== undefined) spawnSync('umount', [mounted])
    mounted = undefined
  })

  it('is told from other faults, also when git does not name the cause', async function () {
    const fixture = await openFixture({'a.txt': 'one\n'})
    const place = join(fixture.dir, 'worktrees')
    await mkdir(place)
    const isMounted = process.getuid?.() === 0 && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', place]).status === 0
    if (!isMounted) {
      if (this.test) this.test.title += ' (skipped: may not mount a disk)'
      this.skip()
    }
    mounted = place
    const worktree = await createWorktree(fixture.git, {
      path: fixture.worktreePath('full'),
      ref: null,
      sha: fixture.head,
      lock: fixture.lock,
    })
    const large = await fixture.commit({'large.txt': 'x'.repeat(100_000)})
    await assert.rejects(writeFile(join(place, 'ballast'), Buffer.alloc(2_000_000)), {code: 'ENOSPC'})
    await assert.rejects(
      restoreWorktree(fixture.git, worktree, large),
      (error: unknown) => error instanceof ConductError && error.code === 'DISK_FULL',
    )
  })
})
