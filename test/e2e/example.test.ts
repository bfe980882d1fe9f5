import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {access, constants, readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {createExampleProject, type ExampleProject} from '../../scripts/example-project.ts'
import type {EventData, TaskEvent} from '../../src/events.ts'
import type {RunResult} from '../../src/run/result.ts'
import {conduct, type CliResult} from '../support/cli.ts'

const ROOT = new URL('../../', import.meta.url)

describe('the example', () => {
  let project: ExampleProject
  let run: CliResult
  let events: readonly TaskEvent[]

  before(async function () {
    this.timeout(180_000)
    project = await createExampleProject()
    const file = join(project.folder, 'events.ndjson')
    run = await conduct(project, ['run', '--events', file])
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
    events = lines.map((line) => JSON.parse(line) as TaskEvent)
  })
  after(() => rm(project.folder, {recursive: true, force: true, maxRetries: 5}))

  const eventsOf = <Type extends EventData['type']>(type: Type) =>
    events.filter((event): event is Extract<TaskEvent, {readonly type: Type}> => event.type === type)
  const git = (...args: readonly string[]) => execFileSync('git', [...args], {cwd: project.root, encoding: 'utf8'}).trim()

  it('ends with exit code 0', () => {
    assert.equal(run.exitCode, 0, run.stderr)
  })

  it('has five modules in three phases, all complete, and every criterion met with evidence', async () => {
    const result = await readResult(project)
    assert.deepEqual([result.status, result.exit_code, result.sha], ['complete', 0, git('rev-parse', 'main')])
    assert.deepEqual(
      result.phases.map(({modules}) => modules.map(({name, status}) => `${name} ${status}`)),
      [['money complete', 'transactions complete'], ['journal complete', 'balances complete'], ['cli complete']],
    )
    const criteria = result.phases.flatMap((phase) => phase.criteria)
    assert.deepEqual(new Set(criteria.map(({verdict}) => verdict)), new Set(['met']))
    assert.equal(criteria.length, 9)
    for (const {id, check, evidence} of criteria) assert.ok(check !== 'none' && evidence !== '', id)
  })

  it('shows the fix loop: a failing test, a fixing agent, the test passing', () => {
    const [first, second] = eventsOf('validation.finished')
    const finding = first?.verdicts.flatMap(({findings}) => findings)[0]
    assert.deepEqual(
      [first?.passed, finding?.file, finding?.test],
      [false, 'test/money.test.js', 'test/money.test.js > reads and writes -0.05 EUR'],
    )
    assert.deepEqual([second?.round, second?.passed], [2, true])
    assert.equal(eventsOf('attempt.starting').filter(({role}) => role === 'fix-executor').length, 1)
  })

  it('shows a merge conflict, and a resolution that keeps both sides', async () => {
    assert.deepEqual(
      eventsOf('module.conflicted').map(({module, files}) => [module, files]),
      [['balances', ['src/index.js']]],
    )
    const receipt = eventsOf('module.merged').find(({module}) => module === 'balances')?.receipt
    assert.deepEqual([receipt?.reachable, receipt?.hunks_lost, receipt?.resolved_by], [true, [], 'synthesis-architect'])
    const index = await readFile(join(project.root, 'src/index.js'), 'utf8')
    assert.match(index, /parseJournal/)
    assert.match(index, /balancesOf/)
  })

  it('runs a test command that proves every phase once at the finish', () => {
    const finish = eventsOf('validation.finished').at(-1)
    assert.deepEqual([finish?.subject.kind, finish?.verdicts.filter(({validator}) => validator === 'test-command').length], ['finish', 1])
  })

  it('leaves exactly the files of the spec, and a clean checkout', () => {
    const files = git('ls-files').split('\n')
    assert.deepEqual(
      files.filter((file) => !/^recordings\/|^\.|^conduct\.config\.json$|^package\.json$/.test(file)),
      [
        'README.md',
        'bin/ledger.js',
        'household.journal',
        ...['balances', 'cli', 'currency', 'index', 'journal', 'money', 'transactions'].map((name) => `src/${name}.js`),
        ...['balances', 'cli', 'currency', 'journal', 'money', 'transactions'].map((name) => `test/${name}.test.js`),
      ],
    )
    assert.deepEqual([git('status', '--short'), git('branch', '--format=%(refname:short)')], ['', 'main'])
  })

  it('builds a program that works, and whose README says what it prints', async () => {
    await access(join(project.root, 'bin/ledger.js'), constants.X_OK)
    execFileSync('npm', ['test'], {cwd: project.root, env: plainEnv(), stdio: 'pipe'})
    const balance = execFileSync('node', ['bin/ledger.js', 'balance', 'household.journal'], {
      cwd: project.root,
      env: plainEnv(),
      encoding: 'utf8',
    })
    const readme = await readFile(join(project.root, 'README.md'), 'utf8')
    assert.ok(readme.includes(`$ node bin/ledger.js balance household.journal\n${balance}`), balance)
  })

  it('prints what the README shows of it', async () => {
    const readme = await readFile(new URL('README.md', ROOT), 'utf8')
    const transcript = readme.split('```text\n')[1]?.split('```')[0]?.trimEnd().split('\n') ?? []
    const printed = `${run.stderr}${run.stdout}`.split('\n').map(withoutChance)
    const missing = transcript.filter((line) => line !== '…' && !printed.includes(withoutChance(line)))
    assert.ok(transcript.length > 10)
    assert.deepEqual(missing, [], printed.join('\n'))
  })
})

describe('the first commands of the README', () => {
  it('are scripts of package.json', async () => {
    const readme = await readFile(new URL('README.md', ROOT), 'utf8')
    const {scripts} = JSON.parse(await readFile(new URL('package.json', ROOT), 'utf8')) as {scripts: Record<string, string>}
    const commands = [...readme.matchAll(/^npm .+$/gm)].map(([line]) => line.replace(/\s+#.*$/, ''))
    assert.deepEqual(commands.slice(0, 2), ['npm ci && npm run example', 'npm ci && npm test'])
    assert.match(scripts.example ?? '', /node scripts\/example\.ts$/)
    assert.match(scripts.test ?? '', /mocha/)
  })
})

/** A task that is complete is not begun again: `resume` says how it ended. */
async function readResult(project: ExampleProject): Promise<RunResult> {
  const tasks = await conduct(project, ['tasks', '--json'])
  const {tasks: list} = tasks.json<{readonly tasks: readonly {readonly task_id: string}[]}>()
  const resumed = await conduct(project, ['resume', list[0]?.task_id ?? '', '--json'])
  return resumed.json<RunResult>()
}

/** Times, durations, commits and task ids differ from run to run, and agents that run side by side end in any order. */
function withoutChance(line: string): string {
  return line
    .replace(/^\d\d:\d\d:\d\d /, '00:00:00 ')
    .replaceAll(/\b[0-9a-f]{7}\b/g, 'COMMIT')
    .replaceAll(/\b\d+(?:\.\d+)?s\b/g, 'TIME')
    .replace(/(?<=^✔ )[a-z0-9]{8}(?= )/, 'TASK')
    .replace(/(?<=^00:00:00 task )[a-z0-9]{8}(?= )/, 'TASK')
}

/** Without what would make a test runner of the example a child of ours. */
function plainEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:NODE_OPTIONS|NODE_TEST_CONTEXT|npm_.*)$/.test(name)))
}
