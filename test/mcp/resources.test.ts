import assert from 'node:assert/strict'
import {conduct} from '../support/cli.ts'
import type {Project} from '../support/project.ts'
import {RawClient, type Era} from './raw-client.ts'
import {createSpecProject, SPEC, startTask} from './resource-project.ts'

/** What each era says of a resource that is not there. */
const NOT_FOUND: Readonly<Record<Era, number>> = {'2025-11-25': -32_002, '2026-07-28': -32_602}

interface Content {
  readonly uri: string
  readonly mimeType: string
  readonly text: string
}

async function read(client: RawClient, uri: string): Promise<Content> {
  const {contents} = (await client.request('resources/read', {uri})) as unknown as {contents: readonly Content[]}
  assert.equal(contents.length, 1)
  return contents[0] as Content
}

async function readJson<T>(client: RawClient, uri: string): Promise<T> {
  const {text, mimeType} = await read(client, uri)
  assert.equal(mimeType, 'application/json')
  return JSON.parse(text) as T
}

for (const era of ['2025-11-25', '2026-07-28'] as const satisfies readonly Era[]) {
  describe(`the resources of conduct mcp, ${era}`, () => {
    let project: Project
    let client: RawClient
    let taskId = ''

    before(async function () {
      this.timeout(60_000)
      project = await createSpecProject()
      taskId = await startTask(project)
      client = await RawClient.open(project, {era})
    })

    after(async () => {
      await client.close()
      await project.remove()
    })

    it('list the tasks, the newest first, each with the address of its state', async () => {
      const {tasks, total} = await readJson<{tasks: readonly Record<string, unknown>[]; total: number}>(client, 'conduct://tasks')
      assert.equal(total, 1)
      const {started_at, ...task} = tasks[0] ?? {}
      assert.ok(!Number.isNaN(Date.parse(String(started_at))))
      assert.deepEqual(task, {
        task_id: taskId,
        status: 'pending',
        description: 'Build the ledger',
        working_directory: project.root,
        phases_complete: 0,
        phases: 2,
        state: `conduct://tasks/${taskId}/state`,
      })
    })

    it('give of the state what get_task_state returns, but not what to do next', async () => {
      const {next, ...state} = (await client.call('get_task_state', {task_id: taskId})).structuredContent ?? {}
      assert.match(String(next), /create_worktree/)
      assert.deepEqual(await readJson(client, `conduct://tasks/${taskId}/state`), state)
    })

    it('give the spec as it was when the task began', async () => {
      await project.write('.spec/SPEC.md', '# Another one\n')
      assert.deepEqual(await read(client, `conduct://tasks/${taskId}/spec`), {
        uri: `conduct://tasks/${taskId}/spec`,
        mimeType: 'text/markdown',
        text: SPEC,
      })
    })

    it('give a phase as the spec has it, and where it stands', async () => {
      const {stdout: path} = await conduct(project, ['worktree', 'create', 'ledger', '--task', taskId])
      const phase = await readJson<Record<string, unknown>>(client, `conduct://tasks/${taskId}/phases/1`)
      const {
        success_criteria: criteria,
        modules,
        ...rest
      } = phase as {
        success_criteria: readonly Record<string, unknown>[]
        modules: readonly Record<string, unknown>[]
      }
      assert.deepEqual(modules, [
        {
          name: 'ledger',
          slug: 'ledger',
          owns: [],
          status: modules[0]?.status,
          attempts: 0,
          branch: `conduct/${taskId}/p1/ledger`,
          worktree: path.trim(),
        },
        {
          name: 'journal',
          slug: 'journal',
          owns: [],
          status: 'pending',
          attempts: 0,
          branch: `conduct/${taskId}/p1/journal`,
          worktree: null,
        },
      ])
      assert.partialDeepStrictEqual(criteria, [
        {id: 'p1.c1', text: 'All tests pass', check: null, verdict: 'unverified', judge: 'nobody', settled_by: 'none'},
      ])
      assert.partialDeepStrictEqual(rest, {
        task_id: taskId,
        phase: 1,
        name: 'Phase 1: Ledger',
        test_command: 'node --test',
        gotchas: ['Cents, never floats'],
        passed: null,
        checkpoint: null,
        verdicts: [],
      })
    })

    it('give the log without the spec and the configuration, and read on from where a page ended', async () => {
      interface Log {
        readonly version: number
        readonly events: readonly {readonly type: string; readonly version: number; readonly [key: string]: unknown}[]
        readonly more: boolean
        readonly next: string
      }
      const log = await readJson<Log>(client, `conduct://tasks/${taskId}/log`)
      assert.deepEqual(
        log.events.map(({version}) => version),
        Array.from({length: log.version}, (_, index) => index + 1),
      )
      assert.equal(log.events[0]?.type, 'task.started')
      assert.deepEqual(Object.keys(log.events[0]?.spec as object), ['path', 'sha256'])
      assert.ok(!('config' in (log.events[0] ?? {})))
      assert.deepEqual([log.more, log.next], [false, `conduct://tasks/${taskId}/log?after=${log.version}`])
      await conduct(project, ['checkpoint', 'Phase 1: Ledger', '--task', taskId])
      const more = await readJson<Log>(client, log.next)
      assert.ok(more.events.some(({type}) => type === 'checkpoint.created'))
      assert.equal(more.events[0]?.version, log.version + 1)
    })

    it('have templates for whatever a task has', async () => {
      const {resourceTemplates} = (await client.request('resources/templates/list')) as unknown as {
        resourceTemplates: readonly {uriTemplate: string; title: string; mimeType: string}[]
      }
      assert.deepEqual(
        resourceTemplates.map(({uriTemplate}) => uriTemplate),
        [
          'conduct://tasks/{task}/state',
          'conduct://tasks/{task}/spec',
          'conduct://tasks/{task}/phases/{n}',
          'conduct://tasks/{task}/log',
          'conduct://tasks/{task}/log{?after}',
        ],
      )
      assert.ok(resourceTemplates.every(({title, mimeType}) => title && mimeType))
    })

    it('say which is not there with the code of the era, and what there is instead', async () => {
      const codes = []
      for (const path of [
        'zzzzzzzz/state',
        `${taskId}/phases/3`,
        `${taskId}/phases/01`,
        `${taskId}/nothing`,
        `${'x'.repeat(300)}/spec`,
        '%2e%2e/log',
      ]) {
        const {error} = await client.begin('resources/read', {uri: `conduct://tasks/${path}`}).answer
        assert.ok(error && !error.message.includes(' at '), path)
        codes.push(error.code)
      }
      assert.deepEqual(new Set(codes), new Set([NOT_FOUND[era]]))
      const {error} = await client.begin('resources/read', {uri: `conduct://tasks/${taskId}/phases/3`}).answer
      assert.match(error?.message ?? '', /has 2 phases; the first is conduct:\/\/tasks\/\w+\/phases\/1/)
      assert.deepEqual(error?.data, {uri: `conduct://tasks/${taskId}/phases/3`})
    })

    it('say how long a client may keep them, where the era asks for it: a state not at all, a spec a minute, templates five', async () => {
      const states = []
      for (const path of ['state', 'spec', 'phases/1', 'log']) {
        const {ttlMs, cacheScope} = await client.request('resources/read', {uri: `conduct://tasks/${taskId}/${path}`})
        states.push([ttlMs, cacheScope])
      }
      const {ttlMs, cacheScope} = await client.request('resources/templates/list')
      const none = [undefined, undefined]
      const expected = [
        [0, 'private'],
        [60_000, 'private'],
        [0, 'private'],
        [0, 'private'],
        [300_000, 'public'],
      ]
      assert.deepEqual([...states, [ttlMs, cacheScope]], era === '2025-11-25' ? expected.map(() => none) : expected)
    })

    it('refuse a version that is none', async () => {
      for (const after of ['-1', '1e3', 'x']) {
        const {error} = await client.begin('resources/read', {uri: `conduct://tasks/${taskId}/log?after=${after}`}).answer
        assert.equal(error?.code, NOT_FOUND[era])
      }
    })
  })
}
