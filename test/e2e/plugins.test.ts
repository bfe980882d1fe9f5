import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {rm} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {conduct, type CliOptions, type CliResult} from '../support/cli.ts'
import {packPlugin, pluginEnv, startRegistry, validatorHook, writePlugin} from '../support/plugin-package.ts'
import {createProject, type Project} from '../support/project.ts'
import {once} from '../support/scope.ts'

interface Listed {
  readonly validators: readonly {
    readonly name: string
    readonly status: string
    readonly used: boolean
    readonly source: {readonly type: string; readonly name: string; readonly version: string | null}
  }[]
}

const AGENT = `export default async ({addAgent}) => addAgent({
  name: 'writer',
  async probe() { return {ok: true, version: '7.0'} },
  async run() { return {status: 'finished'} },
})
`

describe('conduct plugins', () => {
  let project: Project
  beforeEach(async () => {
    project = await createProject({'a.txt': 'a\n'})
  })
  afterEach(() => project.remove())

  const run = (args: readonly string[], env: CliOptions['env'] = {}): Promise<CliResult> =>
    conduct(project, args, {env: {...pluginEnv(project), ...env}})
  const beside = (name: string) => join(dirname(project.stateDir), name)

  /** The plugin's validator works, its version is shown, its scripts did not run, and it can be taken out. */
  async function proveInstalled(installed: CliResult): Promise<void> {
    assert.equal(installed.exitCode, 0, installed.stderr)
    assert.equal(installed.stdout, 'Installed conduct-validator-one 1.2.3: validator one.\n')
    assert.equal(existsSync(beside('script-ran')), false)
    assert.match((await run(['plugins'])).stdout, /conduct-validator-one 1\.2\.3/)
    const {validators} = (await run(['validators', '--json'])).json<Listed>()
    const one = validators.find(({name}) => name === 'one')
    assert.deepEqual(
      [one?.status, one?.used, one?.source],
      ['applies', true, {type: 'user', name: 'conduct-validator-one', version: '1.2.3'}],
    )
    assert.match((await run(['validate', 'one'])).stdout, /one/)
    assert.equal((await run(['plugins', 'uninstall', 'conduct-validator-one'])).exitCode, 0)
    assert.doesNotMatch((await run(['validators'])).stdout, /conduct-validator-one/)
  }

  const scripts = () => {
    const script = `touch '${beside('script-ran')}'`
    return {preinstall: script, install: script, postinstall: script, prepare: script, prepack: script}
  }
  const createOne = (name: string) => writePlugin(beside(name), {name: 'conduct-validator-one', scripts: scripts()}, validatorHook('one'))

  it('installs a folder as it is now, runs no script of it, and takes it out again', async () => {
    await createOne('one')
    const installed = await run(['plugins', 'install', '../one'])
    // A copy: what is written there later does not run.
    await writePlugin(beside('one'), {name: 'conduct-validator-one'}, 'throw new Error("changed")')
    await proveInstalled(installed)
  })

  it('installs a folder that changed under the same version, and needs it no more', async function () {
    once(this)
    await createOne('one')
    await run(['plugins', 'install', '../one'])
    await writePlugin(beside('one'), {name: 'conduct-validator-one'}, validatorHook('other'))
    assert.match((await run(['plugins', 'install', '../one'])).stdout, /1\.2\.3: validator other\./)
    await rm(beside('one'), {recursive: true})
    assert.equal((await run(['plugins', 'update'])).exitCode, 0)
    assert.match((await run(['validators'])).stdout, /^other +conduct-validator-one@1\.2\.3 /m)
  })

  it('installs a tarball', async function () {
    once(this)
    await createOne('one')
    await packPlugin(beside('one'), beside('one-1.2.3.tgz'))
    await proveInstalled(await run(['plugins', 'install', beside('one-1.2.3.tgz')]))
  })

  it('installs a name from a registry', async function () {
    once(this)
    await createOne('one')
    await packPlugin(beside('one'), beside('one.tgz'))
    const registry = await startRegistry(beside('one.tgz'), {name: 'conduct-validator-one', version: '1.2.3'})
    try {
      await proveInstalled(await run(['plugins', 'install', 'conduct-validator-one'], {npm_config_registry: registry.url}))
    } finally {
      await registry.close()
    }
  })

  it('installs an agent backend, which then can be used', async () => {
    await writePlugin(beside('writer'), {name: 'conduct-agent-writer'}, AGENT)
    assert.equal((await run(['plugins', 'install', beside('writer')])).exitCode, 0)
    await project.write('conduct.config.json', '{"agents": {"default": "writer"}}')
    const {agents} = (await run(['agents', '--json'])).json<{agents: readonly {name: string}[]}>()
    assert.deepEqual(
      agents.find(({name}) => name === 'writer'),
      {
        name: 'writer',
        source: {type: 'user', name: 'conduct-agent-writer', version: '1.2.3'},
        used: true,
        ready: true,
        version: '7.0',
        problem: null,
        hint: null,
      },
    )
    assert.match((await run(['agents'])).stdout, /writer +conduct-agent-writer@1\.2\.3 +✔ ready \(7\.0\), in use/)
  })

  it('refuses what cannot be used, says why, and changes nothing', async function () {
    once(this)
    await writePlugin(beside('later'), {name: 'conduct-validator-later'}, validatorHook('later', '', 'contract: 2,'))
    await writePlugin(beside('taken'), {name: 'conduct-validator-taken'}, validatorHook('todo'))
    await writePlugin(beside('core'), {name: '@conduct-cli/validator-todo'}, validatorHook('lax'))
    await writePlugin(beside('hostile'), {name: '../../hostile'}, validatorHook('hostile'))
    await project.write('plain/package.json', '{"name": "plain", "version": "1.0.0"}')
    const cases: readonly (readonly [word: string, exitCode: number, says: RegExp])[] = [
      ['./none', 5, /nothing to install at .*none\./],
      ['./plain', 5, /plain is no plugin of conduct: its package\.json has no hook `conduct:register`/],
      ['../later', 5, /conduct-validator-later brings the validator `later` for version 2[^]*newer conduct/],
      ['../taken', 5, /brings the validator `todo`, which @conduct-cli\/validator-todo brought already/],
      ['../core', 5, /@conduct-cli\/validator-todo is the name of a package that comes with conduct/],
      ['../hostile', 5, /npm could not install .*hostile: .*name/],
      ['conduct-validator-far', 5, /the registry cannot be reached \(ECONNREFUSED\)[^]*npm config get registry/],
      ['a b;c', 2, /"a b;c" names no plugin/],
    ]
    // Nobody listens there.
    const env = {npm_config_registry: 'http://127.0.0.1:1', npm_config_fetch_retries: '0'}
    const check = async ([word, exitCode, says]: (typeof cases)[number]) => {
      const refused = await run(['plugins', 'install', word], env)
      assert.deepEqual([refused.exitCode, refused.stdout], [exitCode, ''], word)
      assert.match(refused.stderr, says)
    }
    await Promise.all(cases.map(check))
    assert.equal(existsSync(beside('data')), false)
  }).timeout(60_000)
})

describe('conduct validators', () => {
  const TYPED = `import type {Validator} from 'conduct-cli/plugin'

const noPrint: Validator = {
  name: 'no-print',
  contract: 1,
  applies: ({files}) => files.some((file) => file.endsWith('.py')),
  async run({files, readText}) {
    const texts = await Promise.all(files.filter((file) => file.endsWith('.py')).map(readText))
    const findings = texts.some((text) => text?.includes('print(')) ? [{message: 'Use the log.'}] : []
    return {status: findings.length > 0 ? 'fail' : 'pass', executed: texts.length, findings}
  },
}

export default noPrint
`
  const config = JSON.stringify({validators: ['todo', './tools/no-print.ts']})

  it('lists and runs a TypeScript file of the project', async () => {
    const project = await createProject({'tools/no-print.ts': TYPED, 'conduct.config.json': config, 'a.py': 'print(1)\n'})
    try {
      const listed = await conduct(project, ['validators'], {env: pluginEnv(project)})
      assert.match(listed.stdout, /no-print +file \.\/tools\/no-print\.ts +✔ has work here/)
      assert.match(listed.stdout, /files +core +[^\n]*not in `validators`/)
      assert.equal(listed.exitCode, 0)
      const validated = await conduct(project, ['validate'], {env: pluginEnv(project)})
      assert.equal(validated.exitCode, 6)
      assert.match(validated.stdout, /Use the log\./)
    } finally {
      await project.remove()
    }
  })

  it('names a file that is broken, and lists the others', async () => {
    const project = await createProject({'tools/no-print.ts': 'export default 7', 'conduct.config.json': config})
    try {
      const listed = await conduct(project, ['validators'], {env: pluginEnv(project)})
      assert.equal(listed.exitCode, 5)
      assert.match(listed.stdout, /todo +core[^]*✖ \.\/tools\/no-print\.ts: \.\/tools\/no-print\.ts gave a validator that is none/)
    } finally {
      await project.remove()
    }
  })
})
