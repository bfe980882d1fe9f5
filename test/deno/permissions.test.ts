import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {glob, readFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {createProject, type Project} from '../support/project.ts'
import {once} from '../support/scope.ts'

const ROOT = join(import.meta.dirname, '../..')
const DENO = join(ROOT, 'node_modules/.bin/deno')

interface Tasks {
  readonly tasks: Readonly<Record<string, {readonly command: string}>>
}

describe('deno task', function () {
  this.timeout(120_000)
  let project: Project
  let flags: readonly string[]
  before(async function () {
    // It starts Deno by itself, whatever runs the tests.
    once(this)
    const {tasks}: Tasks = JSON.parse(await readFile(join(ROOT, 'deno.json'), 'utf8'))
    flags = tasks['conduct']?.command.split(' ').filter((word) => word.startsWith('--')) ?? []
    project = await createProject({'conduct.config.json': '{"validators": ["todo"]}', 'a.js': '// TODO later\n'})
  })
  after(() => project?.remove())

  const deno = (permissions: readonly string[], args: readonly string[], input = '') => {
    const env = {PATH: process.env['PATH'], HOME: dirname(project.stateDir), NO_COLOR: '1', CONDUCT_STATE_DIR: project.stateDir}
    const words = ['run', ...permissions, join(ROOT, 'bin/conduct.js'), ...args]
    return spawnSync(DENO, words, {cwd: project.root, env, input, encoding: 'utf8'})
  }

  it('conduct names its permissions, and they are enough to look at tasks, to check a project, and to serve agents', () => {
    assert.ok(flags.length > 5 && !flags.includes('--allow-all'))
    const started = deno(flags, ['start', 'Build', '--json'])
    assert.equal(started.status, 0, started.stderr)
    for (const words of [['state'], ['tasks'], ['checkpoint', 'list'], ['worktree', 'list'], ['status'], ['validators'], ['--help']])
      assert.deepEqual([deno(flags, words).status, deno(flags, words).stderr], [0, ''], words.join(' '))
    assert.match(deno(flags, ['validate', '--json']).stdout, /"file": "a.js"/)
    const hello = {protocolVersion: '2025-11-25', capabilities: {}, clientInfo: {name: 'test', version: '1'}}
    const {stdout} = deno(flags, ['mcp'], `${JSON.stringify({jsonrpc: '2.0', id: 1, method: 'initialize', params: hello})}\n`)
    assert.match(stdout, /"serverInfo"/)
  })

  it('conduct says in one line, with what to type, that Deno refused something', () => {
    const few = deno(['--quiet', '--no-prompt', '--allow-read', '--allow-env', '--allow-sys'], ['start', 'Build'])
    const [error = '', hint = '', ...more] = few.stderr.trimEnd().split('\n')
    assert.match(error, /^Error: Deno was not allowed to do this: Requires write access to "[^"]+"$/)
    assert.deepEqual([few.status, hint, more], [5, '  → deno task conduct:all …, or see docs/deno.md.', []])
    // What acts on a task says who it is, which Linux says in /proc.
    const acting = deno(flags, ['cancel'])
    if (process.platform === 'linux')
      assert.match(acting.stderr, /^Error: Deno was not allowed to do this: read in \/proc[^\n]*\n  → [^\n]*\n$/)
  })

  it('compile says in one line that Deno cannot download the part of itself that it needs', () => {
    const env = {
      PATH: process.env['PATH'],
      HOME: project.stateDir,
      DENO_DIR: project.stateDir,
      HTTPS_PROXY: 'http://127.0.0.1:9',
    }
    const {status, stderr} = spawnSync(DENO, ['task', '--quiet', 'compile'], {cwd: ROOT, env, encoding: 'utf8'})
    assert.deepEqual([status, stderr.trimEnd().split('\n').length], [1, 1], stderr)
    assert.match(stderr, /^Error: Deno could not download its base binary from https:\S+\. Try: npm run binary/)
  })
})

describe('docs/deno.md', () => {
  it('lists each test that Deno alone skips, and no other', async () => {
    const page = await readFile(join(ROOT, 'docs/deno.md'), 'utf8')
    const listed = [...page.matchAll(/^\| `(\S+\.test\.ts)` \|/gm)].map(([, file]) => file)
    const found: string[] = []
    for await (const file of glob(['test/**/*.test.ts', 'plugins/*/test/**/*.test.ts', 'packages/*/test/**/*.test.ts'], {cwd: ROOT}))
      if (!file.includes('node_modules') && SKIPS.test(await readFile(join(ROOT, file), 'utf8'))) found.push(file)
    assert.deepEqual(listed.sort(), found.sort())
  })
})

/** How a test asks for the runtime before it skips. */
const SKIPS = /'Deno' in globalThis[^\n]*\bskip\b/
