import assert from 'node:assert/strict'
import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import type {AgentEvent} from 'conduct-cli/plugin'
import {agentContract, type Scenario} from '../../../test/agents/agent-contract.ts'
import {launch, withFolder, type LaunchChanges} from '../../../test/agents/support.ts'
import {probeInput} from '../../../src/agents/probe-input.ts'
import {createAcpBackend} from '../src/acp-backend.ts'
import register from '../src/index.ts'
import {answer, askLeave, chunk, endTurn, greet, refuse, scriptedAgent, SESSION, update, type Script} from './scripted-agent.ts'

const backend = createAcpBackend()

const usage = {totalTokens: 100, inputTokens: 70, outputTokens: 30}
const cost = (amount: number) => update({sessionUpdate: 'usage_update', used: 1, size: 2, cost: {amount, currency: 'USD'}})

const prompts: Readonly<Record<Scenario, string>> = {
  finishes: `printf built > built.txt; ${cost(0.5)}; ${endTurn({usage})}`,
  fails: refuse(-32603, 'Internal error', {details: 'the reason'}),
  waits: refuse(429, 'Too many requests. Please retry in 3s.'),
  hangs: `${chunk('I begin.')}; sleep 300`,
  missing: '',
}

agentContract({
  backend,
  prepare: async (folder, scenario) =>
    scenario === 'missing' ? {command: ['no-such-program']} : scriptedAgent(folder, {prompt: prompts[scenario]}),
  badOptions: [
    undefined,
    null,
    7,
    [],
    {},
    {command: 'gemini --acp'},
    {command: []},
    {command: ['x'], no: 1},
    {command: ['x'], mode: {all: 'x'}},
  ],
})

describe('the backend acp', () => {
  it('is registered by the hook', async () => {
    const names: string[] = []
    await register({addAgent: ({name}) => void names.push(name), addValidator: () => undefined})
    assert.deepEqual(names, ['acp'])
  })

  it('says hello without offering files, hands over servers and prompt, and chooses mode and model', async () => {
    const modes = {currentModeId: 'ask', availableModes: [{id: 'ask'}, {id: 'yolo'}]}
    const models = {id: 'model', category: 'model', type: 'select', currentValue: 'm1', options: [{value: 'm1'}, {value: 'm2'}]}
    const mcpServers = {conduct: {command: 'conduct', args: ['mcp'], env: {KEY: 'value'}}}
    const request = {model: 'm2', prompt: 'Say "hello".', mcpServers}
    const {outcome, told, agent, folder} = await attempt({session: answer({sessionId: SESSION, modes, configOptions: [models]})}, {request})
    assert.deepEqual(outcome, {status: 'finished'})
    assert.deepEqual(agent, {version: 'scripted 1.2.3', model: 'm2'})
    const server = {name: 'conduct', command: 'conduct', args: ['mcp'], env: [{name: 'KEY', value: 'value'}]}
    const offered = {fs: {readTextFile: false, writeTextFile: false}, terminal: false}
    assert.deepEqual(told, [
      ['initialize', {protocolVersion: 1, clientCapabilities: offered, clientInfo: {name: 'conduct', version: '0.1.0'}}],
      ['session/new', {cwd: folder, mcpServers: [server]}],
      ['session/set_mode', {sessionId: SESSION, modeId: 'yolo'}],
      ['session/set_config_option', {sessionId: SESSION, configId: 'model', value: 'm2'}],
      ['session/prompt', {sessionId: SESSION, prompt: [{type: 'text', text: 'Say "hello".'}]}],
    ])
  })

  it('tells what is said and done as it comes, whole messages at a time, and nothing of other sessions', async () => {
    const tool = {sessionUpdate: 'tool_call', toolCallId: 't1', title: 'bash', kind: 'execute', status: 'pending'}
    const begun = {...tool, sessionUpdate: 'tool_call_update', title: 'npm test', status: 'in_progress'}
    const says = [
      chunk('I be'),
      chunk('gin.'),
      chunk('not mine', 's-2'),
      update(tool),
      update(begun),
      update(begun),
      chunk('Done.'),
      cost(0.25),
    ]
    const {activity, outcome} = await attempt({prompt: `${says.join('; ')}; ${endTurn({usage})}`})
    assert.deepEqual(outcome, {status: 'finished', summary: 'Done.'})
    assert.deepEqual(activity.filter(isSaid), [
      {type: 'text', text: 'I begin.'},
      {type: 'tool', name: 'execute', detail: 'npm test'},
      {type: 'turn'},
      {type: 'text', text: 'Done.'},
    ])
  })

  it('hears all that was said before the answer, though it comes at once, and nothing in what is no message', async () => {
    const noise = [
      'say ready',
      "say '[1]'",
      `say '{"jsonrpc":"2.0","id":77,"result":{}}'`,
      `say '{"jsonrpc":"2.0","method":"_x/y"}'`,
      "say '{'",
    ]
    const long = `say "{\\"jsonrpc\\":\\"2.0\\",\\"method\\":\\"x\\",\\"params\\":\\"$(head -c 3000000 /dev/zero | tr '\\0' x)\\"}"`
    const {outcome} = await attempt({
      initialize: `${noise.join('; ')}; ${greet()}`,
      prompt: `${long}; ${chunk('Last words.')}; ${endTurn()}`,
    })
    assert.deepEqual(outcome, {status: 'finished', summary: 'Last words.'})
  })

  it('goes on in the session where the agent can, and counts what is new', async () => {
    const resumes = greet({agentCapabilities: {loadSession: true, sessionCapabilities: {resume: {}}}})
    const session = '{"id":"s-1","usd":0.25}'
    const first = await attempt({initialize: resumes, prompt: `${cost(1)}; ${endTurn()}`}, {request: {session}})
    assert.deepEqual([first.told[1]?.[0], first.usage.usd, first.session], ['session/resume', 0.75, '{"id":"s-1","usd":1}'])
  })

  it('does not tell again what was said before in a session that is loaded', async () => {
    const initialize = greet({agentCapabilities: {loadSession: true}})
    const options = {request: {session: '{"id":"s-1"}'}}
    const second = await attempt(
      {initialize, session: `${chunk('Long ago.')}; ${answer(null)}`, prompt: `${chunk('Now.')}; ${endTurn()}`},
      options,
    )
    assert.deepEqual([second.told[1]?.[0], second.activity.filter(isSaid)], ['session/load', [{type: 'text', text: 'Now.'}]])
  })

  it('begins a new session when the one to go on with is gone', async () => {
    const initialize = greet({agentCapabilities: {loadSession: true}})
    const gone = `case "$message" in *load*) ${refuse(-32002, 'No such session')};; *) ${answer({sessionId: 's-2'})};; esac`
    const {outcome, session, told} = await attempt({initialize, session: gone}, {request: {session: '{"id":"s-1"}'}})
    assert.deepEqual([outcome.status, session], ['finished', '{"id":"s-2","usd":0}'])
    assert.deepEqual(
      told.map(([method]) => method),
      ['initialize', 'session/load', 'session/new', 'session/prompt'],
    )
  })
})

describe('an agent that asks for leave', () => {
  const inside = (folder: string) => ({
    toolCallId: 'a',
    kind: 'edit',
    title: 'Write a.txt',
    locations: [{path: path.join(folder, 'a.txt')}],
  })
  const outside = {toolCallId: 'b', kind: 'edit', title: 'Write b.txt', locations: [{path: '/b.txt'}]}
  const run = {toolCallId: 'c', kind: 'execute', title: 'rm -rf build'}
  const ours = {toolCallId: 'mcp_conduct_start_task__1', kind: 'other', title: 'start_task'}

  for (const [permissions, expected] of [
    ['full', ['allow', 'allow', 'allow', 'allow']],
    ['edit', ['allow', 'reject', 'reject', 'allow']],
    ['read', ['reject', 'reject', 'reject', 'allow']],
  ] as const) {
    it(`gets what \`${permissions}\` lets it do`, () =>
      withFolder(async (folder) => {
        const asks = [inside(folder), outside, run, ours].map(askLeave).join('; ')
        const modes = {currentModeId: 'ask', availableModes: [{id: 'ask'}]}
        const script = {session: answer({sessionId: SESSION, modes}), prompt: `${asks}; ${endTurn()}`}
        const options = {...(await scriptedAgent(folder, script)), mode: {[permissions]: 'ask'}}
        const mcpServers = {conduct: {command: 'conduct', args: []}}
        const {outcome, activity} = await launch(folder, backend, {request: {options, permissions, mcpServers}})
        assert.equal(outcome.status, 'finished')
        const answers = (await readFile(path.join(folder, 'leave.txt'), 'utf8')).match(/id-(allow|reject)_once/g)
        assert.deepEqual(
          answers,
          expected.map((verb) => `id-${verb}_once`),
        )
        const refused = activity.filter((event) => event.type === 'text' && event.text.startsWith('Refused'))
        assert.equal(refused.length, expected.filter((verb) => verb === 'reject').length)
      }))
  }

  it('is not started on the work in a mode of which nobody knows whether it keeps to the permissions', async () => {
    const modes = {currentModeId: 'build', availableModes: [{id: 'build'}, {id: 'plan'}]}
    const {outcome, told} = await attempt({session: answer({sessionId: SESSION, modes})}, {request: {permissions: 'read'}})
    assert.deepEqual(outcome, {
      status: 'failed',
      retryable: false,
      cause:
        'scripted: conduct knows no mode of it that keeps to `permissions: "read"`; it has: build, plan. ' +
        'Name one that does: `agents.backends.acp.mode`: {"read": "…"}.',
    })
    assert.deepEqual(told.at(-1)?.[0], 'session/new')
  })
})

describe('an agent that cannot work', () => {
  for (const [name, script, retryable, cause] of [
    ['is not logged in', {session: refuse(-32000, 'Authentication required')}, false, /not logged in .* one of its ways: key, web/],
    ['speaks another version', {initialize: answer({protocolVersion: 2})}, false, /speaks version 2 of the Agent Client Protocol/],
    ['has no such model', {}, false, /it has no model m9; it lets no model be chosen/],
    [
      'ends in the middle',
      {prompt: 'echo out of memory >&2; exit 3'},
      true,
      /ended with exit code 3 before its turn was over: out of memory/,
    ],
    ['speaks something else', {initialize: 'echo unknown option --acp >&2; exit 2'}, true, /said anything of the .*: unknown option --acp/],
    ['refuses', {prompt: `${chunk('I will not.')}; ${answer({stopReason: 'refusal'})}`}, true, /refused: I will not\./],
    ['may not say more', {prompt: answer({stopReason: 'max_tokens'})}, true, /may not say more/],
    ['goes round in circles', {prompt: answer({stopReason: 'max_turn_requests'})}, true, /may not ask its model more often/],
    ['gave up by itself', {prompt: answer({stopReason: 'cancelled'})}, true, /stopped: cancelled/],
    ['has the wrong key', {prompt: refuse(401, 'bad key')}, false, /401: bad key/],
    ['met an error', {prompt: refuse(-32603, 'Internal error', {details: 'boom'})}, true, /Internal error \(boom\)/],
    [
      'calls an error a success',
      {prompt: `${chunk('Warning: model not found.\n\nHigh demand.')}; ${endTurn({usage: null})}`},
      true,
      /High demand\./,
    ],
  ] as const satisfies readonly (readonly [string, Script, boolean, RegExp])[]) {
    it(`has failed, and says why: it ${name}`, async () => {
      const initialize = greet({authMethods: [{id: 'key'}, {id: 'web'}]})
      const request = name === 'has no such model' ? {model: 'm9'} : {}
      const {outcome} = await attempt({initialize, ...script}, {request})
      assert.ok(outcome.status === 'failed', JSON.stringify(outcome))
      assert.deepEqual([outcome.retryable, cause.test(outcome.cause)], [retryable, true], outcome.cause)
    })
  }

  it('is told that it is cancelled before it is ended', async () => {
    const stop = new AbortController()
    const onActivity = (event: AgentEvent) => event.type === 'tool' && stop.abort()
    const tool = update({sessionUpdate: 'tool_call', toolCallId: 't', title: 'sleep 300', kind: 'execute', status: 'in_progress'})
    const {outcome, told} = await attempt({prompt: tool}, {signal: stop.signal, onActivity})
    assert.deepEqual(outcome, {status: 'cancelled'})
    assert.deepEqual(told.at(-1), ['session/cancel', {sessionId: SESSION}])
  })
})

describe('the probe of acp', () => {
  const probe = (folder: string, options: unknown) =>
    backend.probe(probeInput({options, cwd: folder, hostEnv: {PATH: process.env['PATH']}, allowEnv: []}))

  it('says who answers, and ends who does not end by itself', () =>
    withFolder(async (folder) => {
      const options = await scriptedAgent(folder, {initialize: `${greet()}; sleep 300`})
      assert.deepEqual(await probe(folder, options), {ok: true, version: 'scripted 1.2.3'})
    }))

  it('says what is wrong with one that does not speak the protocol', () =>
    withFolder(async (folder) => {
      const program = path.join(folder, 'other')
      await writeFile(program, '#!/bin/sh\necho "unknown option" >&2; exit 2\n', {mode: 0o755})
      const answered = await probe(folder, {command: ['./other', '--acp']})
      assert.ok(!answered.ok)
      assert.deepEqual(
        [answered.problem, /agents\.backends\.acp\.command/.test(answered.hint)],
        ['./other does not answer: unknown option', true],
      )
    }))
})

/** One attempt with an agent that does what the script says, and what it was told: method and parameters of each message. */
function attempt(script: Script, {request, ...changes}: LaunchChanges = {}) {
  return withFolder(async (folder) => {
    const options = await scriptedAgent(folder, script)
    const result = await launch(folder, backend, {...changes, request: {options, ...request}})
    const lines = (await readFile(path.join(folder, 'told.txt'), 'utf8')).trim().split('\n')
    const messages = lines.map((line) => JSON.parse(line) as {readonly method: string; readonly params: unknown})
    return {...result, folder, told: messages.map(({method, params}) => [method, params] as const)}
  })
}

const isSaid = ({type}: AgentEvent) => type === 'text' || type === 'tool' || type === 'turn'
