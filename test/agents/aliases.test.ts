import assert from 'node:assert/strict'
import {probeInput} from '../../src/agents/probe-input.ts'
import {createAgentRegistry} from '../../src/agents/registry.ts'
import {withAliases} from '../../src/agents/aliases.ts'
import {backendOf, launch, withFolder} from './support.ts'

describe('a further name for a backend', () => {
  function registry(backends: Readonly<Record<string, unknown>>) {
    const agents = createAgentRegistry()
    const echo = backendOf(async ({options}) => ({status: 'finished', summary: JSON.stringify(options)}), 'echo')
    const hint = 'Set `agents.backends.echo.key`.'
    agents.add({...echo, probe: async ({options}) => ({ok: false, problem: JSON.stringify(options), hint})}, 'the-plugin')
    return withAliases(agents, backends)
  }

  it('is another backend, with options of its own', () =>
    withFolder(async (folder) => {
      const options = {use: 'echo', key: 'value'}
      const agents = registry({second: options, third: {use: 'nobody'}, echo: {use: 'echo'}, fourth: null})
      assert.deepEqual([agents.names(), agents.sourceOf('second')], [['echo', 'second'], 'the-plugin'])
      const second = agents.get('second')
      assert.ok(second)
      const probed = await second.probe(probeInput({options, cwd: folder, hostEnv: {}, allowEnv: []}))
      assert.deepEqual(probed, {ok: false, problem: '{"key":"value"}', hint: 'Set `agents.backends.second.key`.'})
      const {outcome} = await launch(folder, second, {request: {options}})
      assert.deepEqual(outcome, {status: 'finished', summary: '{"key":"value"}'})
    }))
})
