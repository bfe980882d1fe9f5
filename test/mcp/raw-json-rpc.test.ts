import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {createProject, specText, type Project} from '../support/project.ts'
import {openToolbox} from './output-schemas.ts'
import {RawClient, type Era} from './raw-client.ts'

const PHASES = [
  {name: 'Core', modules: ['ledger', 'journal'], test: 'test -f ledger.js && test -f journal.js'},
  {name: 'Docs', modules: ['manual'], test: 'test -f manual.md'},
]
const FILES: Readonly<Record<string, string>> = {ledger: 'ledger.js', journal: 'journal.js', manual: 'manual.md'}

const TEN = [
  'start_task',
  'get_task_state',
  'mark_phase_complete',
  'complete_task',
  'create_worktree',
  'cleanup_worktrees',
  'list_worktrees',
  'create_checkpoint',
  'list_checkpoints',
  'rollback_to_checkpoint',
]

const ERAS: readonly Era[] = ['2025-11-25', '2026-07-28']

interface State {
  readonly task_id: string
  readonly status: string
  readonly phases_complete: readonly string[]
  readonly current_phase: string | null
}

interface Phases {
  readonly phases: readonly {readonly name: string; readonly modules: readonly {readonly slug: string}[]}[]
}

/** What the mission's orchestrator does, in lines of JSON. */
describe('a script of JSON-RPC lines', function () {
  this.timeout(60_000)

  for (const era of ERAS) {
    it(`runs a task of two phases from start to end, in the era of ${era}`, async () => {
      const project = await createProject({'.spec/SPEC.md': specText(PHASES)})
      const client = await RawClient.open(project, {era})
      try {
        const sha = await runTask(client, project)
        assert.deepEqual(await client.close(), [0, null])
        assert.equal(project.git('rev-parse', 'main'), sha)
        assert.equal(project.git('status', '--porcelain'), '')
        assert.equal(client.stderr, '')
      } finally {
        await client.close()
        await project.remove()
      }
    })
  }
})

/** @returns the commit that the task ended with */
async function runTask(client: RawClient, project: Project): Promise<string> {
  const {names, call} = await openToolbox(client)
  assert.deepEqual(names.slice(0, TEN.length), TEN)
  const {task_id} = await call<State>('start_task', {description: 'Two phases', working_directory: project.root})
  const {phases} = await call<Phases>('get_phases', {task_id})
  for (const {name, modules} of phases) {
    await buildModules(call, task_id, modules)
    const checked = await call<{passed: boolean; verdicts: unknown}>('validate_phase', {task_id, phase_name: name})
    assert.equal(checked.passed, true, JSON.stringify(checked.verdicts))
    const {id} = await call<{id: string}>('create_checkpoint', {task_id, phase: name})
    const state = await call<State>('mark_phase_complete', {task_id, phase_name: name, checkpoint_id: id})
    assert.equal(state.phases_complete.at(-1), name)
  }
  assert.equal((await call<{checkpoints: unknown[]}>('list_checkpoints', {task_id})).checkpoints.length, 2)
  assert.equal((await call<{worktrees: unknown[]}>('list_worktrees', {task_id})).worktrees.length, 3)
  const {removed, kept} = await call<{removed: string[]; kept: unknown[]}>('cleanup_worktrees', {task_id})
  assert.deepEqual([removed.map((path) => existsSync(path)), kept], [[false, false, false], []])
  const {status, sha} = await call<{status: string; sha: string}>('complete_task', {task_id})
  assert.equal(status, 'complete')
  assert.equal((await call<State>('get_task_state', {task_id})).current_phase, null)
  return sha
}

async function buildModules(
  call: Awaited<ReturnType<typeof openToolbox>>['call'],
  task_id: string,
  modules: readonly {readonly slug: string}[],
): Promise<void> {
  const worktrees = await Promise.all(modules.map(({slug}) => call<{path: string}>('create_worktree', {task_id, name: slug})))
  for (const [index, {slug}] of modules.entries()) {
    await writeFile(join(worktrees[index]?.path ?? '', FILES[slug] ?? ''), `${slug}\n`)
    assert.equal((await call<{merged: boolean}>('merge_module', {task_id, name: slug})).merged, true)
  }
}
