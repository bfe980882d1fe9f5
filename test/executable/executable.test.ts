import assert from 'node:assert/strict'
import {chmod, mkdtemp, readFile, readdir, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {conduct, type CliOptions} from '../support/cli.ts'
import {packPlugin, pluginEnv, startRegistry, validatorHook, writePlugin} from '../support/plugin-package.ts'
import {commandConfig, createProject, type Project} from '../support/project.ts'

describe('the single executable', () => {
  let project: Project
  beforeEach(async () => {
    project = await createProject({'a.txt': 'a\n'})
  })
  afterEach(() => project.remove())

  const beside = (name: string) => join(dirname(project.stateDir), name)
  const cache = () => beside('cache')
  const run = (args: readonly string[], env: CliOptions['env'] = {}) => conduct(project, args, {env: {CONDUCT_CACHE_DIR: cache(), ...env}})
  /** Where the app was unpacked. */
  const home = async () => {
    const [id = ''] = await readdir(join(cache(), 'binary'))
    return join(cache(), 'binary', id)
  }
  const proveThatItRuns = async (env: CliOptions['env'] = {}) => {
    const {exitCode, stdout, stderr} = await run(['validators', '--json'], env)
    assert.equal(exitCode, 0, stderr)
    assert.match(stdout, /test-integrity/)
  }

  describe('unpacks itself', () => {
    it('once, for this user alone', async () => {
      await proveThatItRuns()
      const app = join(await home(), 'app')
      const before = await readFile(`${app}.stamp`, 'utf8')
      await proveThatItRuns()
      assert.equal(await readFile(`${app}.stamp`, 'utf8'), before)
      assert.equal((await readdir(join(cache(), 'binary'))).length, 1)
    })

    it('when two start at once for the first time', async () => {
      await Promise.all([proveThatItRuns(), proveThatItRuns(), proveThatItRuns()])
      assert.deepEqual((await readdir(await home())).sort(), ['app', 'app.stamp', 'compiled'])
    })

    it('again when what lies there was changed, cut short, or added to', async () => {
      await proveThatItRuns()
      const bundle = join(await home(), 'app/dist/conduct.cjs')
      const text = await readFile(bundle, 'utf8')
      await writeFile(bundle, 'process.exit(0)')
      await proveThatItRuns()
      assert.equal(await readFile(bundle, 'utf8'), text)
      await rm(join(await home(), 'app/package.json'))
      await proveThatItRuns()
      await writeFile(join(await home(), 'app/dist/more.cjs'), '')
      await proveThatItRuns()
      assert.equal((await readdir(dirname(bundle))).includes('more.cjs'), false)
    })

    it('among the temporary files where its cache is no folder, and for a user without a home', async () => {
      await writeFile(cache(), '')
      const surroundings: NonNullable<CliOptions['env']>[] = [{}, {CONDUCT_CACHE_DIR: '', HOME: '/dev/null/nobody'}]
      for (const env of surroundings) {
        const tmp = await mkdtemp(beside('tmp-'))
        await proveThatItRuns({TMPDIR: tmp, ...env})
        assert.match((await readdir(tmp)).join(), /^conduct-\d+/)
      }
    })

    it('nowhere, and says what to type, where it may write nothing', async () => {
      const {exitCode, stderr, stdout} = await run(['tasks'], {CONDUCT_CACHE_DIR: '/dev/null/none', TMPDIR: '/dev/null/none'})
      assert.deepEqual([exitCode, stdout], [5, ''])
      assert.match(stderr, /no folder to unpack itself into.*\/dev\/null\/none.*CONDUCT_CACHE_DIR=/s)
    })

    it('and runs from a cache that may only be read', async () => {
      await proveThatItRuns()
      for (const folder of [await home(), join(cache(), 'binary'), cache()]) await chmod(folder, 0o500)
      await proveThatItRuns()
      for (const folder of [await home(), join(cache(), 'binary'), cache()]) await chmod(folder, 0o700)
    })
  })

  describe('without Node and npm', () => {
    const proveInstalled = async (plugin: string, env: CliOptions['env'] = {}) => {
      const {exitCode, stdout, stderr} = await run(['plugins', 'install', plugin], {...pluginEnv(project), ...env})
      assert.deepEqual([exitCode, stdout], [0, 'Installed conduct-validator-one 1.2.3: validator one.\n'], stderr)
      assert.match((await run(['validate', 'one'], pluginEnv(project))).stdout, /one/)
    }

    it('builds the example of shell scripts, from its spec to the merge', async () => {
      const example = new URL('../../examples/scripting/', import.meta.url)
      for (const path of ['.spec/SPEC.md', 'agent.sh']) await project.write(path, await readFile(new URL(path, example), 'utf8'))
      await project.write('conduct.config.json', commandConfig(['./agent.sh']))
      project.git('add', '--all')
      project.git('commit', '--quiet', '--message=Say what to build')
      const {exitCode, stdout, stderr} = await run(['run', '--json'])
      assert.equal(exitCode, 0, stdout + stderr)
      assert.match(project.git('ls-files'), /^greet\.sh$/m)
    })

    it('installs a plugin from a folder', async () => {
      await writePlugin(beside('one'), {name: 'conduct-validator-one'}, validatorHook('one'))
      await proveInstalled('../one')
    })

    it('installs a plugin from a tarball, and from a registry', async () => {
      await writePlugin(beside('one'), {name: 'conduct-validator-one'}, validatorHook('one'))
      await packPlugin(beside('one'), beside('one.tgz'))
      await proveInstalled('../one.tgz')
      const registry = await startRegistry(beside('one.tgz'), {name: 'conduct-validator-one', version: '1.2.3'})
      try {
        assert.equal((await run(['plugins', 'uninstall', 'conduct-validator-one'], pluginEnv(project))).exitCode, 0)
        await proveInstalled('conduct-validator-one', {CONDUCT_NPM_REGISTRY: registry.url})
      } finally {
        await registry.close()
      }
    })
  })
})
