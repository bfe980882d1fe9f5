import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {conduct} from '../support/cli.ts'
import {pluginEnv} from '../support/plugin-package.ts'

const ROOT = join(import.meta.dirname, '../..')
const NODE = join(ROOT, 'node_modules/.bin/node')
const call = promisify(execFile)
const PAGES = [
  {page: 'validator.md', example: 'validator-no-print'},
  {page: 'agent.md', example: 'agent-shell'},
] as const

describe('the pages on plugins', () => {
  for (const {page, example} of PAGES) {
    it(`${page} shows the files of ${example}, letter for letter, and all of them`, async () => {
      const text = await readFile(join(ROOT, 'docs/plugins', page), 'utf8')
      const shown = [...text.matchAll(/```\n([^\n]+)\n```\n\n```\w+\n([^]*?)```\n/g)]
      const folder = join(ROOT, 'examples/plugins')
      for (const [, file = '', code] of shown) assert.equal(code, await readFile(join(folder, file), 'utf8'), file)
      const entries = await readdir(join(folder, example), {recursive: true, withFileTypes: true})
      assert.equal(shown.length, entries.filter((entry) => entry.isFile()).length)
    })
  }
})

describe('a package that conduct plugins create writes', () => {
  let folder: string
  const project = () => ({root: folder, stateDir: join(folder, 'state')})

  before(async function () {
    this.timeout(60_000)
    folder = await realpath(await mkdtemp(join(tmpdir(), 'conduct-create-')))
    await unpackConduct(folder)
  })
  after(() => rm(folder, {recursive: true, force: true}))

  for (const kind of ['validator', 'agent']) {
    it(`passes its own tests against the packed conduct, installs and is listed: ${kind}`, async () => {
      const created = await conduct(project(), ['plugins', 'create', kind, 'my-own', '--json'])
      assert.equal(created.exitCode, 0, created.stdout)
      const place = join(folder, `conduct-${kind}-my-own`)
      assert.deepEqual(created.json<{folder: string; package: string}>().folder, place)
      const env = {PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`, HOME: folder}
      const {stdout} = await call('npm', ['test', '--silent'], {cwd: place, env})
      assert.match(stdout, /pass [1-9]\d*\n[^]*fail 0\n/)
      const installed = await conduct(project(), ['plugins', 'install', `./conduct-${kind}-my-own`], {env: pluginEnv(project())})
      assert.equal(installed.exitCode, 0, installed.stderr)
      const listed = await conduct(project(), [`${kind}s`], {env: pluginEnv(project())})
      assert.match(listed.stdout, new RegExp(`^my-own +conduct-${kind}-my-own@0\\.1\\.0`, 'm'))
    }).timeout(60_000)
  }

  it('is not written where something is, or under a name that is none', async () => {
    await mkdir(join(folder, 'conduct-agent-there'))
    const results = await Promise.all([
      conduct(project(), ['plugins', 'create', 'agent', 'there']),
      conduct(project(), ['plugins', 'create', 'agent', '../x']),
      conduct(project(), ['plugins', 'create', 'store', 'x']),
    ])
    assert.deepEqual(
      results.map(({exitCode}) => exitCode),
      [2, 2, 2],
    )
    assert.match(results[0].stderr, /is there already/)
    assert.match(results[1].stderr, /"\.\.\/x" is no name/)
  })

  it('was written by a conduct that works as packed, with what it depends on beside it', async () => {
    const bin = join(folder, 'node_modules/conduct-cli/bin/conduct.js')
    const env = {PATH: process.env.PATH, HOME: folder, CONDUCT_STATE_DIR: join(folder, 'state'), NO_COLOR: '1'}
    const {stdout} = await call(NODE, [bin, 'validators'], {cwd: folder, env})
    assert.match(stdout, /^todo +core/m)
    await call(NODE, [bin, 'plugins', 'create', 'validator', 'packed'], {cwd: folder, env})
    assert.ok((await readdir(join(folder, 'conduct-validator-packed'))).includes('index.js'))
    assert.match((await call(NODE, [bin, 'plugins', '--core'], {cwd: folder, env})).stdout, /@conduct-cli\/validator-todo 0\.1\.0/)
  }).timeout(60_000)
})

/** What `npm pack` makes of this repository, as an install leaves it: its dependencies beside it, the bundled ones in it. */
async function unpackConduct(folder: string): Promise<void> {
  const env = {...process.env, npm_config_cache: join(folder, 'npm-cache')}
  await call('npm', ['pack', ROOT, '--ignore-scripts', '--silent', '--pack-destination', folder], {cwd: folder, env})
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? ''
  const modules = join(folder, 'node_modules')
  await mkdir(join(modules, 'conduct-cli'), {recursive: true})
  await call('tar', ['-xzf', join(folder, tarball), '-C', join(modules, 'conduct-cli'), '--strip-components=1'])
  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    if (!name.startsWith('.') && name !== '@conduct-cli')
      await symlink(join(ROOT, 'node_modules', name), join(modules, name)).catch(() => undefined)
  }
}
