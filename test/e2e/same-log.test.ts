import assert from 'node:assert/strict'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {openSqliteStore} from '../../src/store/sqlite-store.ts'
import {RawClient} from '../mcp/raw-client.ts'
import {createProject, specText, type Project} from '../support/project.ts'
import {speakerOf} from './speaker.ts'

const SPEC = specText([
  {name: 'Core', modules: ['ledger'], test: 'true'},
  {name: 'Docs', modules: ['manual'], test: 'true'},
])

/** A call of an operation by its name; the task is added. */
type Call = (name: string, args?: Readonly<Record<string, unknown>>) => Promise<unknown>

/** A whole task by hand, with everything that an operation can do to a log. */
async function conductTask(project: Project, call: Call): Promise<void> {
  const write = (name: string, text: string) => writeFile(join(project.root, name), text)
  await call('create_worktree', {name: 'ledger'})
  await write('ledger.js', '1\n')
  await call('create_checkpoint', {phase: 'Core', request_id: 'once'})
  await call('create_checkpoint', {phase: 'Core', request_id: 'once'})
  await call('mark_phase_complete', {phase_name: 'Phase 1: Core', checkpoint_id: 'c1'})
  await write('ledger.js', '2\n')
  await call('create_checkpoint', {phase: 'Docs'})
  await call('mark_phase_complete', {phase_name: 'Docs', checkpoint_id: 'c2'})
  await call('rollback_to_checkpoint', {checkpoint_id: 'c1'})
  await write('manual.md', '# Manual\n')
  await call('create_checkpoint', {phase: 'Docs'})
  await call('mark_phase_complete', {phase_name: 'Docs', checkpoint_id: 'c3'})
  await call('cleanup_worktrees')
  await call('complete_task', {commit_changes: false})
}

async function byCommands(project: Project): Promise<string> {
  const {say} = speakerOf(project)
  const task = await say('start', 'Shop')
  const argsOf = (name: string, args: Readonly<Record<string, unknown>>): readonly string[] => {
    const value = (key: string) => String(args[key])
    const request = 'request_id' in args ? ['--request-id', value('request_id')] : []
    switch (name) {
      case 'create_worktree':
        return ['worktree', 'create', value('name')]
      case 'create_checkpoint':
        return ['checkpoint', value('phase'), ...request]
      case 'mark_phase_complete':
        return ['phase', 'complete', value('phase_name'), '--checkpoint', value('checkpoint_id')]
      case 'rollback_to_checkpoint':
        return ['rollback', value('checkpoint_id')]
      case 'cleanup_worktrees':
        return ['worktree', 'cleanup']
      default:
        return ['complete', '--no-commit']
    }
  }
  await conductTask(project, (name, args = {}) => say(...argsOf(name, args), '--task', task))
  return task
}

async function byMcp(project: Project): Promise<string> {
  const client = await RawClient.open(project)
  try {
    const {structuredContent} = await client.call('start_task', {description: 'Shop', working_directory: project.root})
    const task_id = String(structuredContent?.['task_id'])
    await conductTask(project, async (name, args) => {
      const {isError, content} = await client.call(name, {task_id, ...args})
      assert.notEqual(isError, true, `${name}: ${content[0]?.text}`)
    })
    return task_id
  } finally {
    await client.close()
  }
}

/** The log with everything taken out that differs between two projects: times, ids, commits, places. */
async function readLog({root, stateDir}: Project, task: string): Promise<unknown> {
  const store = await openSqliteStore(join(stateDir, 'state.db'))
  try {
    const text = JSON.stringify(await store.read(task))
    const places = text.replaceAll(task, 'TASK').replaceAll(join(root, '..'), 'PLACE')
    const dated = places.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').replaceAll(/\b[0-9a-f]{40}\b|\b[0-9a-f]{64}\b/g, 'ID')
    return JSON.parse(dated.replaceAll(/project-[0-9a-f]{8}/g, 'project-HASH'))
  } finally {
    await store[Symbol.asyncDispose]()
  }
}

describe('the same sequence', function () {
  this.timeout(60_000)

  it('by commands and by MCP leaves the same log, but for times and ids', async () => {
    const projects = [await createProject({'.spec/SPEC.md': SPEC}), await createProject({'.spec/SPEC.md': SPEC})] as const
    try {
      const logs = [
        await readLog(projects[0], await byCommands(projects[0])),
        await readLog(projects[1], await byMcp(projects[1])),
      ] as const
      assert.deepEqual(logs[1], logs[0])
      assert.ok(Array.isArray(logs[0]) && logs[0].length > 12)
    } finally {
      await Promise.all(projects.map((project) => project.remove()))
    }
  })
})
