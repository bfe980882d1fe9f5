import assert from 'node:assert/strict'
import {once} from 'node:events'
import {mkdir, readFile, rm} from 'node:fs/promises'
import {request, type ClientRequest, type IncomingMessage} from 'node:http'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {conduct} from '../support/cli.ts'
import {createProject, specText, type Project} from '../support/project.ts'
import {connect, startHttp, type HttpServer} from './http-server.ts'

/** A request of 2026-07-28 whose answer is read as it comes. */
function open({url, token}: HttpServer, method: string, params: Readonly<Record<string, unknown>>): ClientRequest {
  const name = typeof params['name'] === 'string' ? {'mcp-name': params['name']} : {}
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...name,
  }
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    progressToken: 'p',
  }
  const sent = request(url, {method: 'POST', headers, agent: false})
  sent.on('error', () => undefined)
  sent.end(JSON.stringify({jsonrpc: '2.0', id: 1, method, params: {...params, _meta}}))
  return sent
}

/** Reads a stream until a text has come. */
async function readUntil(stream: IncomingMessage, wanted: string): Promise<void> {
  let text = ''
  for await (const chunk of stream.setEncoding('utf8').iterator({destroyOnReturn: false})) {
    text += chunk
    if (text.includes(wanted)) return
  }
  assert.fail(`The stream ended without ${wanted}: ${text}`)
}

describe('streams of conduct mcp --http', function () {
  this.timeout(60_000)
  let project: Project
  let server: HttpServer
  let gate: string
  let task: string
  before(async () => {
    project = await createProject({})
    gate = join(project.root, '..', 'gate')
    await mkdir(gate)
    const test = `if [ -d "${gate}" ]; then echo $$ > "${gate}/pid"; fi; while [ -d "${gate}" ]; do sleep 0.05; done`
    await project.write('.spec/SPEC.md', specText([{name: 'Core', modules: ['one'], test}]))
    task = (await conduct(project, ['start', 'One text'])).stdout.trim()
    server = await startHttp(project)
  })
  after(async () => {
    await server.stop()
    await project.remove()
  })

  it('tell a client of 2026-07-28 what another process changes', async () => {
    const uri = `conduct://tasks/${task}/state`
    const listening = open(server, 'subscriptions/listen', {notifications: {resourceSubscriptions: [uri]}})
    const [stream] = (await once(listening, 'response')) as [IncomingMessage]
    await readUntil(stream, 'notifications/subscriptions/acknowledged')
    await conduct(project, ['checkpoint', 'By hand'])
    await readUntil(stream, `"uri":"${uri}"`)
    listening.destroy()
  })

  it('tell a client of 2025-11-25 what another process changes', async () => {
    const uri = `conduct://tasks/${task}/state`
    const client = await connect(server, '2025-11-25')
    try {
      const told = new Promise((resolve) =>
        client.setNotificationHandler('notifications/resources/updated', ({params}) => resolve(params.uri)),
      )
      await client.subscribeResource({uri})
      await project.write('two.txt', 'two\n')
      await conduct(project, ['checkpoint', 'Once more'])
      assert.equal(await told, uri)
    } finally {
      await client.close()
    }
  })

  it('cancel the call when the client closes them, and what it runs', async () => {
    const call = open(server, 'tools/call', {name: 'validate_phase', arguments: {task_id: task, phase_name: 'Core'}})
    let pid = ''
    while (!pid.endsWith('\n')) {
      pid = await readFile(join(gate, 'pid'), 'utf8').catch(() => '')
      await wait(20)
    }
    call.destroy()
    while (isRunning(Number(pid))) await wait(20)
    await rm(gate, {recursive: true})
    const {exitCode, stderr} = await conduct(project, ['phase', 'validate', 'Core'])
    assert.equal(exitCode, 0, stderr)
  })
})

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
