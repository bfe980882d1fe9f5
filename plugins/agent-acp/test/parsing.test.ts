import assert from 'node:assert/strict'
import {mkdir, symlink, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {withFolder} from '../../../test/agents/support.ts'
import {failed} from '../src/failure.ts'
import {createAcpBackend} from '../src/acp-backend.ts'
import {parseOptions} from '../src/options.ts'
import {answer, isAllowed} from '../src/permission.ts'
import {formatSession, parseSession} from '../src/session.ts'
import {chooseMode, modelsOf, modesOf} from '../src/settings.ts'
import {usageOf} from '../src/usage.ts'

describe('what an ACP agent says it has used', () => {
  for (const [name, usage, expected] of [
    ['counts what was thought as output', [4920, 4000, 800, 0, 120, 28], [4920, 4000, 800, 0, 120, 28]],
    ['counts what was thought beside the output', [1230, 1000, 200, 0, 23, 7], [1230, 1000, 200, 0, 30, 7]],
    ['counts what was cached as input', [1230, 1200, 200, 0, 30, 7], [1230, 1000, 200, 0, 30, 7]],
    ['has a total that is no sum', [9, 1200, 200, 0, 30, 7], [9]],
  ] as const) {
    it(`is put in our terms when it ${name}`, () => {
      const [totalTokens, inputTokens, cachedReadTokens, cachedWriteTokens, outputTokens, thoughtTokens] = usage
      const told = {totalTokens, inputTokens, cachedReadTokens, cachedWriteTokens, outputTokens, thoughtTokens}
      const [tokens, input, cacheRead, cacheWrite, output, reasoning] = expected
      const wanted = input === undefined ? {tokens} : {tokens, input, cacheRead, cacheWrite, output, reasoning}
      assert.deepEqual(usageOf({usage: told}), wanted)
    })
  }

  it('is taken from where Gemini CLI puts it, and is unknown where nobody does', () => {
    assert.deepEqual(usageOf({_meta: {quota: {token_count: {input_tokens: 5, output_tokens: 2}}}}), {tokens: 7, input: 5, output: 2})
    for (const nothing of [{}, {usage: null}, {usage: {totalTokens: 'many'}}, {_meta: {quota: null}}])
      assert.equal(usageOf(nothing), undefined)
  })
})

describe('modes and models of an ACP agent', () => {
  const setting = (category: string, options: object[]) => ({id: `the-${category}`, category, type: 'select', currentValue: 'a', options})

  it('are read from settings, also in groups, before what the protocol had earlier', () => {
    const groups = [{group: 'g', name: 'G', options: [{value: 'b'}]}, {value: 'a'}]
    const session = {
      configOptions: [setting('mode', groups), setting('model', [{value: 'm'}])],
      modes: {currentModeId: 'old', availableModes: []},
    }
    const modes = modesOf(session)
    assert.deepEqual([modes?.current, [...(modes?.ids ?? [])].sort()], ['a', ['a', 'b']])
    assert.deepEqual(modes?.request('s', 'b'), {
      method: 'session/set_config_option',
      params: {sessionId: 's', configId: 'the-mode', value: 'b'},
    })
    assert.deepEqual(modelsOf(session)?.ids, ['m'])
    const models = modelsOf({models: {currentModelId: 'x', availableModels: [{modelId: 'x'}, {no: 'id'}]}})
    assert.deepEqual([models?.ids, models?.request('s', 'x').method], [['x'], 'session/set_model'])
    assert.deepEqual([modesOf({}), modelsOf({configOptions: 'none'})], [undefined, undefined])
  })

  it('are chosen by name for `full`, and for less only where they were seen to keep to it', () => {
    const choose = (agent: string, permissions: 'full' | 'edit' | 'read', offered: string[], configured = {}) =>
      chooseMode(agent, permissions, {configured, offered})
    assert.equal(choose('anybody', 'full', ['default', 'yolo']), 'yolo')
    assert.equal(choose('anybody', 'full', ['build']), undefined)
    assert.deepEqual([choose('gemini-cli', 'edit', []), choose('gemini-cli', 'read', [])], ['default', 'plan'])
    assert.deepEqual([choose('OpenCode', 'read', ['plan']), choose('OpenCode', 'read', ['plan'], {read: 'plan'})], [undefined, 'plan'])
  })
})

describe('leave for an ACP agent', () => {
  const offered = ['reject_always', 'allow_always', 'reject_once'].map((kind) => ({optionId: `id-${kind}`, kind}))

  it('is given for once where the agent offers that, and refused in a way that it offers', () => {
    assert.deepEqual(answer({options: offered}, true), {outcome: {outcome: 'selected', optionId: 'id-allow_always'}})
    assert.deepEqual(answer({options: offered}, false), {outcome: {outcome: 'selected', optionId: 'id-reject_once'}})
    for (const nothing of [{}, {options: 7}, undefined]) assert.deepEqual(answer(nothing, true), {outcome: {outcome: 'cancelled'}})
  })

  it('to edit ends at the worktree, wherever links and dots lead', () =>
    withFolder(async (folder) => {
      const cwd = path.join(folder, 'work')
      await mkdir(path.join(cwd, 'src'), {recursive: true})
      await mkdir(path.join(folder, 'work-other'))
      await writeFile(path.join(folder, 'outside.txt'), '')
      await symlink('..', path.join(cwd, 'up'))
      await symlink('../outside.txt', path.join(cwd, 'link.txt'))
      const may = (...places: unknown[]) =>
        isAllowed({kind: 'edit', locations: places.map((place) => ({path: place}))}, {permissions: 'edit', cwd})
      for (const place of ['new.txt', 'src/../a.txt', path.join(cwd, 'src/deep/b.txt')]) assert.equal(await may(place), true, place)
      for (const place of ['../b.txt', 'link.txt', 'up/b.txt', '/etc/passwd', '.', '../work-other/a.txt', 7]) {
        assert.equal(await may('new.txt', place), false, String(place))
      }
      assert.equal(await may(), false, 'no place is told')
    }))

  it('to use a tool of ours is not had by a title alone', async () => {
    const bounds = {permissions: 'edit', cwd: '/', mcpServers: {conduct: {command: 'conduct', args: []}}} as const
    const may = (toolCall: object) => isAllowed({kind: 'other', ...toolCall}, bounds)
    assert.deepEqual(await Promise.all([may({toolCallId: 'mcp_conduct_start_task__1'}), may({name: 'mcp__conduct__start_task'})]), [
      true,
      true,
    ])
    const strangers = [{title: 'mcp_conduct_start_task'}, {toolCallId: 'mcp_other_x'}, {toolCallId: 'mcp_conduct_x', kind: 'execute'}, {}]
    for (const toolCall of strangers) assert.equal(await may(toolCall), false, JSON.stringify(toolCall))
  })
})

describe('a failure that an ACP agent tells in words', () => {
  for (const [said, expected] of [
    ['429 Too Many Requests, retryDelay: "7.5s"', 7_500],
    ['Overloaded, try again in 2m', 120_000],
    ['You have hit your usage limit.', 900_000],
    ['rate limit reached', 60_000],
    ['401 Unauthorized', false],
    ['The model m9 does not exist', false],
    ['socket hang up', true],
  ] as const) {
    it(`is understood: ${said}`, () => {
      const outcome = failed('it', said)
      assert.equal('retryAfterMs' in outcome ? outcome.retryAfterMs : 'retryable' in outcome && outcome.retryable, expected)
    })
  }
})

describe('options and sessions of acp', () => {
  it('take a mode by its name alone for `full` only', () => {
    const modes = (mode: unknown) => {
      const parsed = parseOptions({command: ['x'], mode})
      return parsed.ok ? parsed.options.modes : parsed.problem
    }
    assert.deepEqual([modes('yolo'), modes({read: 'plan'}), modes(undefined)], [{full: 'yolo'}, {read: 'plan'}, {}])
    for (const bad of [7, [], {read: 7}, {read: ''}, {write: 'x'}]) assert.match(String(modes(bad)), /`agents\.backends\.acp\.mode`/)
  })

  it('say what a sandbox leaves open, and nothing when they make no sense', async () => {
    const {home} = createAcpBackend()
    const open = (places: unknown) => home?.({options: {command: ['x'], home: places}, cwd: '/project', env: {HOME: '/home/me'}})
    assert.deepEqual(await open(['~/.gemini', '~', '/var/x', 'data', '~other']), {
      write: ['/home/me/.gemini', '/home/me', '/var/x', '/project/data', '/project/~other'],
    })
    assert.deepEqual([await open(undefined), await open('~/.gemini')], [{write: []}, {write: []}])
  })

  it('begin anew with what is no session', () => {
    assert.deepEqual(parseSession(formatSession({id: 'a "b"', usd: 0.5})), {id: 'a "b"', usd: 0.5})
    for (const text of [undefined, '', 'ses_1', '{}', '[]', '{"id":""}']) assert.equal(parseSession(text), undefined)
    assert.deepEqual(parseSession('{"id":"s","usd":-1}'), {id: 's', usd: 0})
  })
})
