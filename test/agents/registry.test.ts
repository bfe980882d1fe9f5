import assert from 'node:assert/strict'
import {chmod, mkdir, writeFile} from 'node:fs/promises'
import path from 'node:path'
import type {AgentBackend} from '../../src/agents/agent.ts'
import {createAgentRegistry} from '../../src/agents/registry.ts'
import {which} from '../../src/agents/which.ts'
import {backendOf, withFolder} from './support.ts'

const finished = async () => ({status: 'finished'}) as const

describe('createAgentRegistry', () => {
  it('finds a backend by its name, and knows all names', () => {
    const registry = createAgentRegistry()
    const backend = backendOf(finished, 'second')
    registry.add(backend, '@x/plugin')
    registry.add(backendOf(finished, 'first'))
    assert.equal(registry.get('second')?.name, backend.name)
    assert.equal(registry.sourceOf('second'), '@x/plugin')
    assert.equal(registry.get('third'), undefined)
    assert.deepEqual(registry.names(), ['first', 'second'])
  })

  it('refuses a second backend of the same name, and names both plugins', () => {
    const registry = createAgentRegistry()
    registry.add(backendOf(finished, 'claude'), '@conduct-cli/agent-claude')
    const add = () => registry.add(backendOf(finished, 'claude'), 'other-claude')
    assert.throws(add, {code: 'PLUGIN_BROKEN', message: /plugin other-claude brings .*"claude".*plugin @conduct-cli\/agent-claude/})
  })

  const bad: Readonly<Record<string, unknown>> = {
    'is no object': 'claude',
    'is null': null,
    'has no name': {probe: finished, run: finished},
    'has a name that is no name': {...backendOf(finished), name: '../x'},
    'cannot be probed': {name: 'x', run: finished},
    'cannot run': {name: 'x', probe: finished},
  }
  for (const [what, backend] of Object.entries(bad)) {
    it(`blames a plugin whose backend ${what}`, () => {
      // What a plugin in JavaScript may pass.
      const add = () => createAgentRegistry().add(backend as AgentBackend, 'my-plugin')
      assert.throws(add, {code: 'PLUGIN_BROKEN', message: /^The plugin my-plugin brings/})
    })
  }
})

describe('which', () => {
  it('finds a program on the PATH it is given, the first that can be executed', async () => {
    await withFolder(async (folder) => {
      for (const name of ['a', 'b', 'c']) await mkdir(path.join(folder, name))
      await writeFile(path.join(folder, 'a', 'tool'), 'no program')
      await mkdir(path.join(folder, 'b', 'tool'))
      await writeFile(path.join(folder, 'c', 'tool'), '#!/bin/sh\n')
      await chmod(path.join(folder, 'c', 'tool'), 0o755)
      const pathVariable = ['a', 'b', 'c'].map((name) => path.join(folder, name)).join(path.delimiter)
      assert.equal(await which('tool', {cwd: '/', pathVariable}), path.join(folder, 'c', 'tool'))
    })
  })

  it('takes a program with a slash from the project, not from PATH', async () => {
    await withFolder(async (folder) => {
      await writeFile(path.join(folder, 'agent.sh'), '#!/bin/sh\n')
      await chmod(path.join(folder, 'agent.sh'), 0o755)
      assert.equal(await which('./agent.sh', {cwd: folder, pathVariable: ''}), path.join(folder, 'agent.sh'))
      assert.equal(await which('agent.sh', {cwd: folder, pathVariable: ''}), undefined)
    })
  })

  it('leaves out folders of PATH that are not absolute', async () => {
    await withFolder(async (folder) => {
      await writeFile(path.join(folder, 'tool'), '#!/bin/sh\n')
      await chmod(path.join(folder, 'tool'), 0o755)
      assert.equal(await which('tool', {cwd: folder, pathVariable: ':.'}), undefined)
    })
  })

  it('finds nothing for names that no program has, and without a PATH', async () => {
    for (const name of ['', 'a\0b', 'no-such-program'])
      assert.equal(await which(name, {cwd: '/', pathVariable: process.env.PATH}), undefined)
    assert.equal(await which('sh', {cwd: '/', pathVariable: undefined}), undefined)
  })
})
