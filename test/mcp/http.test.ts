import assert from 'node:assert/strict'
import {connect as connectSocket} from 'node:net'
import {once} from 'node:events'
import {conduct} from '../support/cli.ts'
import {createProject, type Project} from '../support/project.ts'
import {connect, send, startHttp, type HttpServer} from './http-server.ts'

const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {protocolVersion: '2025-11-25', capabilities: {}, clientInfo: {name: 'raw', version: '1'}},
})

describe('conduct mcp --http', function () {
  this.timeout(60_000)
  let project: Project
  let server: HttpServer
  let headers: Record<string, string>
  before(async () => {
    project = await createProject({'README.md': 'A project.\n'})
    server = await startHttp(project)
    headers = {
      authorization: `Bearer ${server.token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    }
  })
  after(async () => {
    await server.stop()
    await project.remove()
  })

  for (const era of ['2025-11-25', '2026-07-28'] as const) {
    it(`serves the operations to a client of ${era}`, async () => {
      const client = await connect(server, era)
      try {
        const started = await client.callTool({
          name: 'start_task',
          arguments: {description: `By ${era}`, working_directory: project.root},
        })
        const {task_id} = started.structuredContent as {task_id: string}
        const state = await client.callTool({name: 'get_task_state', arguments: {task_id}})
        assert.equal((state.structuredContent as {description: string}).description, `By ${era}`)
      } finally {
        await client.close()
      }
    })
  }

  it('listens on the loopback address alone, at the port it says', () => {
    const {hostname, port, pathname} = new URL(server.url)
    assert.equal(hostname, '127.0.0.1')
    assert.notEqual(port, '0')
    assert.equal(pathname, '/mcp')
  })

  it('tells what to paste into a client, with the token', () => {
    assert.match(server.token, /^[\w-]{32}$/)
    assert.ok(
      server.stderr().includes(`claude mcp add --transport http conduct ${server.url} --header "Authorization: Bearer ${server.token}"`),
    )
    const line = server.stderr().match(/other clients: +(\{.*\})$/m)?.[1] ?? ''
    const {mcpServers} = JSON.parse(line) as {mcpServers: {conduct: {url: string; headers: {Authorization: string}}}}
    assert.equal(mcpServers.conduct.url, server.url)
    assert.equal(mcpServers.conduct.headers.Authorization, `Bearer ${server.token}`)
  })

  it('refuses who shows no token, or another one', async () => {
    const {authorization: _, ...without} = headers
    for (const sent of ['', 'Bearer wrong', 'Bearer', `Basic ${server.token}`, `Bearer ${server.token} more`, `Bearer ${server.token}x`]) {
      const answer = await send(server.url, {headers: sent === '' ? without : {...headers, authorization: sent}, body: INITIALIZE})
      assert.equal(answer.status, 401, sent)
      assert.match(String(answer.headers['www-authenticate']), /^Bearer realm="conduct"/, sent)
    }
  })

  it('refuses a foreign Host, before it looks at the token', async () => {
    for (const host of ['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.evil.example', 'localhost@evil.example']) {
      const answer = await send(server.url, {headers: {...headers, host}, body: INITIALIZE})
      assert.equal(answer.status, 403, host)
    }
  })

  it('answers to each name of this machine for itself', async () => {
    const {port} = new URL(server.url)
    for (const host of [`localhost:${port}`, `LOCALHOST:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
      const answer = await send(server.url, {headers: {...headers, host}, body: INITIALIZE})
      assert.equal(answer.status, 200, host)
    }
  })

  it('refuses pages of other origins', async () => {
    for (const origin of ['http://evil.example', 'https://127.0.0.1.evil.example', 'null', 'file://', 'nonsense']) {
      const answer = await send(server.url, {headers: {...headers, origin}, body: INITIALIZE})
      assert.equal(answer.status, 403, origin)
    }
    const own = await send(server.url, {headers: {...headers, origin: 'http://localhost:5173'}, body: INITIALIZE})
    assert.equal(own.status, 200)
  })

  it('says what it is for, elsewhere and by other methods', async () => {
    const root = await send(new URL('/', server.url).href, {method: 'GET', headers})
    assert.deepEqual([root.status, /MCP is spoken at \/mcp/.test(root.body)], [404, true])
    const put = await send(server.url, {method: 'PUT', headers, body: INITIALIZE})
    assert.deepEqual([put.status, put.headers.allow], [405, 'POST, GET, DELETE'])
  })

  it('refuses what is no JSON, and what is too much', async () => {
    const broken = await send(server.url, {headers, body: '{'})
    assert.equal(broken.status, 400)
    assert.equal((JSON.parse(broken.body) as {error: {code: number}}).error.code, -32_700)
    const large = await send(server.url, {headers, body: INITIALIZE.replace('raw', 'x'.repeat(2 * 1024 * 1024))})
    assert.equal(large.status, 413)
  })

  it('tells a client of 2025-11-25 to begin again when its session is over', async () => {
    const begun = await send(server.url, {headers, body: INITIALIZE})
    const session = {...headers, 'mcp-session-id': String(begun.headers['mcp-session-id']), 'mcp-protocol-version': '2025-11-25'}
    const list = {jsonrpc: '2.0', id: 2, method: 'tools/list'}
    assert.equal((await send(server.url, {headers: session, body: JSON.stringify(list)})).status, 200)
    assert.equal((await send(server.url, {method: 'DELETE', headers: session})).status, 200)
    const late = await send(server.url, {headers: session, body: JSON.stringify(list)})
    assert.deepEqual([late.status, /Send initialize again/.test(late.body)], [404, true])
  })

  it('ends on a signal though clients hold streams open', async () => {
    const other = await startHttp(project)
    const legacy = await connect(other, '2025-11-25')
    const idle = connectSocket(Number(new URL(other.url).port), '127.0.0.1')
    idle.on('error', () => undefined)
    await once(idle, 'connect')
    const begun = Date.now()
    assert.equal(await other.stop('SIGTERM'), 143)
    assert.ok(Date.now() - begun < 4000, `took ${Date.now() - begun} ms`)
    idle.destroy()
    await legacy.close()
  })

  it('takes the token of CONDUCT_MCP_TOKEN, and does not print it', async () => {
    const token = 'a-token-of-my-own-choice'
    const other = await startHttp(project, [], {CONDUCT_MCP_TOKEN: token})
    try {
      assert.ok(!other.stderr().includes(token))
      assert.equal((await send(other.url, {headers, body: INITIALIZE})).status, 401)
      assert.equal((await send(other.url, {headers: {...headers, authorization: `bearer ${token}`}, body: INITIALIZE})).status, 200)
    } finally {
      assert.equal(await other.stop('SIGINT'), 130)
    }
  })

  it('refuses a token that anybody guesses', async () => {
    const {exitCode, stderr} = await conduct(project, ['mcp', '--http', '--port', '0'], {env: {CONDUCT_MCP_TOKEN: 'short'}})
    assert.equal(exitCode, 2)
    assert.match(stderr, /CONDUCT_MCP_TOKEN is no token/)
  })

  it('answers to any name where it listens for other machines, but always asks for the token', async () => {
    const other = await startHttp(project, ['--host', '0.0.0.0'])
    try {
      const url = other.url.replace('0.0.0.0', '127.0.0.1')
      const mine = {...headers, authorization: `Bearer ${other.token}`, host: 'build-machine.example:7420'}
      assert.equal((await send(url, {headers: mine, body: INITIALIZE})).status, 200)
      assert.equal((await send(url, {headers: {...mine, authorization: 'Bearer no'}, body: INITIALIZE})).status, 401)
      assert.equal((await send(url, {headers: {...mine, origin: 'http://evil.example'}, body: INITIALIZE})).status, 403)
    } finally {
      await other.stop()
    }
    const {exitCode, stderr} = await conduct(project, ['mcp', '--http', '--port', '0', '--host', '0.0.0.0', '--without-token'])
    assert.equal(exitCode, 2)
    assert.match(stderr, /must show a token/)
  })

  it('says who to ask when the port is taken', async () => {
    const {port} = new URL(server.url)
    const {exitCode, stderr} = await conduct(project, ['mcp', '--http', '--port', port])
    assert.equal(exitCode, 5)
    assert.match(stderr, new RegExp(`Cannot listen on 127.0.0.1, port ${port}: another program has it`))
    assert.match(stderr, /conduct mcp --http --port 0/)
  })
})
