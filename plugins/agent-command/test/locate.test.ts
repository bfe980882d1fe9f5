import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {locateProgram} from '../src/locate.ts'

describe('the program of the backend command', () => {
  let project = ''
  before(async () => {
    project = await mkdtemp(path.join(tmpdir(), 'conduct-locate-'))
    for (const name of ['agent.mjs', 'README.md']) await writeFile(path.join(project, name), '')
  })
  after(() => rm(project, {recursive: true, force: true}))

  it('is meant from the project when it is a path, and from PATH otherwise', () => {
    assert.deepEqual(locateProgram(['./agent.sh', 'x'], project), [path.join(project, 'agent.sh'), 'x'])
    assert.deepEqual(locateProgram(['some-agent', 'README.md'], project), ['some-agent', 'README.md'])
  })

  it('is the script that an interpreter runs, when the project has it', () => {
    const script = path.join(project, 'agent.mjs')
    assert.deepEqual(locateProgram(['node', '--no-warnings', 'agent.mjs', 'README.md'], project), [
      'node',
      '--no-warnings',
      script,
      'README.md',
    ])
    assert.deepEqual(locateProgram(['deno', 'run', '-A', 'agent.mjs'], project), ['deno', 'run', '-A', script])
    assert.deepEqual(locateProgram(['node', 'other.mjs'], project), ['node', 'other.mjs'])
    assert.deepEqual(locateProgram(['sh', '-c', 'exit 0'], project), ['sh', '-c', 'exit 0'])
  })
})
