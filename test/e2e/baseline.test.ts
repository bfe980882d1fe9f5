import assert from 'node:assert/strict'
import {rm} from 'node:fs/promises'
import {dirname} from 'node:path'
import type {NamedVerdict} from '../../src/events.ts'
import type {ValidateResult} from '../../src/ui/validate-here.ts'
import {conduct, printed, startCli} from '../support/cli.ts'
import {createProject, type Project} from '../support/project.ts'
import {once as onFirstRuntime} from '../support/scope.ts'
import {needs} from '../validators/tools.ts'
import {AT_GATE, placeGate} from './gate.ts'
import {createScenario, eventsOf, parseEvents} from './scenario.ts'

const JS = "import {test} from 'node:test'\nimport {equal} from 'node:assert/strict'\n"
const GO = 'package shop\n\nimport (\n\t"os"\n\t"testing"\n)\n\nvar _ = os.Stat\n\n'

/** In each language a test that fails already. */
const OLD = {
  'package.json': '{"type": "module", "scripts": {"test": "node --test *.test.js"}}\n',
  'old.test.js': `${JS}test('old', () => equal(1, 2))\n`,
  'test_old.py': 'def test_old():\n    assert 1 == 2\n',
  'go.mod': 'module shop\n\ngo 1.20\n',
  'old_test.go': `${GO}func TestOld(t *testing.T) { t.Error("want 1") }\n`,
  '.gitignore': '.once*\n__pycache__\n',
}
/** In each a test that fails when it runs for the first time. */
const FLAKY = {
  'flaky.test.js': `${JS}import {existsSync, writeFileSync} from 'node:fs'\ntest('flaky', () => {\n  const known = existsSync('.once')\n  writeFileSync('.once', '')\n  equal(known, true)\n})\n`,
  'test_flaky.py':
    "import os\n\ndef test_flaky():\n    known = os.path.exists('.once-py')\n    open('.once-py', 'w').close()\n    assert known\n",
  'flaky_test.go': `${GO}func TestFlaky(t *testing.T) {\n\t_, err := os.Stat(".once-go")\n\tos.WriteFile(".once-go", nil, 0o644)\n\tif err != nil {\n\t\tt.Error("not yet")\n\t}\n}\n`,
}
const NEW = {
  'new.test.js': `${JS}test('new', () => equal(3, 4))\n`,
  'test_new.py': 'def test_new():\n    assert 3 == 4\n',
  'new_test.go': `${GO}func TestNew(t *testing.T) { t.Error("want 3") }\n`,
}

const told = (verdicts: readonly NamedVerdict[]) =>
  Object.fromEntries(
    verdicts.map(({validator, status, findings}) => [
      validator,
      [
        status,
        ...findings.map(
          ({test = '', preExisting, flaky}) => `${/[a-z]+$/i.exec(test)?.[0]}${preExisting ? ' old' : ''}${flaky ? ' flaky' : ''}`,
        ),
      ],
    ]),
  )

describe('conduct validate --since, where tests failed before', function () {
  this.timeout(60_000)
  let project: Project
  before(async function () {
    onFirstRuntime(this)
    needs(this, 'go', 'version')
    needs(this, 'python3', '-m', 'pytest', '--version')
    project = await createProject(OLD)
  })
  after(() => project?.remove())

  const write = async (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) await project.write(path, text)
  }
  const validate = async () => {
    const done = await conduct(project, ['validate', 'npm-test', 'pytest', 'go-test', 'test-integrity', '--since', 'HEAD', '--json'])
    const {verdicts, log_dir} = done.json<ValidateResult>()
    // What failed keeps its output for a person to read.
    if (log_dir !== null) await rm(dirname(log_dir), {recursive: true})
    return {exitCode: done.exitCode, told: told(verdicts), stdout: done.stdout}
  }

  it('holds no old failure and no flaky one against the work, and names both', async () => {
    await write(FLAKY)
    const {exitCode, told, stdout} = await validate()
    assert.deepEqual(
      [told['npm-test'], told.pytest, told['go-test']],
      [
        ['pass', 'old old', 'flaky flaky'],
        ['pass', 'old old', 'flaky flaky'],
        ['pass', 'TestOld old', 'TestFlaky flaky'],
      ],
      stdout,
    )
    assert.equal(exitCode, 0)
  })

  it('finds what is new beside what is old, and leaves a failing test that was deleted to test-integrity', async () => {
    await write(NEW)
    project.git('rm', '--quiet', 'test_old.py')
    const {exitCode, told, stdout} = await validate()
    assert.deepEqual(
      [told['npm-test'], told.pytest, told['go-test'], told['test-integrity']?.[0]],
      [['fail', 'new', 'old old'], ['fail', 'new'], ['fail', 'TestNew', 'TestOld old'], 'fail'],
      stdout,
    )
    assert.equal(exitCode, 6)
  })
})

describe('a run in a project whose tests failed before', function () {
  this.timeout(60_000)

  it('asks the base while agents work, a failing suite once per tree, and blames nobody for what was there', async () => {
    const project = await createScenario({
      phases: [{name: 'Build', modules: ['shop'], test: 'node --test shop.test.js'}],
      files: {'package.json': OLD['package.json'], 'old.test.js': OLD['old.test.js']},
      agent: `${AT_GATE}\necho "export const shop = 1" > shop.js\ncat > shop.test.js <<END\n${JS}import {shop} from './shop.js'\ntest('shop', () => equal(shop, 1))\nEND`,
    })
    const gate = placeGate(project)
    try {
      const run = startCli(project, ['run', '--events', '-'])
      await Promise.all([gate.reached, printed(run, /"baseline\.recorded"/)])
      // Another commit with the same tree: the one that the result lands on.
      project.git('commit', '--quiet', '--allow-empty', '--message=Nothing')
      await gate.open()
      const {exitCode, stdout, stderr} = await run.done
      assert.equal(exitCode, 0, stderr)
      const events = parseEvents(stdout)
      assert.deepEqual(
        eventsOf(events, 'baseline.started').map(({script}) => script),
        ['node --test shop.test.js', 'npm test'],
      )
      const verdicts = eventsOf(events, 'validation.finished').map((event) => told(event.verdicts)['npm-test'])
      assert.deepEqual(verdicts, [
        ['pass', 'old old'],
        ['pass', 'old old'],
      ])
    } finally {
      gate.remove()
      await project.remove()
    }
  })
})
