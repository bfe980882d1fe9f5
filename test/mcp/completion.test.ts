import assert from 'node:assert/strict'
import type {Project} from '../support/project.ts'
import {RawClient, type Era} from './raw-client.ts'
import {createSpecProject, startTask} from './resource-project.ts'

for (const era of ['2025-11-25', '2026-07-28'] as const satisfies readonly Era[]) {
  describe(`the templates of conduct mcp, ${era}`, () => {
    let project: Project
    let client: RawClient
    const ids: string[] = []

    const complete = async (uri: string, argument: {name: string; value: string}, known: Record<string, string> = {}) => {
      const {completion} = await client.request('completion/complete', {
        ref: {type: 'ref/resource', uri},
        argument,
        context: {arguments: known},
      })
      return (completion as {values: readonly string[]}).values
    }

    before(async () => {
      project = await createSpecProject()
      ids.splice(0, 2, await startTask(project, 'First'), await startTask(project, 'Second'))
      client = await RawClient.open(project, {era})
    })

    after(async () => {
      await client.close()
      await project.remove()
    })

    it('complete the ids of tasks, the newest first', async () => {
      const [first = '', second = ''] = ids
      assert.deepEqual(await complete('conduct://tasks/{task}/state', {name: 'task', value: ''}), [second, first])
      assert.deepEqual(await complete('conduct://tasks/{task}/log{?after}', {name: 'task', value: first}), [first])
      assert.deepEqual(await complete('conduct://tasks/{task}/spec', {name: 'task', value: '../'}), [])
    })

    it('complete the phases of the task that is named already', async () => {
      const uri = 'conduct://tasks/{task}/phases/{n}'
      assert.deepEqual(await complete(uri, {name: 'n', value: ''}, {task: ids[0] ?? ''}), ['1', '2'])
      assert.deepEqual(await complete(uri, {name: 'n', value: '2'}, {task: ids[0] ?? ''}), ['2'])
      assert.deepEqual(await complete(uri, {name: 'n', value: ''}), [])
    })

    it('are refused when they are not ours', async () => {
      const ref = {type: 'ref/resource', uri: 'conduct://nothing/{x}'}
      const {error} = await client.begin('completion/complete', {ref, argument: {name: 'x', value: ''}}).answer
      assert.equal(error?.code, -32_602)
    })
  })
}
