import assert from 'node:assert/strict'
import {chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import type {ValidateResult} from '../../src/ui/validate-here.ts'
import {conduct, startProgram} from '../support/cli.ts'
import {createProject, type Project} from '../support/project.ts'

const TEST = `
import {test} from 'node:test'
import {equal} from 'node:assert/strict'
import {sum} from './sum.js'
test('adds', () => equal(sum(1, 2), 3))
`
const FILES = {
  'package.json': '{"type": "module", "scripts": {"test": "node --test"}}\n',
  'sum.js': 'export const sum = (a, b) => a + b\n',
  'sum.test.js': TEST,
}
/** What conduct left in a folder for temporary files; Node keeps a cache there. */
const leftIn = async (folder: string) => (await readdir(folder)).filter((name) => name.startsWith('conduct-'))
const BROKEN = 'export const sum = (a, b) => a - b\n'

describe('conduct validate, in any repository', function () {
  this.timeout(60_000)
  let project: Project
  beforeEach(async () => {
    project = await createProject(FILES)
  })
  afterEach(() => project.remove())

  it('finds out what to run, exits with 0 when all is well, and leaves nothing behind', async () => {
    const temporary = await mkdtemp(join(tmpdir(), 'conduct-test-'))
    const {exitCode, stdout, stderr} = await conduct(project, ['validate'], {env: {TMPDIR: temporary}})
    assert.equal(exitCode, 0, stdout)
    assert.match(stdout, /^✔ npm-test +pass +1 executed/m)
    assert.match(stdout, /\nAll checks passed\.\n$/)
    assert.match(stderr, /^npm-test: pass$/m)
    assert.deepEqual(await leftIn(temporary), [])
    assert.equal(project.git('status', '--porcelain'), '')
    await rm(temporary, {recursive: true})
  })

  it('exits with 6, says where and why, and keeps the outputs, when a test fails', async () => {
    await project.write('sum.js', BROKEN)
    const {exitCode, stdout} = await conduct(project, ['validate', 'npm-test'])
    assert.equal(exitCode, 6)
    assert.match(stdout, /^sum\.test\.js:5 .*adds: .* -1 !== 3 \(npm-test\)$/m)
    const [, logs = ''] = /^full output: (.+)$/m.exec(stdout) ?? []
    assert.deepEqual(await readdir(dirname(logs)), ['logs'])
    await rm(dirname(logs), {recursive: true})
  })

  it('keeps no folder for a failure that no program had a part in', async () => {
    await project.write('late.js', '// TODO: later\n')
    const temporary = await mkdtemp(join(tmpdir(), 'conduct-test-'))
    const {exitCode, stdout} = await conduct(project, ['validate', 'todo', '--json'], {env: {TMPDIR: temporary}})
    assert.deepEqual([exitCode, (JSON.parse(stdout) as ValidateResult).log_dir], [6, null])
    assert.deepEqual(await leftIn(temporary), [])
    await rm(temporary, {recursive: true})
  })

  it('blames with --since only what came after', async () => {
    await project.write('old.js', '// TODO: from before\n')
    project.git('add', '--all')
    project.git('commit', '--quiet', '--message=Old work')
    assert.equal((await conduct(project, ['validate', 'todo', '--since', 'HEAD~1'])).exitCode, 6)
    await project.write('new.js', 'export const n = 1\n')
    assert.equal((await conduct(project, ['validate', 'todo', '--since', 'HEAD'])).exitCode, 0)
    const unknown = await conduct(project, ['validate', '--since', 'mian'])
    assert.deepEqual([unknown.exitCode, unknown.stdout], [2, ''])
    assert.match(unknown.stderr, /--since mian: there is no such commit here\./)
  })

  it('refuses a base that a clone without history cannot place', async () => {
    project.git('switch', '--quiet', '--create', 'topic')
    project.git('commit', '--quiet', '--allow-empty', '--message=Work')
    project.git('switch', '--quiet', 'main')
    project.git('commit', '--quiet', '--allow-empty', '--message=Others')
    const cwd = join(dirname(project.root), 'shallow')
    project.git('clone', '--quiet', '--depth=1', '--no-single-branch', '--branch=topic', `file://${project.root}`, cwd)
    const {exitCode, stderr} = await conduct(project, ['validate', 'todo', '--since', 'origin/main'], {cwd})
    assert.equal(exitCode, 2)
    assert.match(stderr, /does not have the commit at which your work left it[^]*git fetch --unshallow/)
  })

  it('writes both reports, and does not look at them the next time', async () => {
    await project.write('late.js', '// TODO: later\n')
    const args = ['validate', 'todo', '--sarif', 'out/conduct.sarif', '--junit', 'out/conduct.xml', '--json']
    const first = (await conduct(project, args)).json<ValidateResult>()
    const again = (await conduct(project, args)).json<ValidateResult>()
    assert.deepEqual(again.verdicts[0]?.findings, first.verdicts[0]?.findings)
    const sarif = JSON.parse(await readFile(join(project.root, 'out/conduct.sarif'), 'utf8')) as {runs: {results: unknown[]}[]}
    assert.equal(sarif.runs[0]?.results.length, first.verdicts[0]?.findings.length)
    assert.match(await readFile(join(project.root, 'out/conduct.xml'), 'utf8'), /<testcase [^>]*file="late\.js" line="1"/)
  })

  it('gives stdout to one report, and the words for people to stderr', async () => {
    for (const args of [
      ['--sarif', '-'],
      ['--sarif', '--since', 'HEAD'],
    ]) {
      const {stdout, stderr} = await conduct(project, ['validate', 'todo', ...args])
      assert.equal((JSON.parse(stdout) as {version: string}).version, '2.1.0', args.join(' '))
      assert.match(stderr, /todo +(pass|skip)/)
    }
    assert.match((await conduct(project, ['validate', 'todo', '--junit'])).stdout, /^<\?xml/)
    assert.equal((await conduct(project, ['validate', '--junit', '--sarif'])).exitCode, 2)
    assert.equal((await conduct(project, ['validate', '--json', '--sarif', '-'])).exitCode, 2)
  })

  it('says before the tests run that a report cannot be written', async () => {
    const {exitCode, stderr} = await conduct(project, ['validate', '--sarif', '.git'])
    assert.equal(exitCode, 2)
    assert.match(stderr, /Cannot write --sarif to .*\.git: it is a folder/)
    assert.doesNotMatch(stderr, /npm-test/)
  })
})

/** The only block of a language on the page. */
async function readExample(language: string): Promise<readonly string[]> {
  const page = await readFile(new URL('../../docs/validate.md', import.meta.url), 'utf8')
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text = '']) => text)
}

describe('docs/validate.md', function () {
  this.timeout(120_000)
  let project: Project
  beforeEach(async () => {
    project = await createProject({...FILES, 'conduct.config.json': '{"validators": ["todo"]}\n'})
  })
  afterEach(() => project.remove())

  const commit = async (file: string, text: string) => {
    await project.write(file, text)
    project.git('add', '--all')
    project.git('commit', '--quiet', `--message=Change ${file}`)
  }
  const push = async (...args: readonly string[]) => {
    const {done} = await startProgram(project, 'git', ['push', '--quiet', 'origin', ...args])
    return done
  }
  /** A bare repository that has `main`, and the hook of the page. */
  const setUp = async () => {
    const remote = join(dirname(project.root), 'remote.git')
    project.git('init', '--quiet', '--bare', '--initial-branch=main', remote)
    project.git('remote', 'add', 'origin', remote)
    project.git('push', '--quiet', 'origin', 'main')
    const hook = (await readExample('sh')).find((text) => text.startsWith('#!')) ?? ''
    const hooks = join(project.root, '.git', 'hooks')
    await mkdir(hooks, {recursive: true})
    await writeFile(join(hooks, 'pre-push'), hook)
    await chmod(join(hooks, 'pre-push'), 0o755)
    return (ref: string) => project.git('ls-remote', remote, ref).split('\t')[0]
  }

  it('has a hook that refuses a push of broken work, and lets it through when it is repaired', async () => {
    const remoteSha = await setUp()
    const before = remoteSha('refs/heads/main')
    await commit('sum.js', `// TODO: repair\n${BROKEN}`)
    const refused = await push('main')
    assert.notEqual(refused.exitCode, 0)
    assert.match(refused.stderr, /sum\.js:1 /)
    assert.equal(remoteSha('refs/heads/main'), before)
    await commit('sum.js', FILES['sum.js'])
    const pushed = await push('main')
    assert.equal(pushed.exitCode, 0, pushed.stderr)
    assert.equal(remoteSha('refs/heads/main'), project.git('rev-parse', 'HEAD'))
  })

  it('has a hook that blames a new branch for its own work only, and lets a branch be deleted', async () => {
    await commit('old.js', '// TODO: from before\n')
    const remoteSha = await setUp()
    project.git('switch', '--quiet', '--create', 'topic')
    await commit('new.js', 'export const n = 1\n')
    const pushed = await push('topic')
    assert.equal(pushed.exitCode, 0, pushed.stderr)
    await commit('new.js', '// TODO: later\n')
    const refused = await push('topic')
    assert.match(refused.stderr, /new\.js:1/)
    assert.doesNotMatch(refused.stderr, /old\.js/)
    const deleted = await push('--delete', 'topic')
    assert.deepEqual([deleted.exitCode, remoteSha('refs/heads/topic')], [0, ''])
  })

  it('has a step for CI that blames a pull request for its own work', async () => {
    await commit('old.js', '// TODO: from before\n')
    await setUp()
    const [workflow = ''] = await readExample('yaml')
    const [, line = ''] = /- run: (conduct validate .*)$/m.exec(workflow) ?? []
    const step = async () => (await startProgram(project, 'bash', ['-ec', line], {env: {GITHUB_BASE_REF: 'main'}})).done
    project.git('switch', '--quiet', '--create', 'topic')
    await commit('new.js', '// TODO: later\n')
    assert.equal((await step()).exitCode, 6)
    await commit('new.js', 'export const n = 1\n')
    const passed = await step()
    assert.equal(passed.exitCode, 0, passed.stdout)
    const names = await readdir(project.root)
    assert.ok(names.includes('conduct.sarif') && names.includes('conduct.xml'))
  })
})
