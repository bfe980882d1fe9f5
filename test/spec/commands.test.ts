import assert from 'node:assert/strict'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {PhaseJson} from '../../src/spec/to-json.ts'
import {conduct} from '../support/cli.ts'

const SPEC = '## Phase 1: One\n- t\n\nModules: Api\nTest Command: npm test\nSuccess Criteria:\n- `x` exists\n  - check: npm x\n'

describe('conduct spec', () => {
  let root: string
  const run = (...args: string[]) => conduct({root, stateDir: join(root, 'state')}, ['spec', ...args])

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'conduct-spec-'))
    await writeFile(join(root, 'good.md'), SPEC)
    await writeFile(join(root, 'bad.md'), '## Phase 1: One\nModules: ../x\nTest Command: npm test\nSuccess Criteria: x\n')
  })

  after(() => rm(root, {recursive: true}))

  it('init writes a spec that check accepts, and overwrites none', async () => {
    assert.equal((await run('init')).exitCode, 0)
    assert.equal((await run('check')).exitCode, 0)
    const before = await readFile(join(root, '.spec/SPEC.md'), 'utf8')
    const second = await run('init')
    assert.deepEqual([second.exitCode, await readFile(join(root, '.spec/SPEC.md'), 'utf8')], [2, before])
    assert.match(second.stderr, /is there already/)
  })

  it('check prints every problem with its place, and exits with 3', async () => {
    const {exitCode, stdout} = await run('check', 'bad.md')
    assert.equal(exitCode, 3)
    assert.match(stdout, /^bad\.md:2:10 error "\.\.\/x" cannot be the name of a module: .*\n {2}hint: Write "x"\.\n$/)
  })

  it('check --json prints the file and its problems', async () => {
    const result = await run('check', 'bad.md', '--json')
    const {file, problems} = result.json<{file: string; problems: Array<{code: string; line: number}>}>()
    assert.deepEqual([result.exitCode, file, problems.map(({code, line}) => [code, line])], [3, 'bad.md', [['unsafe-module-name', 2]]])
  })

  it('show --json prints what was understood, in snake case', async () => {
    const result = await run('show', 'good.md', '--json')
    const expected: PhaseJson = {
      phase: 1,
      name: 'Phase 1: One',
      title: 'One',
      tasks: ['t'],
      modules: [{name: 'Api', slug: 'api', owns: []}],
      test_command: 'npm test',
      success_criteria: [{id: 'p1.c1', text: 'x exists', code: ['x'], check: 'npm x', line: 7}],
      gotchas: [],
      files: [],
      depends_on: [],
      allow_todo: false,
      setup_command: null,
      timeout_ms: null,
      agent: null,
      line: 1,
    }
    assert.deepEqual([result.exitCode, result.json()], [0, {title: 'Phase 1: One', phases: [expected]}])
  })

  it('show prints what was understood of a spec with errors, too', async () => {
    const {exitCode, stdout, stderr} = await run('show', 'bad.md')
    assert.equal(exitCode, 3)
    assert.match(stdout, /Phase 1: One {2}\(line 1\)/)
    assert.match(stderr, /bad\.md:2:10 error/)
  })

  it('says what to type when there is no spec', async () => {
    const result = await run('check', 'none.md', '--json')
    const {error} = result.json<{error: {code: string; suggestions: string[]}}>()
    assert.deepEqual([result.exitCode, error.code], [3, 'SPEC_NOT_FOUND'])
    assert.match(error.suggestions.join(), /conduct spec init/)
  })
})
