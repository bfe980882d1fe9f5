import assert from 'node:assert/strict'
import {once} from 'node:events'
import {mkdir, readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {createProject, specText, type Project} from '../support/project.ts'
import {send, startHttp} from './http-server.ts'
import {RawClient, type RawOptions, type ToolAnswer} from './raw-client.ts'

const TASKS = 'io.modelcontextprotocol/tasks'
const MODERN = {era: '2026-07-28', capabilities: {extensions: {[TASKS]: {}}}} as const satisfies RawOptions
const WITH_FIXTURES = {...MODERN, env: {CONDUCT_MCP_FIXTURES: '1'}} as const satisfies RawOptions

type Json = Readonly<Record<string, unknown>>

describe('the tasks extension of MCP', function () {
  this.timeout(60_000)
  let project: Project
  /** While this folder is there the tests of the phase run. */
  let gate: string
  const clients: RawClient[] = []
  beforeEach(async () => {
    project = await createProject({})
    gate = join(project.root, '..', 'gate')
    await mkdir(gate)
    const test = `if [ -d "${gate}" ]; then echo $$ > "${gate}/pid"; fi; while [ -d "${gate}" ]; do sleep 0.05; done`
    await project.write('.spec/SPEC.md', specText([{name: 'Core', modules: ['one'], test}]))
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()))
    await project.remove()
  })

  async function open(options: RawOptions): Promise<RawClient> {
    const client = await RawClient.open(project, options)
    clients.push(client)
    return client
  }
  async function start(client: RawClient): Promise<string> {
    const {structuredContent} = await client.call('start_task', {description: 'One text', working_directory: project.root})
    return String(structuredContent?.['task_id'])
  }
  const get = (client: RawClient, taskId: unknown) => client.request('tasks/get', {taskId})
  async function until(client: RawClient, taskId: unknown, isWanted: (task: Json) => boolean): Promise<Json> {
    for (;;) {
      const task = await get(client, taskId)
      if (isWanted(task)) return task
      await wait(20)
    }
  }
  const openGate = () => rm(gate, {recursive: true})
  /** The process id of the test command, once it runs. */
  async function atGate(): Promise<number> {
    for (;;) {
      const pid = await readFile(join(gate, 'pid'), 'utf8').catch(() => '')
      if (pid.endsWith('\n')) return Number(pid)
      await wait(20)
    }
  }
  const isOver = ({status}: Json) => status === 'completed' || status === 'failed' || status === 'cancelled'

  it('is announced to clients of 2026-07-28', async () => {
    const {capabilities} = await (await open(MODERN)).request('server/discover')
    assert.deepEqual((capabilities as {extensions: Json}).extensions, {[TASKS]: {}})
  })

  it('gives a handle for a long tool, and the result to who comes back for it', async () => {
    const client = await open(MODERN)
    const call = await client.call('validate_phase', {task_id: await start(client), phase_name: 'Core'})
    const {resultType, taskId, status, ttlMs} = call
    assert.deepEqual({resultType, status, ttlMs}, {resultType: 'task', status: 'working', ttlMs: null})
    await atGate()
    assert.equal((await get(client, taskId))['status'], 'working')
    await openGate()
    const {result, resultType: type} = await until(client, taskId, isOver)
    assert.equal(type, 'complete')
    assert.equal((result as ToolAnswer).structuredContent?.['passed'], true)
  })

  it('lets a client wait that does not know it', async () => {
    const client = await open({...MODERN, capabilities: {}})
    const call = client.call('validate_phase', {task_id: await start(client), phase_name: 'Core'})
    await atGate()
    await openGate()
    const {resultType, structuredContent, taskId} = await call
    assert.deepEqual([resultType, structuredContent?.['passed'], taskId], ['complete', true, undefined])
    const {error} = await client.begin('tasks/get', {taskId: 'call-1'}).answer
    assert.equal(error?.code, -32_021)
    assert.deepEqual(error?.data, {requiredCapabilities: {extensions: {[TASKS]: {}}}})
  })

  it('cancels from another server, and the tests that run stop', async () => {
    const [first, second] = [await open(MODERN), await open(MODERN)]
    const task = await start(first)
    const {taskId} = await first.call('validate_phase', {task_id: task, phase_name: 'Core'})
    const pid = await atGate()
    assert.deepEqual(Object.keys(await second.request('tasks/cancel', {taskId})).sort(), ['_meta', 'resultType'])
    assert.equal((await until(second, taskId, isOver))['status'], 'cancelled')
    assert.throws(() => process.kill(pid, 0), {code: 'ESRCH'})
    await openGate()
    // Nobody holds the task any more.
    const again = await first.call('validate_phase', {task_id: task, phase_name: 'Core'})
    assert.equal((await until(first, again['taskId'], isOver))['status'], 'completed')
  })

  it('says of a call whose server was killed that it failed, and what to do', async () => {
    const [first, second] = [await open(WITH_FIXTURES), await open(MODERN)]
    const {taskId} = await first.call('slow_compute', {seconds: 60})
    assert.equal((await get(second, taskId))['status'], 'working')
    const ended = once(first.child, 'close')
    first.child.kill('SIGKILL')
    await ended
    const task = await get(second, taskId)
    assert.equal(task['status'], 'failed')
    assert.match(String((task['error'] as {message: string}).message), /died before it was done.*call the tool again/)
    assert.deepEqual((await get(await open(MODERN), taskId))['error'], task['error'])
  })

  it('says of a call whose server was stopped that it failed', async () => {
    const [first, second] = [await open(WITH_FIXTURES), await open(MODERN)]
    const {taskId} = await first.call('slow_compute', {seconds: 60})
    assert.deepEqual(await first.close(), [0, null])
    const {status, statusMessage} = await get(second, taskId)
    assert.equal(status, 'failed')
    assert.match(String(statusMessage), /server was stopped/)
  })

  it('lets the client answer through another server what a call asks', async () => {
    const [first, second] = [await open(WITH_FIXTURES), await open(MODERN)]
    const {taskId} = await first.call('confirm_delete', {filename: 'old.txt'})
    const {inputRequests} = await until(second, taskId, ({status}) => status === 'input_required')
    const [key = ''] = Object.keys(inputRequests as Json)
    await second.request('tasks/update', {taskId, inputResponses: {[key]: {action: 'accept', content: {confirm: true}}}})
    const {result} = await until(second, taskId, isOver)
    assert.equal((result as ToolAnswer).content[0]?.text, 'deleted old.txt')
  })

  it('knows nothing of ids that it did not give', async () => {
    const client = await open(MODERN)
    const task = await start(client)
    for (const taskId of ['call-1', task, '', '../../etc/passwd', `call-${'0'.repeat(32)}`]) {
      const {error} = await client.begin('tasks/get', {taskId}).answer
      assert.equal(error?.code, -32_602, taskId)
    }
  })

  it('goes on when the client has gone', async () => {
    const server = await startHttp(project, [], {CONDUCT_MCP_FIXTURES: '1'})
    try {
      const headers = {
        authorization: `Bearer ${server.token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'slow_compute',
      }
      const _meta = {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': MODERN.capabilities,
      }
      const body = {jsonrpc: '2.0', id: 1, method: 'tools/call', params: {name: 'slow_compute', arguments: {seconds: 0.2}, _meta}}
      const answer = await send(server.url, {headers, body: JSON.stringify(body)})
      const {taskId} = (JSON.parse(answer.body) as {result: ToolAnswer}).result
      const {result} = await until(await open(MODERN), taskId, isOver)
      assert.equal((result as ToolAnswer).content[0]?.text, 'computed  for 0.2 s')
    } finally {
      await server.stop()
    }
  })
})
