import assert from 'node:assert/strict'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {createProject, type Project} from '../support/project.ts'
import {speakerOf, type Speaker} from './speaker.ts'

interface Checkpoint {
  readonly id: string
  readonly sha: string
}

describe('a request that is sent again', function () {
  this.timeout(60_000)
  let project: Project
  let speaker: Speaker

  beforeEach(async () => {
    project = await createProject({'notes.txt': 'first\n'})
    speaker = speakerOf(project)
  })
  afterEach(() => project.remove())

  it('gets the first answer, and nothing is done again', async () => {
    const {say, json, refuse} = speaker
    const one = await say('start', 'Shop', '--request-id', 'r1')
    assert.equal(await say('start', 'Another', '--request-id', 'r1'), one)
    await writeFile(join(project.root, 'a.txt'), 'a\n')
    const first = await json<Checkpoint>('checkpoint', 'Core', '--request-id', 'r2')
    await writeFile(join(project.root, 'b.txt'), 'b\n')
    assert.deepEqual(await json('checkpoint', 'Core', '--request-id', 'r2'), first)
    assert.equal(project.git('status', '--porcelain'), '?? b.txt')
    await refuse(['worktree', 'create', 'ledger', '--request-id', 'r2'], 2, 'USAGE', /r2 was used for create_checkpoint/)
  })

  it('starts one task, also from many processes at once, and one for each repository', async () => {
    const {say, json} = speaker
    const ids = await Promise.all(Array.from({length: 6}, () => say('start', 'Shop', '--request-id', 'once')))
    assert.equal(new Set(ids).size, 1)
    assert.equal((await json<{tasks: unknown[]}>('tasks')).tasks.length, 1)
    const other = await createProject({})
    try {
      const elsewhere = speakerOf({root: other.root, stateDir: project.stateDir})
      assert.notEqual(await elsewhere.say('start', 'Shop', '--request-id', 'once'), ids[0])
    } finally {
      await other.remove()
    }
  })

  it('makes one checkpoint, also from many processes at once, and all get its answer', async () => {
    const {say, json} = speaker
    await say('start', 'Shop')
    await writeFile(join(project.root, 'a.txt'), 'a\n')
    const answers = await Promise.all(Array.from({length: 6}, () => json<Checkpoint>('checkpoint', 'Core', '--request-id', 'once')))
    for (const answer of answers) assert.deepEqual(answer, {...answers[0], created: true})
    assert.equal((await json<{checkpoints: unknown[]}>('checkpoint', 'list')).checkpoints.length, 1)
  })
})
