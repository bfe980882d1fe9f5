import assert from 'node:assert/strict'
import {agentEnvironment} from '../../src/agents/environment.ts'
import {backendOf, launch, printed, requestIn, shellBackend, withFolder} from './support.ts'

const attempt = {request: requestIn('/project'), portBase: 41_000}

describe('the environment of an agent', () => {
  it('holds what every program needs, and the keys of the usual agents', () => {
    const host = {
      PATH: '/bin',
      HOME: '/home/me',
      LC_ALL: 'C',
      XDG_CONFIG_HOME: '/x',
      https_proxy: 'p',
      ANTHROPIC_API_KEY: 'k',
      CODEX_HOME: '/c',
      OPENCODE_CONFIG: '/o.json',
      OPENROUTER_API_KEY: 'k',
    }
    const env = agentEnvironment(host, [], attempt)
    for (const [name, value] of Object.entries(host)) assert.equal(env[name], value)
  })

  it('holds nothing else of the host', () => {
    const env = agentEnvironment({AWS_SECRET_ACCESS_KEY: 's', NPM_TOKEN: 't', PATHS: 'x', MY_PATH: 'y'}, [], attempt)
    assert.deepEqual(
      Object.keys(env).filter((name) => !name.startsWith('CONDUCT_')),
      [],
    )
  })

  it('holds what the config allows, by name and by prefix', () => {
    const host = {AWS_REGION: 'r', AWS_PROFILE: 'p', NPM_TOKEN: 't', NPM_TOKEN_2: 'u'}
    const env = agentEnvironment(host, ['AWS_*', 'NPM_TOKEN'], attempt)
    assert.deepEqual([env.AWS_REGION, env.AWS_PROFILE, env.NPM_TOKEN, env.NPM_TOKEN_2], ['r', 'p', 't', undefined])
  })

  it('never holds GIT_*, NODE_OPTIONS or the CONDUCT_* of the host, not even when allowed', () => {
    const host = {GIT_DIR: '/x', NODE_OPTIONS: '--require x', CONDUCT_TASK: 'outer', CONDUCT_STORE: 'redis://'}
    const env = agentEnvironment(host, ['GIT_*', 'NODE_OPTIONS', '*'], attempt)
    assert.deepEqual([env.GIT_DIR, env.NODE_OPTIONS, env.CONDUCT_TASK, env.CONDUCT_STORE], [undefined, undefined, 't1', undefined])
  })

  it('tells the attempt what it is', async () => {
    await withFolder(async (folder) => {
      const {entries} = await launch(folder, shellBackend('env | grep ^CONDUCT_ | grep -v MARKER | sort'))
      const expected = [
        'CONDUCT_ATTEMPT=1',
        'CONDUCT_MODULE=ledger',
        'CONDUCT_PHASE=Phase 1: Ledger',
        'CONDUCT_PORT_BASE=41000',
        'CONDUCT_ROLE=implementation-executor',
        `CONDUCT_SPEC=${folder}/SPEC.md`,
        'CONDUCT_TASK=t1',
      ]
      assert.deepEqual(printed(entries).trim().split('\n'), expected)
    })
  })

  it('reaches the program, with what the backend adds and without what it may not have', async () => {
    await withFolder(async (folder) => {
      const backend = backendOf(async (_request, {spawn}) => {
        await spawn(['sh', '-c', 'echo "$EXTRA,$GIT_DIR,$SECRET_THING"'], {env: {EXTRA: 'yes'}})
        return {status: 'finished'}
      })
      const hostEnv = {PATH: process.env.PATH, GIT_DIR: '/elsewhere', SECRET_THING: 'x'}
      const {entries} = await launch(folder, backend, {hostEnv})
      assert.equal(printed(entries), 'yes,,\n')
    })
  })
})
