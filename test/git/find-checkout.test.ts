import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {mkdir, mkdtemp, realpath, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {findCheckout} from '../../src/git/find-checkout.ts'
import {openRepository} from '../../src/git/git.ts'

describe('the repository of a folder, found by its files', () => {
  let folder = ''
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@localhost', ...args], {cwd: join(folder, 'main')})

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'conduct-find-')))
    await mkdir(join(folder, 'main/sub/deep'), {recursive: true})
    git('init', '-q')
    git('commit', '-q', '--allow-empty', '-m', 'Start')
    git('worktree', 'add', '-q', '--detach', join(folder, 'linked'))
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  for (const place of ['main', 'main/sub/deep', 'linked']) {
    it(`is what git says, in ${place}`, async () => {
      const {root, commonDir} = await openRepository(join(folder, place), process.env)
      assert.deepEqual(await findCheckout(join(folder, place), {PATH: ''}), {root, commonDir})
    })
  }

  it('is left to git inside a git directory, and where the configuration puts the files elsewhere', async () => {
    await assert.rejects(findCheckout(join(folder, 'main/.git'), process.env), {code: 'NOT_A_REPOSITORY'})
    git('config', 'core.bare', 'true')
    await assert.rejects(findCheckout(join(folder, 'main'), process.env), {code: 'BARE_REPOSITORY'})
  })

  it('is missing outside every repository', async () => {
    await assert.rejects(findCheckout(folder, process.env), {code: 'NOT_A_REPOSITORY'})
  })
})
