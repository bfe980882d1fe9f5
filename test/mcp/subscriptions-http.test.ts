import assert from 'node:assert/strict'
import type {Client} from '@modelcontextprotocol/client'
import {conduct} from '../support/cli.ts'
import type {Project} from '../support/project.ts'
import {connect, startHttp, type HttpServer} from './http-server.ts'
import {createSpecProject, startTask} from './resource-project.ts'

/** Resolves with the next news of each kind. */
function hear(client: Client) {
  const [updated, listChanged] = [Promise.withResolvers<string>(), Promise.withResolvers<void>()]
  client.setNotificationHandler('notifications/resources/updated', ({params: {uri}}) => updated.resolve(uri))
  client.setNotificationHandler('notifications/resources/list_changed', () => listChanged.resolve())
  return {updated: updated.promise, listChanged: listChanged.promise}
}

describe('a client of conduct mcp --http that wants to hear of changes', function () {
  this.timeout(60_000)
  let project: Project
  let server: HttpServer
  let taskId = ''

  before(async () => {
    project = await createSpecProject()
    taskId = await startTask(project)
    server = await startHttp(project)
  })

  after(async () => {
    assert.equal(await server.stop(), 143)
    await project.remove()
  })

  const checkpoint = async (text: string) => {
    await project.write('notes.txt', text)
    const {exitCode, stderr} = await conduct(project, ['checkpoint', 'Phase 1: Ledger', '--task', taskId])
    assert.equal(exitCode, 0, stderr)
  }

  it('hears of them in its session, in 2025-11-25', async () => {
    const client = await connect(server, '2025-11-25')
    const uri = `conduct://tasks/${taskId}/state`
    const news = hear(client)
    await client.listResources()
    await client.subscribeResource({uri})
    await checkpoint('one')
    assert.equal(await news.updated, uri)
    await startTask(project, 'Another')
    await news.listChanged
    await client.close()
  })

  it('hears of them on the stream that it opened, in 2026-07-28', async () => {
    const client = await connect(server, '2026-07-28')
    const uri = `conduct://tasks/${taskId}/log`
    const news = hear(client)
    const stream = await client.listen({resourcesListChanged: true, resourceSubscriptions: [uri]})
    assert.deepEqual(stream.honoredFilter, {resourcesListChanged: true, resourceSubscriptions: [uri]})
    await checkpoint('two')
    assert.equal(await news.updated, uri)
    await startTask(project, 'A third')
    await news.listChanged
    await stream.close()
    await client.close()
  })
})
