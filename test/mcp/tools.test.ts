import assert from 'node:assert/strict'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {createProject, specText, type Project} from '../support/project.ts'
import {RawClient, type RawMessage, type ToolAnswer} from './raw-client.ts'

const SPEC = specText([{name: 'Core', modules: ['ledger'], test: 'test ! -e slow || sleep 30'}])

interface ListedTool {
  readonly name: string
  readonly title: string
  readonly inputSchema: {readonly additionalProperties: boolean; readonly properties: Readonly<Record<string, {readonly pattern?: string}>>}
  readonly outputSchema: {readonly type: string}
  readonly annotations: Readonly<Record<string, unknown>>
}

describe('the tools of conduct mcp', function () {
  this.timeout(30_000)
  let project: Project
  let client: RawClient
  let task_id = ''

  beforeEach(async () => {
    project = await createProject({'.spec/SPEC.md': SPEC, 'notes.txt': 'first\n'})
    client = await RawClient.open(project)
    task_id = String((await call('start_task', {description: 'Ledger', working_directory: project.root})).task_id)
  })
  afterEach(async () => {
    await client.close()
    await project.remove()
  })

  /** The structured content of a call that must work. */
  async function call(name: string, args: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    const answer = await client.call(name, args)
    assert.ok(answer.structuredContent && !answer.isError, answer.content[0]?.text)
    return answer.structuredContent
  }

  /** Text and code of a call that must not work. */
  function explain(answer: ToolAnswer): {readonly text: string; readonly code: unknown} {
    assert.equal(answer.isError, true, JSON.stringify(answer))
    const data = answer._meta?.['conduct/error'] as {readonly code: string} | undefined
    return {text: answer.content[0]?.text ?? '', code: data?.code}
  }

  it('say what they do to a task, and take nothing that they do not know', async () => {
    const {tools} = (await client.request('tools/list')) as {readonly tools: readonly ListedTool[]}
    for (const {name, title, inputSchema, outputSchema, annotations} of tools) {
      assert.deepEqual([inputSchema.additionalProperties, outputSchema.type], [false, 'object'], name)
      assert.equal(annotations.title, title)
      assert.equal(annotations.openWorldHint, false)
      if (inputSchema.properties.task_id) assert.ok(inputSchema.properties.task_id.pattern, name)
    }
    const named = (hint: string) => tools.filter(({annotations}) => annotations[hint] === true).map(({name}) => name)
    assert.deepEqual(named('readOnlyHint'), ['get_task_state', 'list_worktrees', 'list_checkpoints', 'get_phases'])
    assert.deepEqual(named('destructiveHint'), ['cleanup_worktrees', 'rollback_to_checkpoint'])
  })

  it('link the state of the task that they are about', async () => {
    const answer = await client.call('list_checkpoints', {task_id})
    assert.deepEqual(
      answer.content.filter(({type}) => type === 'resource_link').map(({uri}) => uri),
      [`conduct://tasks/${task_id}/state`],
    )
  })

  it('say what is wrong with their input, and where', async () => {
    const {text, code} = explain(await client.call('create_worktree', {task_id, name: '../x', extra: 1}))
    assert.equal(code, 'USAGE')
    assert.match(text, /^USAGE: create_worktree: name: Use lower-case letters.* Unrecognized key: "extra"\nNext: Correct that/s)
    assert.match(explain(await client.call('get_task_state', {})).text, /^USAGE: get_task_state: task_id: /)
  })

  it('say what to call next, in calls and not in commands', async () => {
    const {text, code} = explain(await client.call('mark_phase_complete', {task_id, phase_name: 'Core', checkpoint_id: 'c9'}))
    assert.equal(code, 'CHECKPOINT_NOT_FOUND')
    assert.match(text, new RegExp(`\\nNext: .*create_checkpoint\\(task_id: "${task_id}", phase: …\\)$`))
    const unknown = explain(await client.call('get_task_state', {task_id: 'zzzzzzzz'}))
    assert.deepEqual(unknown, {
      text: 'TASK_NOT_FOUND: There is no task zzzzzzzz.\nNext: List the tasks: read the resource conduct://tasks',
      code: 'TASK_NOT_FOUND',
    })
  })

  it('tell a client of a bug its number alone, and stderr the rest', async () => {
    const broken = (await client.call('start_task', {description: 'Broken', working_directory: project.root})).structuredContent?.[
      'task_id'
    ]
    const db = new DatabaseSync(join(project.stateDir, 'state.db'))
    db.prepare("UPDATE events SET data = 'no JSON' WHERE task_id = ?").run(String(broken))
    db.close()
    const {text, code} = explain(await client.call('create_checkpoint', {task_id: broken, phase: 'Core'}))
    assert.equal(code, 'INTERNAL_ERROR')
    const [, id = 'none'] = /Internal error ([0-9a-f-]{36}) in create_checkpoint\./.exec(text) ?? []
    assert.doesNotMatch(text, /\n\s+at |JSON/)
    assert.match(client.stderr, new RegExp(`internal error ${id} in create_checkpoint: SyntaxError`))
  })

  it('wait for each other on one task', async () => {
    const names = ['a', 'b', 'c', 'd']
    const worktrees = await Promise.all(names.map((name) => call('create_worktree', {task_id, name})))
    assert.equal(new Set(worktrees.map(({path}) => path)).size, names.length)
  })

  it('answer a call that is sent again with its first result', async () => {
    const first = await call('create_checkpoint', {task_id, phase: 'Core', request_id: 'r1'})
    await project.write('later.txt', 'x\n')
    assert.deepEqual(await call('create_checkpoint', {task_id, phase: 'Core', request_id: 'r1'}), first)
    assert.equal(project.git('status', '--porcelain'), '?? later.txt')
  })

  it('tell how a long call is going, with growing numbers, to a client that asked', async () => {
    await client.call('validate_phase', {task_id, phase_name: 'Core'}, {_meta: {progressToken: 'p1'}})
    const told = client.notifications.filter(({method}) => method === 'notifications/progress').map(({params}) => params)
    const steps = told.map((params) => Number(params?.progress))
    assert.ok(steps.length >= 3)
    assert.ok(steps.every((step, index) => step > (steps[index - 1] ?? 0)))
    assert.ok(told.every((params) => params?.progressToken === 'p1'))
    assert.match(told.map((params) => params?.message).join('\n'), /Checking Phase 1: Core at .*\ntest-command: pass/)
    await client.call('validate_phase', {task_id, phase_name: 'Core'})
    assert.equal(client.notifications.filter(({method}) => method === 'notifications/progress').length, steps.length)
  })

  it('stop a test suite when the call is cancelled, and leave the task as it was', async () => {
    await call('validate_phase', {task_id, phase_name: 'Core'})
    await project.write('slow', '')
    await call('create_checkpoint', {task_id, phase: 'Slow'})
    const {id} = client.begin('tools/call', {
      name: 'validate_phase',
      arguments: {task_id, phase_name: 'Core'},
      _meta: {progressToken: 'p2'},
    })
    await client.notified(({params}) => String(params?.message).startsWith('Checking'))
    client.send({jsonrpc: '2.0', method: 'notifications/cancelled', params: {requestId: id}})
    // It waits until the cancelled call has given the task back.
    await project.write('more.txt', '')
    const begun = performance.now()
    assert.equal((await call('create_checkpoint', {task_id, phase: 'After'})).created, true)
    assert.ok(performance.now() - begun < 15_000)
    assert.deepEqual((await call('list_worktrees', {task_id})).worktrees, [])
    assert.equal((await call('mark_phase_complete', {task_id, phase_name: 'Core', checkpoint_id: 'c1'})).current_phase, null)
    assert.doesNotMatch(client.stderr, /internal error/)
  })

  describe('before a rollback takes uncommitted work out of the checkout', () => {
    const args = () => ({task_id, checkpoint_id: 'c1'})
    const notes = () => readFile(join(project.root, 'notes.txt'), 'utf8')

    beforeEach(async () => {
      await call('create_checkpoint', {task_id, phase: 'Core'})
      await writeFile(join(project.root, 'notes.txt'), 'second\n')
    })

    async function reopen(era: '2025-11-25' | '2026-07-28'): Promise<void> {
      await client.close()
      client = await RawClient.open(project, {era, capabilities: {elicitation: {form: {}}}})
    }

    it('want a word of confirmation, where the client cannot ask', async () => {
      const {text, code} = explain(await client.call('rollback_to_checkpoint', args()))
      assert.equal(code, 'CONFIRMATION_NEEDED')
      assert.match(text, /out of the checkout: notes\.txt\. They are kept in a safety checkpoint\.\nNext: .*confirm: true/)
      assert.equal(await notes(), 'second\n')
      await call('rollback_to_checkpoint', {...args(), confirm: true})
      assert.equal(await notes(), 'first\n')
    })

    it('ask for nothing when nothing is uncommitted', async () => {
      await call('create_checkpoint', {task_id, phase: 'Second'})
      await call('rollback_to_checkpoint', args())
      assert.equal(await notes(), 'first\n')
    })

    it('have the client of 2025-11-25 ask, and go by the answer', async () => {
      await reopen('2025-11-25')
      const isQuestion = ({method}: RawMessage) => method === 'elicitation/create'
      const answerWith = async (result: Readonly<Record<string, unknown>>) => {
        client.notifications.length = 0
        const {answer} = client.begin('tools/call', {name: 'rollback_to_checkpoint', arguments: args()})
        const {id} = await client.notified(isQuestion)
        client.send({jsonrpc: '2.0', id: id ?? 0, result})
        return (await answer).result as ToolAnswer
      }
      assert.equal(explain(await answerWith({action: 'decline'})).code, 'DECLINED')
      assert.equal(await notes(), 'second\n')
      assert.notEqual((await answerWith({action: 'accept', content: {confirm: true}})).isError, true)
      assert.equal(await notes(), 'first\n')
    })

    it('have the client of 2026-07-28 ask, and trust only an answer to the question that was asked', async () => {
      await reopen('2026-07-28')
      const question = await client.call('rollback_to_checkpoint', args())
      assert.equal(question.resultType, 'input_required')
      const requestState = String(question.requestState)
      const inputResponses = {confirm: {action: 'accept', content: {confirm: true}}}
      const forged = `${requestState.slice(0, -4)}AAAA`
      await assert.rejects(client.call('rollback_to_checkpoint', args(), {inputResponses, requestState: forged}), /-32602/)
      const unasked = await client.call('rollback_to_checkpoint', args(), {inputResponses})
      assert.equal(unasked.resultType, 'input_required')
      // More was written since: that is another question.
      await project.write('new.txt', 'x\n')
      const changed = await client.call('rollback_to_checkpoint', args(), {inputResponses, requestState})
      assert.equal(changed.resultType, 'input_required')
      assert.equal(await notes(), 'second\n')
      await client.call('rollback_to_checkpoint', args(), {inputResponses, requestState: String(changed.requestState)})
      assert.equal(await notes(), 'first\n')
    })
  })
})
