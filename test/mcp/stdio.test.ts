import assert from 'node:assert/strict'
import {once} from 'node:events'
import {endMarked} from '../../src/process.ts'
import {operations} from '../../src/tasks/operations/all.ts'
import {createProject, specText, type Project} from '../support/project.ts'
import {RawClient, type Era} from './raw-client.ts'

const ERAS: readonly Era[] = ['2025-11-25', '2026-07-28']

const LOUD = `export default {
  name: 'loud',
  async applies() { return true },
  async run() {
    console.log('said by log')
    process.stdout.write('said by write\\n')
    return {status: 'pass', executed: 1, findings: []}
  },
}
`

describe('conduct mcp on stdin and stdout', function () {
  this.timeout(60_000)
  let project: Project

  before(async () => {
    project = await createProject({
      '.spec/SPEC.md': specText([
        {name: 'Slow', modules: ['one'], test: 'sleep 60'},
        {name: 'Loud', modules: ['two'], test: 'true'},
      ]),
      'loud.ts': LOUD,
      'conduct.config.json': '{"validators": ["./loud.ts"]}',
    })
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
      // Deno's own `child.kill` ends the process whatever it listens for.
      process.kill(client.child.pid ?? 0, signal)
      assert.equal((await ended)[0], exitCode)
      assert.equal(client.stderr, '')
    }
  })

  it('answers what it was asked before its stdin was closed', async () => {
    const client = new RawClient(project, {era: '2026-07-28'})
    const answers = ['tools/list', 'resources/list', 'tools/list'].map((method) => client.begin(method).answer)
    assert.deepEqual(await client.close(), [0, null])
    assert.deepEqual(
      (await Promise.all(answers)).map(({error}) => error),
      [undefined, undefined, undefined],
    )
  })

  it('does not go on with a long call when its stdin is closed, and leaves nothing running', async () => {
    const client = await RawClient.open(project)
    const {structuredContent} = await client.call('start_task', {description: 'Slow', working_directory: project.root})
    client.begin('tools/call', {
      name: 'validate_phase',
      arguments: {task_id: structuredContent?.task_id, phase_name: 'Slow'},
      _meta: {progressToken: 1},
    })
    await client.notified(({method}) => method === 'notifications/progress')
    const begun = performance.now()
    assert.deepEqual(await client.close(), [0, null])
    assert.ok(performance.now() - begun < 15_000)
    assert.deepEqual(await endMarked(String(structuredContent?.task_id)), [])
  })

  it('keeps stdout for the protocol, whatever a validator prints', async () => {
    const client = await RawClient.open(project)
    const {structuredContent} = await client.call('start_task', {description: 'Loud', working_directory: project.root})
    const loud = await client.call('validate_phase', {task_id: structuredContent?.task_id, phase_name: 'Loud'})
    assert.match(loud.content[0]?.text ?? '', /"validator":"loud","status":"pass"/)
    assert.deepEqual(await client.close(), [0, null])
    for (const line of client.lines) assert.equal((JSON.parse(line) as {readonly jsonrpc: string}).jsonrpc, '2.0')
    assert.match(client.stderr, /said by log[^]*said by write/)
  })

  it('says of a line that is no message what is wrong, and goes on', async () => {
    const client = await RawClient.open(project)
    client.child.stdin?.write('{"jsonrpc": "2.0", \n')
    assert.ok((await client.request('tools/list')).tools)
    assert.match(client.stderr, /^conduct mcp: This line is no JSON-RPC message: \{"jsonrpc": "2\.0", /)
    await client.close()
  })
})
