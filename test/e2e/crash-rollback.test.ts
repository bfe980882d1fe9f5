import assert from 'node:assert/strict'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {conduct} from '../support/cli.ts'
import {createCrashProject, goOn, readEvents, send, startHeld, type CrashProject} from '../support/crash.ts'

describe('a resume after a rollback', function () {
  this.timeout(120_000)
  let project: CrashProject

  beforeEach(async () => {
    project = await createCrashProject()
  })

  afterEach(() => project.remove())

  it('builds the later phases from the checkpoint, not on what was there, which is kept', async () => {
    const {child, done} = await startHeld(project, 'top')
    send(child, 'SIGINT')
    await done
    const created = (await readEvents(project)).find((event) => event.type === 'worktree.created' && event.name === 'top')
    assert.ok(created?.type === 'worktree.created')
    await writeFile(join(created.path, 'stale.txt'), 'stale\n')
    const rolledBack = await conduct(project, ['rollback', 'c1', '--json'])
    assert.equal(rolledBack.exitCode, 0, rolledBack.stdout)
    const {exitCode, stdout} = await goOn(project)
    assert.equal(exitCode, 0, stdout)
    assert.equal(project.git('rev-parse', 'main^{tree}'), project.tree)
    assert.equal(project.git('branch', '--list', 'conduct/*'), '')
    const kept = project.git('for-each-ref', '--format=%(refname)', 'refs/conduct').split('\n')
    assert.ok(kept.some((ref) => ref.includes('/kept/') && project.git('ls-tree', '--name-only', ref).split('\n').includes('stale.txt')))
  })
})
