import assert from 'node:assert/strict'
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {ConductError, type ErrorCode} from '../../src/errors.ts'
import {checkRuntime, checkStateDir} from '../../src/project/check-machine.ts'
import {chooseValidators} from '../../src/project/choose-validators.ts'
import {findPhase} from '../../src/spec/find-phase.ts'
import {initConfig} from '../../src/project/init-config.ts'
import type {Validator} from '../../src/validators/validator.ts'
import {createValidatorRegistry} from '../../src/validators/registry.ts'
import {validateCheckout, type CheckoutRequest} from '../../src/project/validate-checkout.ts'
import {configSchema} from '../../src/config/schema.ts'
import {createProject, type Project} from '../support/project.ts'
import {createPhase} from '../support/task-fixture.ts'

const isError = (code: ErrorCode, hint: RegExp) => (error: unknown) =>
  error instanceof ConductError && error.code === code && hint.test(error.suggestions.join('\n'))

function registryOf(...validators: readonly Validator[]) {
  const registry = createValidatorRegistry()
  for (const validator of validators) registry.add(validator, 'test')
  return registry
}

const passing: Validator = {
  name: 'passing',
  applies: () => true,
  run: async ({changedFiles}) => ({status: 'pass', executed: changedFiles.length, findings: []}),
}
const failing: Validator = {
  name: 'failing',
  applies: ({files}) => files.includes('bad.js'),
  run: async () => ({status: 'fail', executed: 1, findings: [{message: 'bad', file: 'bad.js', line: 1}]}),
}

describe('conduct init', () => {
  let root = ''

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'conduct-init-'))
  })

  afterEach(() => rm(root, {recursive: true, force: true}))

  const init = async (files: Readonly<Record<string, string>>, programs: readonly string[] = []) => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, name)), {recursive: true})
      await writeFile(join(root, name), text)
    }
    const which = async (program: string) => (programs.includes(program) ? `/bin/${program}` : undefined)
    return initConfig({root, validators: ['files', 'npm-test', 'pytest'], agents: ['codex', 'command'], which})
  }
  const written = async (): Promise<unknown> => JSON.parse(await readFile(join(root, 'conduct.config.json'), 'utf8'))

  it('writes what the project shows, and nothing that the schema does not know', async () => {
    const result = await init({'package.json': '{}', 'package-lock.json': '{}'}, ['claude', 'codex'])
    assert.equal(result.created, true)
    const config = {agents: {default: 'codex'}, validators: ['files', 'npm-test'], worktrees: {setup: ['npm ci']}}
    assert.deepEqual(await written(), config)
    configSchema.parse(await written())
  })

  it('knows a Python project by the places that pytest reads', async () => {
    await init({'pyproject.toml': '[tool.pytest.ini_options]\n'})
    assert.deepEqual(await written(), {agents: {default: 'command'}, validators: ['files', 'pytest']})
  })

  it('never overwrites a configuration, whatever its name', async () => {
    const result = await init({'conduct.config.toml': 'strict = true\n'})
    assert.deepEqual(result, {created: false, file: 'conduct.config.toml', notes: []})
    await assert.rejects(written())
  })
})

describe('validators on a command line', () => {
  const options = {registry: registryOf(passing, failing), projectDir: tmpdir()}

  it('keep the options that the configuration gives them', async () => {
    const config = {validators: ['failing', {use: 'passing', options: {a: 1}}]}
    const [only, ...more] = await chooseValidators(['passing'], config, options)
    assert.deepEqual([only?.validator.name, only?.options, more.length], ['passing', {a: 1}, 0])
  })

  it('are a usage error with the one that was meant, when nobody knows them', async () => {
    await assert.rejects(chooseValidators(['pasing'], {}, options), isError('USAGE', /Did you mean `passing`/))
  })
})

describe('a phase on a command line', () => {
  const spec = {title: '', phases: [createPhase(1, 'Base', []), createPhase(2, 'Reports', [])]}

  it('is meant by its heading, its title or its number', () => {
    for (const wanted of ['Phase 2: Reports', 'reports', '2']) assert.equal(findPhase(spec, wanted).index, 2, wanted)
  })

  it('is an error with the one that was meant, when there is none', () => {
    assert.throws(() => findPhase(spec, 'Report'), isError('PHASE_NOT_FOUND', /Did you mean "Reports"/))
  })
})

describe('conduct validate', () => {
  let project: Project

  beforeEach(async () => {
    project = await createProject({'a.js': '1\n', 'conduct.config.json': '{}'})
  })

  afterEach(() => project.remove())

  const validate = (request: Partial<CheckoutRequest> = {}) =>
    validateCheckout({
      cwd: project.root,
      env: process.env,
      registry: registryOf(passing, failing),
      names: [],
      signal: new AbortController().signal,
      now: () => 0,
      ...request,
    })

  it('looks at the checkout as it is, files that are not yet committed too', async () => {
    assert.equal((await validate()).passed, true)
    await project.write('bad.js', 'x\n')
    const {passed, verdicts, logDir} = await validate()
    assert.equal(passed, false)
    assert.deepEqual(verdicts.find(({validator}) => validator === 'failing')?.findings, [{message: 'bad', file: 'bad.js', line: 1}])
    assert.equal(logDir, null)
  })

  it('blames only what changed since a base', async () => {
    await project.write('b.js', 'x\n')
    const {verdicts} = await validate({names: ['passing'], since: 'main'})
    assert.equal(verdicts[0]?.executed, 1)
    await assert.rejects(validate({since: '--output=x'}), isError('USAGE', /--since main/))
  })

  it('does not take what others committed meanwhile for work done here', async () => {
    project.git('switch', '--quiet', '--create', 'topic')
    await project.write('mine.js', 'x\n')
    project.git('add', '--all')
    project.git('commit', '--quiet', '--message=Mine')
    project.git('switch', '--quiet', 'main')
    await project.write('a.js', '1\n2\n')
    project.git('commit', '--quiet', '--all', '--message=Theirs')
    project.git('switch', '--quiet', 'topic')
    const changed = async (since: string) => (await validate({names: ['passing'], since})).verdicts[0]?.executed
    assert.equal(await changed('main'), 1)
  })

  it('looks from the HEAD of the worktree that it is called in', async () => {
    const other = join(dirname(project.root), 'other')
    project.git('worktree', 'add', '--quiet', '-b', 'topic', other)
    await writeFile(join(other, 'mine.js'), 'x\n')
    const {verdicts} = await validate({cwd: other, names: ['passing'], since: 'HEAD'})
    assert.equal(verdicts[0]?.executed, 1)
  })

  it('leaves out the files that its reports go to', async () => {
    await project.write('bad.js', 'x\n')
    const {verdicts} = await validate({leaveOut: [join(project.root, 'bad.js')]})
    assert.deepEqual(verdicts.map(({status}) => status).sort(), ['pass', 'skip'])
  })

  it('has passed when there is something to check, and nothing of it changed since', async () => {
    const onChange: Validator = {...passing, name: 'on-change', applies: ({changedFiles}) => changedFiles.includes('a.js')}
    const options = {registry: registryOf(onChange, failing), names: ['on-change']}
    const unchanged = await validate({...options, since: 'main'})
    assert.deepEqual([unchanged.passed, unchanged.verdicts.map(({status}) => status)], [true, ['skip']])
    assert.equal((await validate({...options, names: ['failing'], since: 'main'})).passed, false)
  })

  it('has not passed when nothing had anything to check', async () => {
    assert.equal((await validate({names: ['failing']})).passed, false)
  })
})

describe('conduct doctor', () => {
  it('wants Node 22.18 or Deno 2', () => {
    const status = (node: string, deno?: string) => checkRuntime({node, deno}).status
    assert.deepEqual([status('22.17.9'), status('22.18.0'), status('24.0.0')], ['fail', 'ok', 'ok'])
    assert.deepEqual([status('24.0.0', '1.46.0'), status('24.0.0', '2.1.0')], ['fail', 'ok'])
  })

  it('looks at the folder above a state directory that is not there yet', async () => {
    const path = join(tmpdir(), 'conduct-not-there', 'state')
    assert.deepEqual(await checkStateDir(path), {name: 'state directory', status: 'ok', detail: `${path} (will be made)`, hints: []})
  })
})
