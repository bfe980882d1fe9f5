import assert from 'node:assert/strict'
import {conduct} from '../support/cli.ts'
import type {Project} from '../support/project.ts'
import {RawClient, type Era, type RawMessage} from './raw-client.ts'
import {createSpecProject, startTask} from './resource-project.ts'

const UPDATED = 'notifications/resources/updated'
const LIST_CHANGED = 'notifications/resources/list_changed'

/** Which `subscriptions/listen` a notification belongs to: its request id. */
function streamOf(params: RawMessage['params'] = {}): unknown {
  const meta = params._meta as Readonly<Record<string, unknown>> | undefined
  return meta?.['io.modelcontextprotocol/subscriptionId']
}

/** The `nth` notification of that kind, from 1. */
function nth(client: RawClient, n: number, wanted: (message: RawMessage) => boolean): Promise<RawMessage> {
  return client.notified((message) => wanted(message) && client.notifications.filter(wanted).indexOf(message) === n - 1)
}

const isUpdate =
  (uri: string) =>
  ({method, params}: RawMessage): boolean =>
    method === UPDATED && params?.uri === uri

const isListChange = ({method}: RawMessage): boolean => method === LIST_CHANGED

describe('a client of conduct mcp that wants to hear of changes', () => {
  let project: Project
  let taskId = ''
  let client: RawClient

  const open = async (era: Era) => {
    client = await RawClient.open(project, {era})
    return client
  }

  const checkpoint = async (text: string) => {
    await project.write('notes.txt', text)
    const {exitCode, stderr} = await conduct(project, ['checkpoint', 'Phase 1: Ledger', '--task', taskId])
    assert.equal(exitCode, 0, stderr)
  }

  beforeEach(async () => {
    project = await createSpecProject()
    taskId = await startTask(project)
  })

  afterEach(async () => {
    assert.deepEqual(await client.close(), [0, null])
    await project.remove()
  })

  describe('in 2025-11-25', () => {
    it('hears of a resource that another process changed, and of none that it did not name', async () => {
      const uri = `conduct://tasks/${taskId}/state`
      await open('2025-11-25')
      assert.deepEqual(await client.request('resources/subscribe', {uri}), {})
      await checkpoint('one')
      await nth(client, 1, isUpdate(uri))
      assert.deepEqual(new Set(client.notifications.map(({params}) => params?.uri)), new Set([uri]))
    })

    it('hears of what it changed itself', async () => {
      const uri = `conduct://tasks/${taskId}/log`
      await open('2025-11-25')
      await client.request('resources/subscribe', {uri})
      await client.call('create_worktree', {task_id: taskId, name: 'ledger'})
      await nth(client, 1, isUpdate(uri))
    })

    it('hears no more of what it unsubscribed from', async () => {
      const [state, log] = [`conduct://tasks/${taskId}/state`, `conduct://tasks/${taskId}/log`]
      await open('2025-11-25')
      await client.request('resources/subscribe', {uri: state})
      await client.request('resources/subscribe', {uri: log})
      await client.request('resources/unsubscribe', {uri: state})
      await checkpoint('one')
      await nth(client, 1, isUpdate(log))
      assert.equal(client.notifications.filter(isUpdate(state)).length, 0)
    })

    it('cannot subscribe to what is not there', async () => {
      await open('2025-11-25')
      const {error} = await client.begin('resources/subscribe', {uri: 'conduct://tasks/zzzzzzzz/state'}).answer
      assert.equal(error?.code, -32_002)
    })

    it('hears that there is another task once it has asked for the list', async () => {
      await open('2025-11-25')
      await client.request('resources/list')
      const second = await startTask(project, 'Build it again')
      await nth(client, 1, isListChange)
      const {resources} = (await client.request('resources/list')) as unknown as {resources: readonly {uri: string}[]}
      assert.deepEqual(
        resources.map(({uri}) => uri),
        ['conduct://tasks', `conduct://tasks/${second}/state`, `conduct://tasks/${taskId}/state`],
      )
    })
  })

  describe('in 2026-07-28', () => {
    const listen = async (notifications: Readonly<Record<string, unknown>>) => {
      const {id} = client.begin('subscriptions/listen', {notifications})
      const isMine = ({method, params}: RawMessage) => method === 'notifications/subscriptions/acknowledged' && streamOf(params) === id
      await client.notified(isMine)
      return id
    }

    it('hears on its stream what another process changed: the resources that it named, and the list', async () => {
      const uri = `conduct://tasks/${taskId}/state`
      await open('2026-07-28')
      const id = await listen({resourcesListChanged: true, resourceSubscriptions: [uri]})
      await checkpoint('one')
      const {params} = await nth(client, 1, isUpdate(uri))
      assert.equal(streamOf(params), id)
      await startTask(project, 'Build it again')
      await nth(client, 1, isListChange)
      assert.ok(client.notifications.filter(({method}) => method === UPDATED).every(({params}) => params?.uri === uri))
    })

    it('hears nothing on a stream that it cancelled, while another goes on', async () => {
      const [state, log] = [`conduct://tasks/${taskId}/state`, `conduct://tasks/${taskId}/log`]
      await open('2026-07-28')
      const first = await listen({resourceSubscriptions: [state]})
      await listen({resourceSubscriptions: [log]})
      client.send({jsonrpc: '2.0', method: 'notifications/cancelled', params: {requestId: first}})
      await checkpoint('one')
      await nth(client, 1, isUpdate(log))
      assert.equal(client.notifications.filter(isUpdate(state)).length, 0)
    })

    it('hears nothing that it did not open a stream for, whatever it has read', async () => {
      await open('2026-07-28')
      await client.request('resources/list')
      await client.request('resources/read', {uri: `conduct://tasks/${taskId}/state`})
      await checkpoint('one')
      // Whoever listens from now on hears of what comes, and the others still of nothing.
      await listen({resourceSubscriptions: [`conduct://tasks/${taskId}/log`]})
      await checkpoint('two')
      await nth(client, 1, isUpdate(`conduct://tasks/${taskId}/log`))
      assert.equal(client.notifications.filter(isListChange).length, 0)
    })
  })
})
