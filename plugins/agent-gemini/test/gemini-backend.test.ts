import assert from 'node:assert/strict'
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {agentContract, type Scenario} from '../../../test/agents/agent-contract.ts'
import {launch, withFolder} from '../../../test/agents/support.ts'
import {createGeminiBackend} from '../src/gemini-backend.ts'
import register from '../src/index.ts'

const backend = createGeminiBackend()

const SESSION = '01a2057f-7134-4740-9e25-d5ff1d4ac835'
const BEGIN = `echo '{"type":"init","session_id":"${SESSION}","model":"gemini-2.5-pro"}'`
const STATS = '{"total_tokens":100,"input_tokens":70,"output_tokens":25,"cached":20,"models":{"gemini-2.5-pro":{"total_tokens":100}}}'
const fail = (message: string, exitCode: number) =>
  `${BEGIN}; echo '{"type":"result","status":"error","error":{"message":"[API Error: ${message}]"},"stats":{}}'; exit ${exitCode}`

const scripts: Readonly<Record<Scenario, string>> = {
  finishes: `${BEGIN}; printf built > built.txt; echo '{"type":"result","status":"success","stats":${STATS}}'`,
  fails: fail('the reason', 244),
  waits: fail('Please retry in 3s.', 173),
  hangs: `${BEGIN}; sleep 300`,
  missing: '',
}

/** A program in the place of gemini. */
async function standIn(folder: string, script: string): Promise<string> {
  const program = path.join(folder, 'gemini')
  const lines = ['#!/bin/sh', 'if [ "$1" = --version ]; then echo 0.61.0; exit; fi', 'cat > prompt.txt', script]
  await writeFile(program, `${lines.join('\n')}\n`, {mode: 0o755})
  return program
}

/** A home in which somebody logged in. */
async function homeIn(folder: string, settings = '{"security":{"auth":{"selectedType":"oauth-personal"}}}'): Promise<string> {
  const own = path.join(folder, 'home/.gemini')
  await mkdir(own, {recursive: true})
  await writeFile(path.join(own, 'oauth_creds.json'), '{}')
  await writeFile(path.join(own, 'settings.json'), settings)
  return path.join(folder, 'home')
}

agentContract({
  backend,
  prepare: async (folder, scenario) => ({
    program: scenario === 'missing' ? 'no-such-program' : await standIn(folder, scripts[scenario]),
    home: await homeIn(folder),
  }),
  badOptions: [null, 7, 'text', [], {no: 'such key'}, {program: ''}, {home: 7}, {settings: 'fast'}],
})

describe('the backend gemini', () => {
  it('is registered by the hook', async () => {
    const names: string[] = []
    await register({addAgent: ({name}) => void names.push(name), addValidator: () => undefined})
    assert.deepEqual(names, ['gemini'])
  })

  it('gives each attempt a home of its own with the person’s login and sessions in it, and removes it', () =>
    withFolder(async (folder) => {
      const keep = 'cp -RL "$GEMINI_CLI_HOME/.gemini" seen; echo new > "$GEMINI_CLI_HOME/.gemini/tmp/session"; : > "$TMPDIR/debris"'
      const person = '{// mine\n"ui": {"theme": "Ayu"}, "mcpServers": {"own": {"command": "touch"}}, "general": {"vimMode": true}}'
      const home = await homeIn(folder, person)
      await writeFile(path.join(home, '.gemini/.env'), 'GEMINI_API_KEY="of the person"\nNODE_OPTIONS=--inspect\n')
      const script = `${keep}; echo "$GEMINI_API_KEY $NODE_OPTIONS" > env.txt; ${scripts.finishes}`
      const options = {program: await standIn(folder, script), home, settings: {general: {maxAttempts: 7}, telemetry: {enabled: true}}}
      await mkdir(path.join(folder, 'tmp'))
      const hostEnv = {PATH: process.env.PATH, TMPDIR: path.join(folder, 'tmp')}
      const {outcome} = await launch(folder, backend, {hostEnv, request: {options}, limits: {turns: 9}})
      assert.equal(outcome.status, 'finished')
      const settings: unknown = JSON.parse(await readFile(path.join(folder, 'seen/settings.json'), 'utf8'))
      assert.deepEqual(settings, {
        ui: {theme: 'Ayu'},
        general: {
          maxAttempts: 7,
          vimMode: true,
          enableAutoUpdate: false,
          enableAutoUpdateNotification: false,
          checkpointing: {enabled: false},
        },
        privacy: {usageStatisticsEnabled: false},
        telemetry: {enabled: false},
        security: {folderTrust: {enabled: false}, auth: {selectedType: 'gemini-api-key'}},
        advanced: {ignoreLocalEnv: true},
        context: {fileFiltering: {enableRecursiveFileSearch: false}},
        model: {maxSessionTurns: 100},
        mcpServers: {},
      })
      assert.equal(await readFile(path.join(folder, 'env.txt'), 'utf8'), 'of the person \n')
      assert.deepEqual((await readdir(path.join(folder, 'seen'))).sort(), ['history', 'oauth_creds.json', 'settings.json', 'tmp'])
      assert.deepEqual(await readdir(path.join(home, '.gemini/tmp')), ['session'])
      assert.equal(await readFile(path.join(home, '.gemini/settings.json'), 'utf8'), person)
      assert.deepEqual(await readdir(path.join(folder, 'tmp')), [])
    }))

  it('starts no MCP server where a tree has settings that must not count', () =>
    withFolder(async (folder) => {
      const options = {program: await standIn(folder, scripts.finishes), home: await homeIn(folder)}
      await mkdir(path.join(folder, '.gemini'))
      const mcpServers = {conduct: {command: 'conduct', args: ['mcp']}}
      const {outcome} = await launch(folder, backend, {request: {options, permissions: 'edit', mcpServers}})
      assert.ok(outcome.status === 'failed' && !outcome.retryable)
      assert.match(outcome.cause, /settings of its own for gemini/)
    }))

  it('says that the person’s settings are no JSON, and where they are', () =>
    withFolder(async (folder) => {
      const home = await homeIn(folder, '{"ui": ')
      const {outcome} = await launch(folder, backend, {request: {options: {program: await standIn(folder, scripts.finishes), home}}})
      const cause = `${path.join(home, '.gemini/settings.json')} is no valid JSON.`
      assert.deepEqual(outcome, {status: 'failed', retryable: false, cause})
    }))
})
