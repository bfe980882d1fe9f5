import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {runProcess} from '../../src/process.ts'
import {shellArgv} from '../../src/validators/shell.ts'

describe('the shell of test commands', () => {
  let home: string

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'conduct-shell-'))
  })

  afterEach(() => rm(home, {recursive: true, force: true}))

  it('reads no start-up file of the person', async () => {
    await writeFile(join(home, '.bashrc'), 'echo from bashrc\n')
    const env = {PATH: process.env['PATH'] ?? '', HOME: home}
    const {stdout} = await runProcess({argv: await shellArgv('echo from script', env), cwd: home, env, marker: 'shell-test'})
    assert.equal(stdout, 'from script\n')
  })
})
