import assert from 'node:assert/strict'
import {chmod, lstat, mkdir, readFile, readlink, stat, symlink, writeFile} from 'node:fs/promises'
import path from 'node:path'
import type {AgentOutcome} from '../../../src/agents/agent.ts'
import {probeInput} from '../../../src/agents/probe-input.ts'
import {recordAttempt, type AttemptRecording} from '../../../src/agents/record.ts'
import {agentContract, type Scenario} from '../../../test/agents/agent-contract.ts'
import {launch, withFolder, type LaunchChanges, type TestLaunch} from '../../../test/agents/support.ts'
import register from '../src/index.ts'
import {createReplayBackend} from '../src/replay-backend.ts'

const backend = createReplayBackend()
const key = {phaseIndex: 1, module: 'ledger', role: 'implementation-executor', attempt: 1} as const
const encode = (text: string) => new TextEncoder().encode(text)

const outcomes: Readonly<Record<Scenario, AgentOutcome>> = {
  finishes: {status: 'finished'},
  fails: {status: 'failed', cause: 'for the reason', retryable: true},
  waits: {status: 'rate-limited', retryAfterMs: 3_000},
  hangs: {status: 'finished'},
  missing: {status: 'finished'},
}

function recordingOf(projectDir: string, changes: Partial<AttemptRecording> = {}): AttemptRecording {
  const dir = path.join(projectDir, 'recordings')
  return {
    dir,
    key,
    task: 'k3f9x2ab',
    changes: [],
    events: [],
    durationMs: 0,
    outcome: {status: 'finished'},
    usage: {tokens: 0, usd: 0},
    ...changes,
  }
}

agentContract({
  backend,
  async prepare(projectDir, scenario) {
    if (scenario === 'missing') return {dir: 'recordings'}
    const changes = scenario === 'finishes' ? [{path: 'built.txt', mode: '100644', content: encode('built')} as const] : []
    const events = [{after_ms: 0, type: 'text', text: 'working'} as const]
    const durationMs = scenario === 'hangs' ? 300_000 : 0
    const usage = {tokens: 100, usd: 0.5}
    await recordAttempt(recordingOf(projectDir, {changes, events, durationMs, usage, outcome: outcomes[scenario]}))
    return scenario === 'hangs' ? {dir: 'recordings', speed: 1} : {dir: 'recordings'}
  },
})

type Play = (changes?: LaunchChanges) => Promise<TestLaunch>

/** A project folder with recordings, and an empty worktree beside them. */
async function withProject<T>(use: (project: {folder: string; worktree: string; play: Play}) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const worktree = path.join(folder, 'worktree')
    await mkdir(worktree)
    const play: Play = (changes = {}) =>
      launch(folder, backend, {...changes, request: {options: {dir: 'recordings'}, cwd: worktree, ...changes.request}})
    return use({folder, worktree, play})
  })
}
/** A recording as a person would write it by hand. */
async function writeRecording(folder: string, manifest: unknown, files: Readonly<Record<string, string>> = {}): Promise<void> {
  const dir = path.join(folder, 'recordings', 'p1', 'ledger', 'implementation-executor-1')
  await mkdir(dir, {recursive: true})
  await writeFile(path.join(dir, 'recording.json'), typeof manifest === 'string' ? manifest : JSON.stringify(manifest))
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(dir, 'files', file)), {recursive: true})
    await writeFile(path.join(dir, 'files', file), text)
  }
}

describe('a recording', () => {
  it('played back does to the worktree what the agent did', async () => {
    await withProject(async ({folder, worktree, play}) => {
      const binary = Uint8Array.from({length: 256}, (_item, index) => index)
      await recordAttempt(
        recordingOf(folder, {
          changes: [
            {path: 'src/with space\n.js', mode: '100644', content: encode('export {}\n')},
            {path: 'data.bin', mode: '100644', content: binary},
            {path: 'bin/run', mode: '100755', content: encode('#!/bin/sh\n')},
            {path: 'latest', mode: '120000', content: encode('src')},
            {path: 'old/gone.js', deleted: true},
            {path: 'kept', mode: '100644', content: encode('now a file')},
          ],
        }),
      )
      await mkdir(path.join(worktree, 'old'))
      await writeFile(path.join(worktree, 'old', 'gone.js'), 'old')
      await mkdir(path.join(worktree, 'kept'))
      assert.deepEqual((await play()).outcome, {status: 'finished'})
      assert.equal(await readFile(path.join(worktree, 'src/with space\n.js'), 'utf8'), 'export {}\n')
      assert.deepEqual(new Uint8Array(await readFile(path.join(worktree, 'data.bin'))), binary)
      assert.equal((await stat(path.join(worktree, 'bin/run'))).mode & 0o111, 0o111)
      assert.equal((await stat(path.join(worktree, 'data.bin'))).mode & 0o111, 0)
      assert.equal(await readlink(path.join(worktree, 'latest')), 'src')
      assert.equal(await readFile(path.join(worktree, 'kept'), 'utf8'), 'now a file')
      await assert.rejects(stat(path.join(worktree, 'old')), {code: 'ENOENT'})
    })
  })

  it('plays its events, usage and outcome', async () => {
    await withProject(async ({folder, play}) => {
      const events = [
        {after_ms: 5, type: 'session', id: 's-9'},
        {after_ms: 10, type: 'tool', name: 'Write', detail: 'src/a.js'},
        {after_ms: 60_000, type: 'text', text: 'All done.'},
      ] as const
      const outcome = {status: 'finished', summary: 'Wrote src/a.js'} as const
      await recordAttempt(recordingOf(folder, {events, outcome, usage: {tokens: 7, usd: 0.01}, durationMs: 61_000}))
      const {activity, ...played} = await play()
      assert.deepEqual(
        activity.map(({type}) => type),
        ['session', 'tool', 'text', 'usage'],
      )
      assert.deepEqual([played.outcome, played.usage, played.session], [outcome, {tokens: 7, usd: 0.01}, 's-9'])
    })
  })

  it('takes as long as its speed says, and not at all without one', async () => {
    await withProject(async ({folder, play}) => {
      await recordAttempt(recordingOf(folder, {durationMs: 10_000}))
      const begun = performance.now()
      await play()
      const instant = performance.now()
      await play({request: {options: {dir: 'recordings', speed: 50}}})
      assert.ok(instant - begun < 5_000)
      assert.ok(performance.now() - instant >= 190)
    })
  })

  it('of the same attempt replaces the older one whole', async () => {
    await withProject(async ({folder, worktree, play}) => {
      const file = (name: string) => ({path: name, mode: '100644', content: encode(name)}) as const
      await recordAttempt(recordingOf(folder, {changes: [file('first.txt')]}))
      await recordAttempt(recordingOf(folder, {changes: [file('second.txt')]}))
      await play()
      assert.equal(await readFile(path.join(worktree, 'second.txt'), 'utf8'), 'second.txt')
      await assert.rejects(stat(path.join(worktree, 'first.txt')))
    })
  })

  const modules = ['../../outside', 'a/b', '', '.', 'ledger,cli', Array.from({length: 200}, (_item, index) => `module-${index}`).join(',')]
  for (const module of modules) {
    it(`is found again whatever the module is called (${JSON.stringify(module.slice(0, 20))})`, async () => {
      await withProject(async ({folder, play}) => {
        const dir = await recordAttempt(recordingOf(folder, {key: {...key, module}}))
        assert.ok(dir.startsWith(path.join(folder, 'recordings', 'p1') + path.sep))
        assert.deepEqual((await play({request: {options: {dir: 'recordings'}, module}})).outcome, {status: 'finished'})
      })
    })
  }

  it('may be written by hand, with nothing but an outcome', async () => {
    await withProject(async ({folder, worktree, play}) => {
      await writeRecording(folder, {format: 1, outcome: {status: 'finished'}}, {'src/a.js': 'export {}\n'})
      assert.deepEqual((await play()).outcome, {status: 'finished'})
      assert.equal(await readFile(path.join(worktree, 'src/a.js'), 'utf8'), 'export {}\n')
    })
  })
})

describe('the backend replay', () => {
  it('is registered by the hook', async () => {
    const names: string[] = []
    await register({addAgent: ({name}) => void names.push(name), addValidator: () => undefined})
    assert.deepEqual(names, ['replay'])
  })

  it('says where it looked for a recording that is not there', async () => {
    await withProject(async ({folder, play}) => {
      const {outcome} = await play({request: {options: {dir: 'recordings'}, attempt: 4}})
      const place = path.join(folder, 'recordings/p1/ledger/implementation-executor-4/recording.json')
      assert.deepEqual(outcome, {status: 'failed', retryable: false, cause: `There is no recording of this attempt: looked for ${place}.`})
    })
  })

  const good = {format: 1, outcome: {status: 'finished'}}
  for (const [manifest, problem] of [
    ['{', /recording.json is broken/],
    [{...good, format: 2}, /format must be 1, not 2/],
    [{format: 1}, /outcome must be an object/],
    [{...good, deleted: 'x'}, /deleted must be a list/],
    [{...good, events: [{after_ms: -1, type: 'text', text: ''}]}, /events\[0\].after_ms must be a number from 0/],
    [{...good, symlinks: {a: 1}}, /symlinks\["a"\] must be a string/],
    [{...good, usage: {tokens: 'many'}}, /usage.tokens must be a number/],
    [{...good, executable: ['run.sh']}, /executable that it does not hold: run.sh/],
    [{...good, outcome: {status: 'done'}}, /gave an outcome that is none/],
    [{...good, events: [{type: 'nonsense'}]}, /gave an event that is none/],
  ] as const) {
    it(`says what is wrong with ${JSON.stringify(manifest)}`, async () => {
      await withProject(async ({folder, play}) => {
        await writeRecording(folder, manifest)
        const {outcome} = await play()
        assert.ok('retryable' in outcome && !outcome.retryable)
        assert.match(outcome.cause, problem)
      })
    })
  }

  for (const change of [
    {deleted: ['../victim.txt']},
    {deleted: ['/etc/passwd']},
    {deleted: ['a/../../victim.txt']},
    {deleted: ['.git/config']},
    {deleted: ['sub/.GIT']},
    {symlinks: {'../victim.txt': 'x'}},
    {symlinks: {link: '../victim.txt'}},
    {symlinks: {link: '/etc'}},
  ]) {
    it(`refuses to leave the worktree, and changes nothing (${JSON.stringify(change)})`, async () => {
      await withProject(async ({folder, worktree, play}) => {
        await writeFile(path.join(folder, 'victim.txt'), 'untouched')
        await writeRecording(folder, {...good, ...change}, {'new.txt': 'new'})
        const {outcome} = await play()
        assert.match(JSON.stringify(outcome), /outside of the worktree/)
        assert.equal(await readFile(path.join(folder, 'victim.txt'), 'utf8'), 'untouched')
        await assert.rejects(stat(path.join(worktree, 'new.txt')))
      })
    })
  }

  it('refuses to write through a link of the worktree', async () => {
    await withProject(async ({folder, worktree, play}) => {
      await mkdir(path.join(folder, 'outside'))
      await symlink(path.join(folder, 'outside'), path.join(worktree, 'src'))
      await writeRecording(folder, good, {'src/a.js': 'x'})
      assert.match(JSON.stringify((await play()).outcome), /through a symbolic link of the worktree: src/)
      await assert.rejects(stat(path.join(folder, 'outside', 'a.js')))
    })
  })

  it('replaces a link by the recorded file, and leaves alone what it points to', async () => {
    await withProject(async ({folder, worktree, play}) => {
      await writeFile(path.join(folder, 'victim.txt'), 'untouched')
      await symlink(path.join(folder, 'victim.txt'), path.join(worktree, 'a.js'))
      await writeRecording(folder, {...good, executable: ['a.js']}, {'a.js': 'recorded'})
      await chmod(path.join(folder, 'victim.txt'), 0o644)
      await play()
      assert.equal((await lstat(path.join(worktree, 'a.js'))).isFile(), true)
      assert.equal(await readFile(path.join(folder, 'victim.txt'), 'utf8'), 'untouched')
      assert.equal((await stat(path.join(folder, 'victim.txt'))).mode & 0o111, 0)
    })
  })

  it('says that the folder of recordings is not there', async () => {
    const answer = await backend.probe(probeInput({options: {dir: 'no/such/folder'}, cwd: '/', hostEnv: {}, allowEnv: []}))
    assert.match(answer.ok ? '' : answer.problem, /no folder of recordings at \/no\/such\/folder/)
  })
})
