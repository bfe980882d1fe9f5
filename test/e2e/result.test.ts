import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import * as z from 'zod'
import type {Project} from '../support/project.ts'
import {createScenario, runScenario, type RunOutcome} from './scenario.ts'

describe('the result of conduct run --json', function () {
  this.timeout(60_000)
  let project: Project
  let outcome: RunOutcome

  before(async () => {
    project = await createScenario({
      phases: [
        {
          name: 'Core',
          modules: ['ledger', 'report'],
          test: 'node --test',
          criteria: ['`ledger.mjs` exists', 'All tests pass', 'The code reads well'],
        },
        {name: 'Docs', modules: ['manual'], test: 'test -s manual.md'},
      ],
      agent: `if [ "$CONDUCT_ROLE" = code-reviewer ]; then
        echo '{"criteria":[{"id":"p1.c3","verdict":"met","evidence":{"file":"ledger.mjs","line":1,"quote":"export const name"}}]}' > .conduct-answer.json
      fi
      case "$CONDUCT_MODULE" in
        manual) echo '# Manual' > manual.md ;;
        *) echo "export const name = '$CONDUCT_MODULE'" > "$CONDUCT_MODULE.mjs"
           echo "import {test} from 'node:test'; import {equal} from 'node:assert/strict'; import {name} from './$CONDUCT_MODULE.mjs'; test('$CONDUCT_MODULE', () => equal(name, '$CONDUCT_MODULE'))" > "$CONDUCT_MODULE.test.mjs" ;;
      esac
      echo '{"type":"usage","tokens":100,"usd":0.25}'`,
    })
    outcome = await runScenario(project)
  })
  after(() => project.remove())

  it('is one JSON object on stdout and nothing else', () => {
    assert.equal(outcome.exitCode, 0, outcome.stderr)
    assert.deepEqual(JSON.parse(outcome.stdout), outcome.result)
    assert.equal(outcome.stderr, '')
  })

  it('has exactly the keys that scripts rely on, in their order', () => {
    const {result} = outcome
    assert.deepEqual(Object.keys(result), ['task_id', 'status', 'exit_code', 'reason', 'base', 'sha', 'phases', 'usage'])
    assert.deepEqual(Object.keys(result.base), ['branch', 'sha'])
    const [phase] = result.phases
    assert.deepEqual(Object.keys(phase ?? {}), ['name', 'status', 'checkpoint', 'attempts', 'modules', 'verdicts', 'criteria'])
    assert.deepEqual(Object.keys(phase?.checkpoint ?? {}), ['id', 'sha'])
    assert.deepEqual(Object.keys(phase?.modules[0] ?? {}), ['name', 'status', 'attempts', 'branch'])
    assert.deepEqual(Object.keys(phase?.verdicts[0] ?? {}), ['validator', 'status', 'executed', 'findings'])
    assert.deepEqual(Object.keys(phase?.criteria[0] ?? {}), ['id', 'text', 'verdict', 'judge', 'check', 'evidence'])
  })

  it('fits the schema that is published', async () => {
    const schema: unknown = JSON.parse(await readFile(new URL('../../schema/run-result.json', import.meta.url), 'utf8'))
    z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema).parse(JSON.parse(outcome.stdout))
  })

  it('says what happened', () => {
    const {result} = outcome
    assert.match(result.task_id, /^[a-z0-9]{8}$/)
    assert.equal(result.status, 'complete')
    assert.equal(result.exit_code, 0)
    assert.equal(result.base.branch, 'main')
    assert.equal(result.sha, project.git('rev-parse', 'main'))
    assert.equal(result.base.sha, project.git('rev-parse', 'main^1'))
    assert.deepEqual(
      result.phases.map(({name, status, attempts}) => ({name, status, attempts})),
      [
        {name: 'Phase 1: Core', status: 'complete', attempts: 1},
        {name: 'Phase 2: Docs', status: 'complete', attempts: 1},
      ],
    )
    assert.deepEqual(result.usage, {tokens: 400, usd: 1})
  })

  it('counts the tests that really ran', () => {
    const verdict = outcome.result.phases[0]?.verdicts.find(({validator}) => validator === 'test-command')
    assert.deepEqual(verdict, {validator: 'test-command', status: 'pass', executed: 2, findings: []})
  })

  it('gives every criterion an id, a check, evidence and a verdict', () => {
    const criteria = outcome.result.phases[0]?.criteria ?? []
    assert.deepEqual(
      criteria.map(({verdict, judge}) => `${verdict} by ${judge}`),
      ['met by files', 'met by tests', 'met by reviewer'],
    )
    assert.equal(new Set(criteria.map(({id}) => id)).size, 3)
    for (const {check, evidence} of criteria) assert.ok(check !== '' && evidence !== '')
    assert.equal(criteria[2]?.evidence, 'ledger.mjs:1 `export const name`')
  })

  it('names checkpoints that are commits with the work of their phase', () => {
    for (const {checkpoint} of outcome.result.phases) assert.ok(checkpoint && project.git('cat-file', '-t', checkpoint.sha) === 'commit')
    const files = project.git('ls-tree', '-r', '--name-only', outcome.result.phases[0]?.checkpoint?.sha ?? '').split('\n')
    assert.ok(files.includes('ledger.mjs') && !files.includes('manual.md'))
  })

  it('leaves no worktree and no branch of its own behind', () => {
    assert.equal(project.git('worktree', 'list').split('\n').length, 1)
    assert.equal(project.git('for-each-ref', '--format=%(refname)', 'refs/heads/'), 'refs/heads/main')
  })

  it('writes every event of the log, in order, to --events', () => {
    const versions = outcome.events.map(({version}) => version)
    assert.deepEqual(
      versions,
      Array.from(versions, (_, index) => index + (versions[0] ?? 0)),
    )
    assert.equal(outcome.events.at(-1)?.type, 'runner.stopped')
  })
})
