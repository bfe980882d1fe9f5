import assert from 'node:assert/strict'
import {chmod, mkdir, mkdtemp, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {loadConfig, type LoadOptions} from '../../src/config/load.ts'
import {configSchema} from '../../src/config/schema.ts'
import {ConductError} from '../../src/errors.ts'

/** Of every Redis store. */
const DEFAULTS = {prefix: 'conduct', patience: 600_000}

describe('loadConfig', () => {
  let cwd = ''

  beforeEach(async () => {
    cwd = await realpath(await mkdtemp(join(tmpdir(), 'conduct-config-')))
  })

  afterEach(() => rm(cwd, {recursive: true, force: true}))

  const write = (name: string, content: unknown) =>
    writeFile(join(cwd, name), typeof content === 'string' ? content : JSON.stringify(content))

  const load = (options: Partial<LoadOptions> = {}) => loadConfig({cwd, env: {}, ...options})

  /** The lines of the error that loading ends with. */
  const problems = async (options: Partial<LoadOptions> = {}): Promise<readonly string[]> => {
    const error = await load(options).catch((thrown: unknown) => thrown)
    assert.ok(error instanceof ConductError, String(error))
    assert.deepEqual([error.code, error.oclif.exit], ['CONFIG_INVALID', 4])
    return error.message.split('\n')
  }

  it('is all defaults without a file', async () => {
    assert.deepEqual(await load(), {config: configSchema.parse({})})
  })

  describe('the file', () => {
    const contents: Readonly<Record<string, string>> = {
      'conduct.config.json': '{"limits": {"parallel": 9}}',
      'conduct.config.yaml': 'limits:\n  parallel: 9\n',
      'conduct.config.yml': 'limits: {parallel: 9}',
      'conduct.config.toml': '[limits]\nparallel = 9\n',
      'conduct.config.mjs': 'export default {limits: {parallel: 9}}',
      'conduct.config.cjs': 'module.exports = {limits: {parallel: 9}}',
      'conduct.config.ts': 'const parallel: number = 9\nexport default {limits: {parallel}}',
      '.conductrc': 'limits: {parallel: 9}',
      '.conductrc.json': '{"limits": {"parallel": 9}}',
      '.conductrc.toml': 'limits.parallel = 9',
      'package.json': '{"name": "x", "conduct": {"limits": {"parallel": 9}}}',
    }

    for (const [name, content] of Object.entries(contents)) {
      it(`may be ${name}`, async () => {
        await write(name, content)
        const {config, file} = await load()
        assert.deepEqual([config.limits.parallel, config.limits.attempts, file], [9, 3, join(cwd, name)])
      })
    }

    it('is conduct.config.json when there are several', async () => {
      await write('conduct.config.json', {limits: {parallel: 9}})
      await write('.conductrc', 'limits: {parallel: 2}')
      await write('package.json', {conduct: {limits: {parallel: 3}}})
      assert.equal((await load()).config.limits.parallel, 9)
    })

    it('is not package.json when that has no key for conduct', async () => {
      await write('package.json', {name: 'x'})
      assert.equal((await load()).file, undefined)
    })

    it('is not looked for above the repository', async () => {
      await write('conduct.config.json', {limits: {parallel: 9}})
      await mkdir(join(cwd, 'repository'))
      assert.equal((await load({cwd: join(cwd, 'repository')})).file, undefined)
    })

    it('may be empty', async () => {
      await write('conduct.config.yaml', '# nothing yet\n')
      assert.deepEqual(await load(), {config: configSchema.parse({}), file: join(cwd, 'conduct.config.yaml')})
    })

    it('may begin with a byte order mark', async () => {
      await write('conduct.config.json', '\uFEFF{"strict": true}')
      assert.equal((await load()).config.strict, true)
    })

    it('understands durations', async () => {
      await write('conduct.config.json', {limits: {agentTimeout: '2h', silence: 1500}})
      const {limits} = (await load()).config
      assert.deepEqual([limits.agentTimeout, limits.silence, limits.validation], [7_200_000, 1500, 900_000])
    })
  })

  describe('a broken file', () => {
    const broken: readonly (readonly [name: string, content: string, problem: RegExp])[] = [
      [
        'conduct.config.json',
        '{\n  "strict": true,\n}',
        /^conduct\.config\.json:3:1: cannot be read: Expected double-quoted property name$/,
      ],
      ['conduct.config.json', '{"strict": }', /^conduct\.config\.json: cannot be read: Unexpected token/],
      ['conduct.config.yaml', 'strict: true\nlimits: [\n', /^conduct\.config\.yaml:3:1: cannot be read: \w/],
      ['conduct.config.toml', 'strict = true\nspec = \n', /^conduct\.config\.toml:2:\d+: cannot be read: invalid value$/],
      ['package.json', '{"conduct": {}', /^package\.json:1:15: cannot be read: Expected/],
      ['conduct.config.mjs', 'export default {parallel: missing}', /^conduct\.config\.mjs: cannot be read: missing is not defined$/],
      ['conduct.config.mjs', 'export const limits = {}', /^conduct\.config\.mjs: cannot be read: it has no default export$/],
      ['conduct.config.cjs', 'require("node:fs").readFileSync("/no/such/file")', /^conduct\.config\.cjs: cannot be read: ENOENT/],
    ]

    for (const [name, content, problem] of broken) {
      it(`is named, with the position where it is known: ${problem.source}`, async () => {
        await write(name, content)
        const lines = await problems()
        assert.equal(lines.length, 1)
        assert.match(lines[0] ?? '', problem)
      })
    }
  })

  it('refuses a file that it may not read, where others would go on without it', async function () {
    if (process.getuid?.() === 0 || process.platform === 'win32') return this.skip()
    await write('conduct.config.json', '{}')
    await chmod(join(cwd, 'conduct.config.json'), 0)
    assert.match((await problems()).join(), /^conduct\.config\.json: cannot be read: EACCES/)
  })

  describe('problems', () => {
    it('name an unknown key and the one that was meant', async () => {
      await write('conduct.config.json', {limits: {paralel: 3}})
      assert.deepEqual(await problems(), ['conduct.config.json: limits.paralel: unknown key; did you mean "parallel"?'])
    })

    it('name the place of a key that exists elsewhere', async () => {
      await write('conduct.config.json', {attempts: 3})
      assert.deepEqual(await problems(), ['conduct.config.json: attempts: unknown key; did you mean "limits.attempts"?'])
    })

    it('guess nothing for a key that resembles none', async () => {
      await write('conduct.config.json', {banana: 3})
      assert.deepEqual(await problems(), ['conduct.config.json: banana: unknown key'])
    })

    it('are all told at once, each with its source', async () => {
      await write('conduct.config.json', {
        agents: {default: 3, roles: {'fix-executer': {}}},
        validators: ['todo', {us: 'x'}, 3],
        limits: {parallel: 99, usd: 0, silence: 'soon', validation: true},
        finish: {merge: 'rebase'},
        store: {kind: 'mysql'},
        worktrees: 'here',
      })
      const lines = await problems({env: {CONDUCT_PARALLEL: 'many'}, flags: {limits: {attempts: 0}}})
      assert.deepEqual(lines.toSorted(), [
        'CONDUCT_PARALLEL: limits.parallel: expected number, received string',
        'command line: limits.attempts: must be at least 1',
        'conduct.config.json: agents.default: expected string, received number',
        'conduct.config.json: agents.roles.fix-executer: unknown key; did you mean "fix-executor"?',
        'conduct.config.json: finish.merge: expected "merge" or "ff" or "squash" or "none"',
        'conduct.config.json: limits.parallel: must be at most 64',
        'conduct.config.json: limits.silence: expected a duration such as "30s", "10m" or "2h", or milliseconds',
        'conduct.config.json: limits.usd: must be more than 0',
        'conduct.config.json: limits.validation: expected number or string',
        'conduct.config.json: store.kind: expected "embedded" or "redis"',
        'conduct.config.json: validators[1].us: unknown key; did you mean "use"?',
        'conduct.config.json: validators[1].use: expected string, but it is missing',
        'conduct.config.json: validators[2]: expected string or object',
        'conduct.config.json: worktrees: expected object, received string',
      ])
    })

    it('say so when the file is no object at all', async () => {
      await write('conduct.config.json', '[]')
      assert.deepEqual(await problems(), ['conduct.config.json: expected object, received array'])
    })

    it('do not repeat a password', async () => {
      await write('conduct.config.json', {store: {kind: 'redis', url: 'http://me:hunter2@host'}})
      const lines = await problems({env: {CONDUCT_STORE: 'amqp://me:hunter2@host'}})
      assert.equal(lines.length, 2)
      assert.doesNotMatch(lines.join('\n'), /hunter2/)
    })

    it('cannot reach the prototype of objects', async () => {
      await write('conduct.config.json', '{"__proto__": {"strict": true}, "constructor": {"prototype": {"strict": true}}}')
      await load().catch(() => undefined)
      assert.equal('strict' in {}, false)
    })
  })

  describe('precedence', () => {
    it('puts flags over environment over file over defaults', async () => {
      await write('conduct.config.json', {limits: {parallel: 5, attempts: 5, usd: 5}, agents: {default: 'codex'}})
      const {config} = await load({
        env: {CONDUCT_PARALLEL: '6', CONDUCT_ATTEMPTS: '6', CONDUCT_AGENT: ''},
        flags: {limits: {parallel: 7, attempts: undefined}},
      })
      const {parallel, attempts, usd, silence} = config.limits
      assert.deepEqual([parallel, attempts, usd, silence, config.agents.default], [7, 6, 5, 600_000, 'codex'])
    })

    it('replaces lists as a whole', async () => {
      await write('conduct.config.json', {validators: ['todo', 'files']})
      assert.deepEqual((await load({flags: {validators: ['lint']}})).config.validators, ['lint'])
    })

    it('lets CONDUCT_STORE choose another kind of store than the file', async () => {
      await write('conduct.config.json', {store: {kind: 'embedded', path: '/tmp/x.db'}})
      const redis = await load({env: {CONDUCT_STORE: 'redis://localhost:6379'}})
      assert.deepEqual(redis.config.store, {kind: 'redis', url: 'redis://localhost:6379', ...DEFAULTS, allowVolatile: false})
    })

    it('keeps the rest of a store of the same kind', async () => {
      await write('conduct.config.json', {store: {kind: 'redis', url: 'redis://a', allowVolatile: true}})
      const {store} = (await load({env: {CONDUCT_STORE: 'rediss://b'}})).config
      assert.deepEqual(store, {kind: 'redis', url: 'rediss://b', ...DEFAULTS, allowVolatile: true})
      assert.deepEqual((await load({env: {CONDUCT_STORE: 'embedded'}})).config.store, {kind: 'embedded', patience: DEFAULTS.patience})
    })
  })
})
