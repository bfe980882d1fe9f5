import assert from 'node:assert/strict'
import {once} from 'node:events'
import {operations} from '../../src/tasks/operations/all.ts'
import {createProject, type Project} from '../support/project.ts'
import {RawClient, type Era} from './raw-client.ts'

const ERAS: readonly Era[] = ['2025-11-25', '2026-07-28']

describe('conduct mcp on stdin and stdout', function () {
  this.timeout(60_000)
  let project: Project

  before(async () => {
    project = await createProject({'notes.txt': 'first\n'})
  })
  after(() => project.remove())

  for (const era of ERAS) {
    it(`lists the ten operations first, in their order, in the era of ${era}`, async () => {
      const client = await RawClient.open(project, {era})
      const {tools} = (await client.request('tools/list')) as {tools: {name: string; title: string; description: string}[]}
      assert.deepEqual(
        tools.slice(0, 10).map(({name, title, description}) => ({name, title, summary: description})),
        operations.map(({name, title, summary}) => ({name, title, summary})),
      )
      assert.deepEqual(await client.close(), [0, null])
    })
  }

  it('ends with 143 on SIGTERM and 130 on SIGINT, while its stdin is still open', async () => {
    for (const [signal, exitCode] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const) {
      const client = await RawClient.open(project)
      const ended = once(client.child, 'close')
      client.child.kill(signal)
      assert.deepEqual(await ended, [exitCode, null])
      assert.equal(client.stderr, '')
    }
  })
})
