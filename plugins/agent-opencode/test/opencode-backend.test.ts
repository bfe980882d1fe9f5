import assert from 'node:assert/strict'
import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {agentContract, type Scenario} from '../../../test/agents/agent-contract.ts'
import {launch, withFolder} from '../../../test/agents/support.ts'
import register from '../src/index.ts'
import {createOpencodeBackend} from '../src/opencode-backend.ts'

const backend = createOpencodeBackend()

const say = (type: string, rest: object) => `echo '${JSON.stringify({type, sessionID: 'ses_1', ...rest})}'`
const TOKENS = {input: 50, output: 30, cache: {read: 20, write: 0}}
const DONE = say('step_finish', {part: {reason: 'stop', tokens: TOKENS, cost: 0.5}})
const fail = (data: object) => `${say('error', {error: {name: 'APIError', data}})}; exit 1`

const scripts: Readonly<Record<Scenario, string>> = {
  finishes: `printf built > built.txt; ${DONE}`,
  fails: fail({message: 'the reason', statusCode: 500}),
  waits: fail({message: 'slow down', statusCode: 429, responseHeaders: {'retry-after': '3'}}),
  hangs: `${say('step_start', {})}; sleep 300`,
  missing: '',
}

/** A program in the place of opencode. */
async function standIn(folder: string, script: string): Promise<string> {
  const program = path.join(folder, 'opencode')
  const answer = `case "$1" in --version) echo 1.18.33;; run) cat > prompt.txt; ${script};; esac`
  await writeFile(program, `#!/bin/sh\n${answer}\n`, {mode: 0o755})
  return program
}

agentContract({
  backend,
  prepare: async (folder, scenario) => ({
    program: scenario === 'missing' ? 'no-such-program' : await standIn(folder, scripts[scenario]),
    settings: {provider: {}},
  }),
  badOptions: [null, 7, 'text', [], {no: 'such key'}, {program: ''}, {settings: 'fast'}],
})

describe('the backend opencode', () => {
  it('is registered by the hook', async () => {
    const names: string[] = []
    await register({addAgent: ({name}) => void names.push(name), addValidator: () => undefined})
    assert.deepEqual(names, ['opencode'])
  })

  it('starts again when another start made the database of the home at the same time', () =>
    withFolder(async (folder) => {
      const race = 'test -e second || { touch second; echo "Failed query: CREATE TABLE x" >&2; exit 1; }'
      const options = {program: await standIn(folder, `${race}; ${scripts.finishes}`)}
      const {outcome} = await launch(folder, backend, {request: {options}})
      assert.deepEqual(outcome, {status: 'finished'})
    }))

  it('begins a new session when the one to go on with is gone, and never takes a text for one', () =>
    withFolder(async (folder) => {
      const gone = 'case "$*" in *--session*) echo "Session not found" >&2; exit 1;; esac'
      const options = {program: await standIn(folder, `${gone}; ${scripts.finishes}`)}
      const {outcome, entries} = await launch(folder, backend, {request: {options, session: 'ses_gone'}})
      assert.deepEqual(outcome, {status: 'finished'})
      assert.equal(entries.filter(({type}) => type === 'spawn').length, 2)
      const other = await launch(folder, backend, {request: {options, session: '--share'}})
      assert.equal(other.entries.filter(({type}) => type === 'spawn').length, 3, 'the transcript is appended to')
    }))

  it('leaves a long wait that the provider asks for to conduct, and ends opencode', () =>
    withFolder(async (folder) => {
      const retry = say('conduct', {about: 'retry', attempt: 1, message: 'Too Many Requests', next: Date.now() + 600_000})
      const options = {program: await standIn(folder, `${retry}; sleep 300`)}
      const {outcome, session} = await launch(folder, backend, {request: {options}})
      assert.equal(outcome.status, 'rate-limited')
      assert.ok('retryAfterMs' in outcome && outcome.retryAfterMs > 590_000)
      assert.equal(session, 'ses_1')
    }))

  it('lays its settings over those of the person and of the environment, and is never in a shell', () =>
    withFolder(async (folder) => {
      const options = {
        program: await standIn(folder, `printf %s "$OPENCODE_CONFIG_CONTENT" > settings.json; ${scripts.finishes}`),
        settings: {share: 'auto', theme: 'dark', plugin: ['mine']},
      }
      const mcpServers = {ours: {command: 'node', args: ['$(touch x)']}}
      const hostEnv = {PATH: process.env['PATH'], OPENCODE_CONFIG_CONTENT: '{"username": "me", "share": "auto"}'}
      const request = {options, mcpServers, permissions: 'read' as const, prompt: '$(touch x); *', model: 'a/b'}
      const {outcome} = await launch(folder, backend, {request, hostEnv, allowEnv: ['OPENCODE_*']})
      assert.deepEqual(outcome, {status: 'finished'})
      const written = JSON.parse(await readFile(path.join(folder, 'settings.json'), 'utf8')) as Record<string, unknown>
      const {share, theme, username, mcp, instructions} = written
      assert.deepEqual([share, theme, username], ['disabled', 'dark', 'me'])
      assert.deepEqual(mcp, {ours: {type: 'local', command: ['node', '$(touch x)'], environment: {}, enabled: true}})
      assert.deepEqual(instructions, [path.join(folder, 'AGENTS.md'), path.join(folder, 'CLAUDE.md')])
      assert.equal(await readFile(path.join(folder, 'prompt.txt'), 'utf8'), '$(touch x); *')
    }))

  it('keeps its settings out of reach of a sandboxed agent, and is able to start there', () =>
    withFolder(async (folder) => {
      const {write, keep} = (await backend.home?.({options: undefined, cwd: folder, env: {HOME: folder, XDG_STATE_HOME: '/s'}})) ?? {}
      const config = path.join(folder, '.config/opencode')
      const data = [path.join(folder, '.local/share/opencode'), path.join(folder, '.cache/opencode'), '/s/opencode']
      assert.deepEqual([write, keep], [[config, ...data], [config]])
      assert.match(await readFile(path.join(config, '.gitignore'), 'utf8'), /node_modules/)
    }))
})
