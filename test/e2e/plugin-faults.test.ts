import assert from 'node:assert/strict'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {conduct, type CliResult} from '../support/cli.ts'
import {placePlugin, pluginEnv, validatorHook} from '../support/plugin-package.ts'
import {createProject, type Project} from '../support/project.ts'

interface Fault {
  readonly it: string
  readonly hook: string
  /** What must be said, and of whom. */
  readonly says: RegExp
}

const NAME = 'conduct-validator-bad'

/** What ends a command that needs plugins, before anything is begun. */
const AT_LOAD: readonly Fault[] = [
  {it: 'throws when it is loaded', hook: 'throw new Error("no luck")', says: /plugin conduct-validator-bad .*no luck/},
  {
    it: 'throws when it registers',
    hook: 'export default () => { throw new Error("no luck") }',
    says: /plugin conduct-validator-bad .*no luck/,
  },
  {
    it: 'ends the process when it is loaded',
    hook: 'process.exit(0)',
    says: /plugin conduct-validator-bad .*called process\.exit\(0\)/,
  },
  {it: 'is no hook', hook: 'export const a = 1', says: /plugin conduct-validator-bad .*no default export/},
  {
    it: 'was made for a later contract',
    hook: validatorHook('bad', '', 'contract: 2,'),
    says: /conduct-validator-bad brings the validator `bad` for version 2 of the plugin contract; this conduct has version 1\.[^]*newer conduct[^]*plugins uninstall conduct-validator-bad/,
  },
  {
    it: 'brings an agent backend made for another contract',
    hook: 'export default ({addAgent}) => addAgent({name: "bad", contract: "0", probe() {}, run() {}})',
    says: /conduct-validator-bad brings the agent backend `bad` for version "0"[^]*plugins update/,
  },
]

/** What is a verdict on the validator, beside those of the others. */
const AT_RUN: readonly Fault[] = [
  {
    it: 'throws',
    hook: validatorHook('bad', 'throw new Error("no luck")'),
    says: /validator `bad` is broken: it threw: no luck/,
  },
  {
    it: 'throws where nobody waits for it',
    hook: validatorHook(
      'bad',
      `(await import('node:fs')).readFile('/', () => { throw new Error('no luck') }); await new Promise(() => {})`,
    ),
    says: /validator `bad` is broken: it threw: no luck \(outside/,
  },
  {
    it: 'forgets a promise, which fails',
    hook: validatorHook('bad', "void Promise.reject(new Error('no luck')); await new Promise((done) => setTimeout(done, 200))"),
    says: /validator `bad` is broken: it threw: no luck \(outside/,
  },
  {
    it: 'returns nonsense',
    hook: validatorHook('bad', 'return 7'),
    says: /validator `bad` is broken: it returned what is no verdict/,
  },
  {
    it: 'ends the process',
    hook: validatorHook('bad', 'await null; process.exit(0)'),
    says: /validator `bad` is broken: it threw: called process\.exit\(0\)/,
  },
  {
    it: 'writes to the tree',
    hook: `import {writeFileSync} from 'node:fs'\n${validatorHook('bad', "writeFileSync(input.cwd + '/a.txt', 'b'); return {status: 'pass', executed: 1, findings: []}")}`,
    says: /validator `bad` changed 1 tracked files \(a\.txt\)/,
  },
]

const ENDLESS_AT_LOAD: Fault = {
  it: 'does not end registering',
  hook: 'setInterval(() => {}, 1000); export default () => new Promise(() => {})',
  says: /plugin conduct-validator-bad .*did not end within 10 s/,
}

const BUSY_AT_RUN: Fault = {
  it: 'computes for ever',
  hook: validatorHook('bad', 'await null; for (;;) {}'),
  says: /^Error: bad kept conduct busy for 12 s without a pause, so conduct was ended\.$[^]*conduct resume/m,
}

const ENDLESS_AT_RUN: Fault = {
  it: 'does not end, and keeps a timer',
  hook: validatorHook('bad', 'setInterval(() => {}, 1000); await new Promise(() => {})'),
  says: /validator `bad` is broken: it did not end within 12 s/,
}

interface Verdicts {
  readonly verdicts: readonly {readonly validator: string; readonly findings: readonly object[]}[]
}

describe('a plugin that is broken', () => {
  const withPlugin = async (
    hook: string,
    use: (run: (...args: readonly string[]) => Promise<CliResult>, project: Project) => Promise<void>,
  ) => {
    const project = await createProject({'a.txt': 'a\n', 'conduct.config.json': '{"limits": {"validation": "1s"}}'})
    try {
      await placePlugin(project, NAME, hook)
      await use((...args) => conduct(project, args, {env: pluginEnv(project)}), project)
    } finally {
      await project.remove()
    }
  }

  /** Named by what needs plugins, and by the list, which has all others; what needs none works. */
  const proveAtLoad = ({hook, says}: Fault) =>
    withPlugin(hook, async (run) => {
      const [validated, listed] = await Promise.all([run('validate', 'todo'), run('validators')])
      assert.deepEqual([validated.exitCode, listed.exitCode], [5, 5], validated.stdout)
      assert.match(validated.stderr, says)
      assert.match(listed.stdout, says)
      assert.match(listed.stdout, /^todo +core/m)
      assert.equal((await run('tasks')).exitCode, 0)
    })

  const proveAtRun = ({hook, says}: Fault) =>
    withPlugin(hook, async (run) => {
      const {exitCode, stdout, stderr} = await run('validate', 'bad', 'todo', '--json')
      assert.equal(exitCode, 6, stderr)
      const {verdicts} = JSON.parse(stdout) as Verdicts
      assert.deepEqual(
        verdicts.map(({validator}) => validator),
        ['bad', 'todo'],
      )
      assert.match(JSON.stringify(verdicts[0]?.findings), says)
    })

  for (const fault of AT_LOAD) it(`${fault.it}: is named, and the list has all others`, () => proveAtLoad(fault)).timeout(60_000)

  for (const fault of AT_RUN) it(`${fault.it}: fails under its name, and the others are heard`, () => proveAtRun(fault)).timeout(60_000)

  /** Nothing else can be done while it computes. */
  const proveBusy = ({hook, says}: Fault) =>
    withPlugin(hook, async (run) => {
      const {exitCode, stderr} = await run('validate', 'bad', 'todo')
      assert.notEqual(exitCode, 0)
      assert.match(stderr, says)
    })

  it('does not end, or keeps a timer: is left behind, and the exit code stays; computes for ever: ends conduct, by its name', () =>
    Promise.all([proveAtLoad(ENDLESS_AT_LOAD), proveAtRun(ENDLESS_AT_RUN), proveBusy(BUSY_AT_RUN)])).timeout(60_000)

  it('prints: its words go to stderr, and the result stays JSON', () =>
    withPlugin(
      `console.log('loading')\n${validatorHook('bad', "console.log('noise'); process.stdout.write('more noise'); return {status: 'pass', executed: 1, findings: []}")}`,
      async (run) => {
        const {exitCode, stdout, stderr} = await run('validate', 'bad', '--json')
        assert.equal(exitCode, 0, stderr)
        assert.equal((JSON.parse(stdout) as {passed: boolean}).passed, true)
        assert.match(stderr, /loading[^]*noise[^]*more noise/)
      },
    ))

  it('can be taken out', () =>
    withPlugin('throw new Error("no luck")', async (run) => {
      assert.equal((await run('plugins', 'uninstall', NAME)).exitCode, 0)
      assert.equal((await run('validators')).exitCode, 0)
    })).timeout(60_000)

  it('ends an attempt when it is an agent backend that would end the process', async () => {
    const hook = `export default ({addAgent}) => addAgent({name: 'bad', probe: async () => ({ok: true}), run: async () => process.exit(0)})`
    await withPlugin(hook, async (run, project) => {
      await project.write(
        '.spec/SPEC.md',
        '# T\n\n## Implementation Phases\n\n### Phase 1: A\n- a\n\nModules: a\nTest Command: test -f a.txt\n',
      )
      const {exitCode, stdout} = await run('run', '--agent', 'bad', '--json')
      assert.notEqual(exitCode, 0)
      assert.match(stdout, /agent backend \\"bad\\" is broken: called process\.exit\(0\)/)
    })
  }).timeout(60_000)

  it('does not speak through a validator that a project has as a file', async () => {
    const project = await createProject({'a.txt': 'a\n', 'conduct.config.json': '{"validators": ["todo", "./bad.mjs"]}'})
    try {
      await mkdir(join(project.root, 'tools'), {recursive: true})
      await writeFile(join(project.root, 'bad.mjs'), 'process.exit(0)')
      const {exitCode, stderr} = await conduct(project, ['validate'], {env: pluginEnv(project)})
      assert.equal(exitCode, 5)
      assert.match(stderr, /\.\/bad\.mjs: called process\.exit\(0\)/)
    } finally {
      await project.remove()
    }
  })
})
