import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {existsSync} from 'node:fs'
import {mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
// @ts-expect-error It is plain JavaScript, as the author of a plugin writes it.
import {backend as brook} from '../../examples/plugins/agent-brook/index.js'
import type {AgentBackend} from '../../src/agents/agent.ts'
import {agentContract, type Scenario} from '../../src/plugin-testing.ts'
import {conduct} from '../support/cli.ts'
import {pluginEnv} from '../support/plugin-package.ts'
import {isThorough, once} from '../support/scope.ts'

const ROOT = join(import.meta.dirname, '../..')
const NODE = join(ROOT, 'node_modules/.bin/node')
const call = promisify(execFile)
const PAGES = [
  {page: 'validator.md', examples: ['validator-no-print']},
  {page: 'agent.md', examples: ['agent-shell', 'agent-brook']},
] as const

describe('the pages on plugins', () => {
  for (const {page, examples} of PAGES) {
    it(`${page} shows the files of ${examples.join(' and ')}, letter for letter, and all of them`, async () => {
      const text = await readFile(join(ROOT, 'docs/plugins', page), 'utf8')
      const shown = [...text.matchAll(/```\n([^\n]+)\n```\n\n```\w+\n([^]*?)```\n/g)]
      const folder = join(ROOT, 'examples/plugins')
      for (const [, file = '', code] of shown) assert.equal(code, await readFile(join(folder, file), 'utf8'), file)
      const listed = examples.map((example) => readdir(join(folder, example), {recursive: true, withFileTypes: true}))
      const entries = (await Promise.all(listed)).flat()
      assert.equal(shown.length, entries.filter((entry) => entry.isFile()).length)
    })
  }
})

const say = (event: object) => `echo '${JSON.stringify(event)}'`

/** What the agent of the page prints. */
const BROOK: Readonly<Record<Scenario, readonly string[]>> = {
  finishes: [say({kind: 'used', read: 90, cached: 30, written: 10}), 'printf built > built.txt', say({kind: 'end', ok: true})],
  fails: ['echo no JSON', say({kind: 'end', ok: false, text: 'the reason'})],
  waits: [say({kind: 'end', ok: false, http: 429, seconds: 3})],
  hangs: [say({kind: 'say', text: 'working'}), 'exec sleep 300'],
  missing: [],
}

async function prepareBrook(folder: string, scenario: Scenario): Promise<unknown> {
  const program = join(folder, 'brook')
  const lines = ['#!/bin/sh', '[ "$1" = --version ] && exec echo 1.0', 'cat > /dev/null', ...BROOK[scenario]]
  if (scenario !== 'missing') await writeFile(program, lines.join('\n'), {mode: 0o755})
  return {program}
}

agentContract({backend: brook as AgentBackend, prepare: prepareBrook, env: {BROOK_KEY: 'none'}, badOptions: [{program: 7}, {program: ''}]})

describe('a package that conduct plugins create writes', () => {
  let folder: string
  const project = () => ({root: folder, stateDir: join(folder, 'state')})

  before(async function () {
    this.timeout(180_000)
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
      conduct(project(), ['plugins', 'create', 'validator', 'todo']),
    ])
    assert.deepEqual(
      results.map(({exitCode}) => exitCode),
      [2, 2, 2, 2],
    )
    assert.match(results[0].stderr, /is there already/)
    assert.match(results[1].stderr, /"\.\.\/x" is no name/)
    assert.match(results[3].stderr, /`todo` is a validator of @conduct-cli\/validator-todo already/)
  })

  it('is right for the compiler, and for other test runners', async function () {
    once(this)
    const options = ['--noEmit', '--strict', '--allowJs', '--checkJs', '--skipLibCheck', '--target', 'es2023', '--types', 'node']
    const types = [...options, '--typeRoots', join(ROOT, 'node_modules/@types')]
    for (const kind of ['validator', 'agent']) {
      const cwd = join(folder, `conduct-${kind}-my-own`)
      const test = (await readdir(join(cwd, 'test')))[0] ?? ''
      for (const resolution of ['bundler', 'nodenext']) {
        const module = resolution === 'bundler' ? 'esnext' : resolution
        const args = [...types, '--module', module, '--moduleResolution', resolution, 'index.js', `test/${test}`]
        await call(join(ROOT, 'node_modules/.bin/tsc'), args, {cwd})
      }
      const text = await readFile(join(cwd, 'test', test), 'utf8')
      await writeFile(
        join(cwd, 'test/globals.test.js'),
        text.replace(/^import .*node:test.*\n/m, '').replace(/,?\s*\{describe, it\},?\n?\)/, ')'),
      )
      for (const argv of RUNNERS) {
        const {stdout} = await call(NODE, [...argv, 'test/globals.test.js'], {
          cwd,
          env: {PATH: process.env.PATH, HOME: folder, NO_COLOR: '1'},
        })
        assert.match(stdout, /[1-9]\d* (passing|passed)/)
      }
      await rm(join(cwd, 'test/globals.test.js'))
    }
  }).timeout(60_000)

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

/** What takes `describe` and `it` for globals. `.ci/run` installs the second. */
const RUNNERS = [
  [join(ROOT, 'node_modules/mocha/bin/mocha.js')],
  [join(ROOT, 'test/tools/node_modules/vitest/vitest.mjs'), 'run', '--globals'],
].filter(([program = '']) => process.env['CI'] === 'true' || existsSync(program))

/** What `npm pack` makes of this repository, in `node_modules` of the folder, as an install leaves it. */
async function unpackConduct(folder: string): Promise<void> {
  const env = {...process.env, npm_config_cache: join(folder, 'npm-cache')}
  await call('npm', ['pack', ROOT, '--ignore-scripts', '--silent', '--pack-destination', folder], {cwd: folder, env})
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? ''
  const modules = join(folder, 'node_modules')
  if (isThorough) {
    await mkdir(modules)
    await call('npm', ['install', '--global', '--prefix', folder, '--prefer-offline', '--silent', join(folder, tarball)], {cwd: folder})
    return symlink('../lib/node_modules/conduct-cli', join(modules, 'conduct-cli'))
  }
  // The same without a registry: its dependencies beside it, the bundled ones in it.
  await mkdir(join(modules, 'conduct-cli'), {recursive: true})
  await call('tar', ['-xzf', join(folder, tarball), '-C', join(modules, 'conduct-cli'), '--strip-components=1'])
  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    if (!name.startsWith('.') && name !== '@conduct-cli')
      await symlink(join(ROOT, 'node_modules', name), join(modules, name)).catch(() => undefined)
  }
}
