import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {chmod, mkdir, mkdtemp, readFile, readdir, realpath, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {createExampleProject} from '../../scripts/example-project.ts'
import {createProject, type Project} from '../support/project.ts'
import {validatorHook, writePlugin} from '../support/plugin-package.ts'
import {runInstalled, type Installed} from './installed.ts'
import {findNode, installGlobally, npmEnv, packClean, type Packed} from './packed.ts'

const ROOT = join(import.meta.dirname, '../..')
const call = promisify(execFile)

/** All that may be in the package. */
const EXPECTED = [
  /^(CHANGELOG\.md|LICENSE|README\.md|package\.json|oclif\.manifest\.json)$/,
  /^bin\/(conduct\.js|package\.json)$/,
  /^dist\/[a-z-]+\.c?js$/,
  /^dist\/(THIRD-PARTY-LICENSES\.txt|(bundled|commands)\.json)$/,
  /^dist\/types\/[a-z/-]+\.d\.ts$/,
  /^docs\/([a-z]+\/)?[a-z0-9-]+\.md$/,
  /^schema\/(operations\/)?[a-z_.-]+\.json$/,
  /^src\/agents\/prompts\/[a-z-]+\.md$/,
  // What `conduct plugins create` copies, the tests of the new package included.
  /^examples\/plugins\/[a-z-]+\/((test\/)?[a-z.]+\.js|package\.json)$/,
  /^node_modules\/@conduct-cli\/[a-z-]+\/(package\.json|dist\/[a-z0-9-]+\.js)$/i,
  /^node_modules\/picomatch\/((lib\/)?[a-z]+\.js|LICENSE|README\.md|package\.json)$/,
]

describe('the npm package', function () {
  this.timeout(600_000)
  let folder: string
  let packed: Packed
  /** The path has a space. */
  const prefix = () => join(folder, 'a prefix')
  const installed = () => join(prefix(), 'lib/node_modules/conduct-cli')

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'conduct-pack-')))
    await chmod(folder, 0o755)
    packed = await packClean(join(folder, 'clone'))
    await installGlobally(process.execPath, packed.file, prefix())
  })
  after(() => rm(folder, {recursive: true, force: true, maxRetries: 5}))

  it('holds what it needs, and no test, no source and no map', () => {
    assert.deepEqual(
      packed.paths.filter((path) => !EXPECTED.some((pattern) => pattern.test(path))),
      [],
    )
  })

  it('names no folder of the machine that built it', async () => {
    const files = (await readdir(installed(), {recursive: true})).filter((path) => /(^|conduct-cli\/[a-z-]+\/)dist\/.*\.c?js$/.test(path))
    assert.ok(files.length > 20)
    for (const file of files) {
      const text = await readFile(join(installed(), file), 'utf8')
      assert.ok(!text.includes(folder) && !text.includes(ROOT) && !text.includes('sourceMappingURL'), file)
    }
  })

  it('has types that a strict project compiles with, whatever it allows', async () => {
    const project = await createProject({
      'package.json': '{"type": "module"}',
      'a.ts': [
        "import type {RegisterOptions, Validator} from 'conduct-cli/plugin'",
        "import {validatorContract} from 'conduct-cli/plugin/testing'",
        "const one: Validator = {name: 'one', applies: () => true, run: async () => ({status: 'pass', executed: 1, findings: []})}",
        "validatorContract({validator: one, nothing: {}, good: {}, bad: {'a': 'b'}})",
        'export default ({addValidator}: RegisterOptions) => addValidator(one)',
      ].join('\n'),
    })
    try {
      await mkdir(join(project.root, 'node_modules'))
      await call('ln', ['-s', installed(), join(project.root, 'node_modules/conduct-cli')])
      const flags = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck', 'false', '--types', '']
      const tsc = call(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), ...flags, 'a.ts'], {cwd: project.root})
      await tsc.catch((error: {readonly stdout: string}) => assert.fail(error.stdout))
    } finally {
      await project.remove()
    }
  })

  it('has nothing that publint or npm would have otherwise', async () => {
    const publint = await call(process.execPath, [join(ROOT, 'node_modules/publint/src/cli.js'), packed.file, '--strict'])
    assert.match(publint.stdout, /All good!/)
    const args = [join(ROOT, 'node_modules/npm/bin/npm-cli.js'), 'publish', '--dry-run', '--offline', packed.file]
    const {stderr} = await call(process.execPath, args, {cwd: folder, env: npmEnv(folder)})
    assert.doesNotMatch(stderr, /auto-corrected|npm error/)
  })

  it('takes no more room and brings no more packages than docs/installing.md says', async () => {
    const page = await readFile(join(ROOT, 'docs/installing.md'), 'utf8')
    const [, megabytes = 0, packages = 0] = /at most (\d+) MB and (\d+) packages/.exec(page) ?? []
    const size = (await sizeOf(installed())) / 1e6
    const modules = (await readdir(installed(), {recursive: true})).filter((path) =>
      /(^|\/)node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path),
    )
    assert.ok(size <= Number(megabytes) && size > Number(megabytes) * 0.8, `${size} MB`)
    assert.ok(modules.length <= Number(packages) && modules.length > Number(packages) * 0.8, `${modules.length} packages`)
    const large = await largePackages(installed())
    for (const name of large) assert.match(page, new RegExp(`^\\| \`${name}\` \\|`, 'm'))
  })

  it('works for another user than the one who installed it, where nothing can be cached', async () => {
    const project = await createProject({})
    try {
      const isRoot = process.getuid?.() === 0
      const cache = join(folder, 'no-cache')
      await mkdir(cache)
      await chmod(cache, 0o555)
      const env = {TMPDIR: cache, NODE_COMPILE_CACHE: cache, HOME: cache}
      await chmod(join(project.root, '..'), 0o755)
      const one = {prefix: prefix(), node: process.execPath}
      const version = await runInstalled(one, project, ['--version'], {env, ...(isRoot ? {uid: 65_534} : {})})
      assert.deepEqual([version.exitCode, version.stderr], [0, ''])
      const validators = await runInstalled(one, project, ['validators', '--json'], {env, ...(isRoot ? {uid: 65_534} : {})})
      assert.equal(validators.exitCode, 0, validators.stderr)
      assert.deepEqual(await readdir(cache), [])
    } finally {
      await project.remove()
    }
  })

  for (const major of [22, 24, 26])
    it(`installs and works with Node ${major}`, async () => {
      const node = await findNode(major, join(folder, `node-${major}`))
      const isInstalled = node === process.execPath
      const one = {node, prefix: isInstalled ? prefix() : join(folder, `prefix ${major}`)}
      if (!isInstalled) await installGlobally(node, packed.file, one.prefix)
      const project = await createProject({'package.json': '{"scripts": {"test": "node --test"}}', 'a.test.js': PASSING})
      try {
        await proveWorking(one, project, `v${major}.`)
      } finally {
        await project.remove()
      }
    })

  it('builds the example with Node 26', async () => {
    const project = await createExampleProject()
    try {
      const node = await findNode(26, join(folder, 'node-26'))
      const run = await runInstalled({node, prefix: join(folder, 'prefix 26')}, project, ['run', '--json'])
      assert.equal(run.exitCode, 0, run.stderr)
      assert.equal((JSON.parse(run.stdout) as {readonly status: string}).status, 'complete')
    } finally {
      await rm(project.folder, {recursive: true, force: true, maxRetries: 5})
    }
  })
})

const PASSING = "require('node:test')('adds', () => require('node:assert').equal(1 + 1, 2))\n"

/** The first steps of a person, and a plugin of their own. */
async function proveWorking(one: Installed, project: Project, version: string): Promise<void> {
  const run = async (...args: readonly string[]) => {
    const {exitCode, stdout, stderr} = await runInstalled(one, project, args)
    assert.equal(exitCode, 0, `${args.join(' ')}: ${stdout}${stderr}`)
    return stdout
  }
  assert.ok((await run('--version')).includes(` node-${version}`))
  await run('init', '--claude')
  await run('spec', 'init')
  await run('spec', 'check')
  const {verdicts} = JSON.parse(await run('validate', 'npm-test', 'imports', '--json'))
  assert.deepEqual(
    verdicts.map(({validator, status}: Readonly<Record<string, unknown>>) => [validator, status]),
    [
      ['npm-test', 'pass'],
      ['imports', 'pass'],
    ],
  )
  await writePlugin(join(project.stateDir, '../one'), {name: 'conduct-validator-one'}, validatorHook('one'))
  assert.equal(await run('plugins', 'install', '../one'), 'Installed conduct-validator-one 1.2.3: validator one.\n')
  assert.match(await run('validate', 'one'), /one/)
}

/** Packages of more than 1 MB, ours apart. */
async function largePackages(folder: string): Promise<readonly string[]> {
  const names = (await readdir(join(folder, 'node_modules'))).filter((name) => !name.startsWith('@'))
  const sizes = await Promise.all(names.map(async (name) => [name, await sizeOf(join(folder, 'node_modules', name))] as const))
  return sizes.flatMap(([name, size]) => (size > 1e6 ? [name] : []))
}

async function sizeOf(folder: string): Promise<number> {
  const files = (await readdir(folder, {recursive: true, withFileTypes: true})).filter((entry) => entry.isFile())
  const sizes = await Promise.all(files.map(async ({parentPath, name}) => (await stat(join(parentPath, name))).size))
  return sizes.reduce((sum, each) => sum + each, 0)
}
