import assert from 'node:assert/strict'
import {mkdir, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {assertRecovered, createCrashProject, goOn, readEvents, send, startHeld, taskOf, type CrashProject} from '../support/crash.ts'

describe('a resume that finds things otherwise than the log says', function () {
  this.timeout(120_000)
  let project: CrashProject
  let taskId: string

  beforeEach(async () => {
    project = await createCrashProject()
  })

  afterEach(() => project.remove())

  it('makes a worktree again that was deleted, and says so', async () => {
    await killWhileHeld('left')
    await rm(await pathOf('left'), {recursive: true})
    await goOnToTheEnd()
    assert.match(await repairs(), /worktree .*p1-left was gone/)
  })

  it('makes the integration branch again that was deleted, and says so', async () => {
    await killWhileHeld('top')
    project.git('branch', '-D', `conduct/${taskId}/integration`)
    await goOnToTheEnd()
    assert.match(await repairs(), /integration was gone/)
  })

  it('puts back the integration branch that somebody moved, and keeps their commit', async () => {
    await killWhileHeld('top')
    const theirs = project.git('commit-tree', '-p', 'main', '-m', 'Theirs', 'main^{tree}')
    project.git('update-ref', `refs/heads/conduct/${taskId}/integration`, theirs)
    await goOnToTheEnd()
    assert.match(await repairs(), /Somebody moved .*integration/)
    assert.equal(project.git('for-each-ref', '--format=%(refname)', '--points-at', theirs, `refs/conduct/${taskId}/kept`).length > 0, true)
  })

  it('mends the half-made record of a worktree, which stops every other one', async () => {
    await killWhileHeld('left')
    const path = join(dirname(await pathOf('left')), 'integration')
    await plant(join('worktrees', 'integration'), {
      commondir: '',
      gitdir: `${path}/.git\n`,
      HEAD: `${'0'.repeat(40)}\n`,
      locked: 'initializing',
    })
    await goOnToTheEnd()
  })

  it('removes the locks that a killed git left on what is ours, and says so', async () => {
    await killWhileHeld('top')
    await plant(join('refs', 'heads', 'conduct', taskId), {'integration.lock': ''})
    await plant(join('refs', 'heads', 'conduct', taskId, 'p2'), {'top.lock': ''})
    await plant(join('refs', 'conduct', taskId, 'checkpoints'), {'2.lock': ''})
    await plant(join('worktrees', 'p2-top'), {'index.lock': '', 'HEAD.lock': ''})
    await goOnToTheEnd()
    assert.match(await repairs(), /locks/)
  })

  async function killWhileHeld(module: string): Promise<void> {
    const {child, done} = await startHeld(project, module)
    send(child, 'SIGKILL')
    await done
    taskId = await taskOf(project)
  }

  async function goOnToTheEnd(): Promise<void> {
    const before = await readEvents(project)
    const {exitCode, stdout, stderr} = await goOn(project)
    assert.equal(exitCode, 0, `${stdout}${stderr}`)
    await assertRecovered(project, before)
  }

  async function pathOf(name: string): Promise<string> {
    const event = (await readEvents(project)).find((one) => one.type === 'worktree.created' && one.name === name)
    assert.ok(event?.type === 'worktree.created')
    return event.path
  }

  async function repairs(): Promise<string> {
    return (await readEvents(project)).flatMap((event) => (event.type === 'drift.repaired' ? [event.what] : [])).join('\n')
  }

  async function plant(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
    const place = join(project.root, '.git', folder)
    await mkdir(place, {recursive: true})
    for (const [name, text] of Object.entries(files)) await writeFile(join(place, name), text)
  }
})
