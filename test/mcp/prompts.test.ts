import assert from 'node:assert/strict'
import {readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {Client} from '@modelcontextprotocol/client'
import {StdioClientTransport} from '@modelcontextprotocol/client/stdio'
import {cliCommand, conduct} from '../support/cli.ts'
import type {Project} from '../support/project.ts'
import {createSpecProject, startTask} from './resource-project.ts'

/** A client as coding agents have one. */
async function openClient(project: Project, mode: 'legacy' | 'auto'): Promise<Client> {
  const client = new Client({name: 'test', version: '1'}, {versionNegotiation: {mode}})
  await client.connect(new StdioClientTransport({...cliCommand(project, ['mcp']), stderr: 'ignore'}))
  return client
}

for (const mode of ['legacy', 'auto'] as const) {
  describe(`the prompts of conduct mcp, by the SDK's own client (${mode})`, () => {
    let project: Project
    let client: Client
    let taskId = ''

    const get = async (name: string, args: Record<string, string> = {}) => {
      const {messages} = await client.getPrompt({name, arguments: args})
      const [message] = messages
      assert.equal(messages.length, 1)
      assert.ok(message?.role === 'user' && message.content.type === 'text')
      return message.content.text
    }

    const complete = async (name: string, argument: {name: string; value: string}, known: Record<string, string> = {}) => {
      const {completion} = await client.complete({ref: {type: 'ref/prompt', name}, argument, context: {arguments: known}})
      return completion.values
    }

    before(async () => {
      project = await createSpecProject()
      taskId = await startTask(project)
      client = await openClient(project, mode)
    })

    after(async () => {
      await client.close()
      await project.remove()
    })

    it('are the brief and three roles', async () => {
      const {prompts} = await client.listPrompts()
      assert.deepEqual(
        prompts.map(({name, arguments: args}) => [name, args?.map((one) => `${one.name}${one.required ? '' : '?'}`)]),
        [
          ['conduct', ['task_id?', 'spec?', 'description?']],
          ['implement-module', ['task_id', 'module']],
          ['fix', ['task_id', 'module?', 'phase?', 'worktree?']],
          ['merge', ['task_id', 'module?']],
        ],
      )
      assert.ok(prompts.every(({title, description}) => title && description))
    })

    it('brief an orchestrator in the words of the file, with what it was asked for', async () => {
      const file = await readFile(new URL('../../src/agents/prompts/orchestrator.md', import.meta.url), 'utf8')
      assert.equal(await get('conduct'), file.replace('{{request}}', ''))
      const brief = await get('conduct', {spec: 'docs/SPEC.md', description: 'Build the shop'})
      assert.match(brief, /## The request\n\nBuild the shop\n\nThe specification is `docs\/SPEC\.md`/)
      assert.match(await get('conduct', {task_id: taskId}), new RegExp(`get_task_state\\(task_id: "${taskId}"\\)`))
    })

    it('tell who implements a module what is told in a run, and want its worktree first', async () => {
      const args = {task_id: taskId, module: 'ledger'}
      await assert.rejects(
        get('implement-module', args),
        /ledger has no worktree yet: call create_worktree\(task_id: "\w+", name: "ledger"\) first/,
      )
      const {stdout} = await conduct(project, ['worktree', 'create', 'ledger', '--task', taskId])
      const text = await get('implement-module', args)
      for (const part of [
        '# Implement the module ledger',
        '**Phase 1: Ledger**. Attempt 1.',
        `Working directory: \`${stdout.trim()}\``,
        `Specification: \`${project.root}/.spec/SPEC.md\``,
        'Test command of the phase: `node --test`',
        '- p1.c1: All tests pass',
        '- Cents, never floats',
        '- journal',
      ])
        assert.ok(text.includes(part), part)
      assert.ok(!text.includes('{{'))
    })

    it('refuse to fix what was not validated', async () => {
      await assert.rejects(get('fix', {task_id: taskId}), /Phase 1: Ledger has not been validated yet: call validate_phase/)
    })

    it('list what is to be merged as long as nothing conflicts', async () => {
      const text = await get('merge', {task_id: taskId})
      assert.match(text, /- ledger: `merge_module\(task_id: "\w+", name: "ledger"\)`, from \/.*\n- journal: no worktree yet/)
    })

    it('say which task, module or phase is not there', async () => {
      await assert.rejects(get('conduct', {task_id: 'zzzzzzzz'}), /TASK_NOT_FOUND: There is no task zzzzzzzz/)
      await assert.rejects(get('implement-module', {task_id: taskId, module: '../x'}), /has no module \.\.\/x; it has ledger, journal/)
      await assert.rejects(get('fix', {task_id: taskId, phase: 'Phase 9'}), /PHASE_NOT_FOUND/)
      await assert.rejects(get('nothing'), /nothing/)
    })

    it('complete task ids, modules of the current phase and phases', async () => {
      assert.deepEqual(await complete('conduct', {name: 'task_id', value: taskId.slice(0, 2)}), [taskId])
      assert.deepEqual(await complete('conduct', {name: 'task_id', value: 'Z'}), [])
      assert.deepEqual(await complete('merge', {name: 'module', value: ''}, {task_id: taskId}), ['ledger', 'journal'])
      assert.deepEqual(await complete('implement-module', {name: 'module', value: 'j'}, {task_id: taskId}), ['journal'])
      assert.deepEqual(await complete('fix', {name: 'phase', value: 'Phase 2'}, {task_id: taskId}), ['Phase 2: Report'])
      assert.deepEqual(await complete('fix', {name: 'module', value: ''}, {task_id: 'zzzzzzzz'}), [])
      assert.deepEqual(await complete('fix', {name: 'module', value: ''}), [])
    })
  })
}

describe('the prompts for a phase that went wrong', () => {
  let project: Project
  let client: Client
  let taskId = ''

  const run = async (...args: readonly string[]) => {
    const {stdout, stderr, exitCode} = await conduct(project, [...args, '--task', taskId])
    // Done, failed its checks, or in conflict: all three are what these prompts are for.
    assert.ok([0, 6, 7].includes(exitCode ?? -1), stderr)
    return stdout.trim()
  }

  const get = async (name: string, args: Record<string, string> = {}) => {
    const {messages} = await client.getPrompt({name, arguments: {task_id: taskId, ...args}})
    const content = messages[0]?.content
    assert.ok(content?.type === 'text')
    return content.text
  }

  before(async () => {
    project = await createSpecProject()
    taskId = await startTask(project)
    client = await openClient(project, 'legacy')
  })

  after(async () => {
    await client.close()
    await project.remove()
  })

  it('give who settles a conflict the files, the worktree and what each module was to do', async () => {
    const [ledger, journal] = [await run('worktree', 'create', 'ledger'), await run('worktree', 'create', 'journal')]
    await writeFile(join(ledger, 'shared.txt'), 'ledger\n')
    await writeFile(join(journal, 'shared.txt'), 'journal\n')
    await run('worktree', 'merge', 'ledger')
    await run('worktree', 'merge', 'journal')
    const text = await get('merge')
    for (const part of ['Merging **journal** into the work of **Phase 1: Ledger**', `Working directory: \`${journal}\``, '- `shared.txt`'])
      assert.ok(text.includes(part), part)
    assert.match(text, /- ledger: Build ledger and journal\n- journal: Build ledger and journal/)
  })

  it('give who fixes it the checks that failed, their findings and where the output is', async () => {
    await writeFile(
      join(project.root, 'ledger.test.js'),
      "import {test} from 'node:test'\ntest('adds', () => { throw new Error('no sum') })\n",
    )
    project.git('add', '--all')
    project.git('commit', '--quiet', '--message=Add a test')
    await run('phase', 'validate', 'Phase 1: Ledger')
    await assert.rejects(get('fix'), /call create_worktree\(task_id: "\w+", name: "fix-1"\) first/)
    await run('checkpoint', 'Before the repair')
    const path = await run('worktree', 'create', 'fix-1')
    const text = await get('fix')
    for (const part of [
      `Working directory: \`${path}\``,
      '(modules: ledger,journal)',
      'test-command',
      'no sum',
      'Success criterion p1.c1 is unmet',
    ])
      assert.ok(text.includes(part), `${part} in ${text}`)
    const [, logs = ''] = /full output: (.+)/.exec(text) ?? []
    assert.ok((await stat(logs)).isFile())
    assert.match(await get('fix', {module: 'ledger'}), /\(modules: ledger\)/)
  })
})
