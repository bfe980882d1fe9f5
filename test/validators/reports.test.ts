import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import * as z from 'zod'
import type {CriterionVerdict, NamedVerdict} from '../../src/events.ts'
import {renderJunit} from '../../src/validators/report-junit.ts'
import {renderSarif, type ReportSource} from '../../src/validators/report-sarif.ts'
import type {Finding} from '../../src/validators/validator.ts'

const verdict = (validator: string, more: Partial<NamedVerdict> = {}): NamedVerdict => ({
  validator,
  status: 'pass',
  executed: 3,
  findings: [],
  evidence: 'Looked.',
  duration_ms: 1500,
  ...more,
})
const failing = (validator: string, ...findings: readonly Finding[]) => verdict(validator, {status: 'fail', findings})
const criterion = (id: string, state: CriterionVerdict['verdict']): CriterionVerdict => ({
  id,
  text: 'All tests pass',
  verdict: state,
  check: 'tests',
  evidence: 'nothing ran',
})

/** Everything that a report may have to say, in words that mean something in JSON, URLs and XML. */
const SOURCE: ReportSource = {
  verdicts: [
    verdict('files', {status: 'skip', executed: null, evidence: 'Nothing here for it.'}),
    failing(
      'todo',
      {message: 'say "why" <b>&</b> ]]> \u001B[31mred\u001B[0m \u0000\uD800', file: 'src/a b#1?.js', line: 3},
      {message: 'was here', file: 'old.js', line: 1, preExisting: true},
      {message: 'twice', file: 'x.js', line: 1},
      {message: 'twice', file: 'x.js', line: 9},
    ),
    failing('npm-test', {message: 'No test ran.'}, {message: 'adds:\n1 !== 2', file: 'sum.test.js', test: 'adds', flaky: true}),
    verdict('lint'),
  ],
  criteria: [criterion('p1.c1', 'met'), criterion('p1.c2', 'unmet'), criterion('p1.c3', 'unverified')],
}

/** The rules of SARIF 2.1.0 for what we use; whatever else there is, a reader would not know. */
const message = z.strictObject({text: z.string().min(1)})
const level = z.enum(['none', 'note', 'warning', 'error'])
const relativeUri = z.string().refine((uri) => !uri.startsWith('/') && new URL(uri, 'file:///root/').href === `file:///root/${uri}`)
const location = z.strictObject({
  physicalLocation: z.strictObject({
    artifactLocation: z.strictObject({uri: relativeUri, uriBaseId: z.string()}),
    region: z.strictObject({startLine: z.int().positive()}).optional(),
  }),
})
const result = z.strictObject({
  ruleId: z.string(),
  ruleIndex: z.int().nonnegative(),
  level,
  message,
  locations: z.array(location).length(1),
  partialFingerprints: z.record(z.string(), z.string()),
  properties: z.record(z.string(), z.unknown()).optional(),
})
const rule = z.strictObject({id: z.string(), shortDescription: message})
const notification = z.strictObject({level, message, associatedRule: z.strictObject({id: z.string(), index: z.int().nonnegative()})})
const sarifSchema = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z
    .array(
      z.strictObject({
        tool: z.strictObject({driver: z.strictObject({name: z.string(), version: z.string(), rules: z.array(rule)})}),
        columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
        results: z.array(result),
        invocations: z.array(z.strictObject({executionSuccessful: z.boolean(), toolExecutionNotifications: z.array(notification)})),
      }),
    )
    .length(1),
})

describe('a SARIF report', () => {
  const text = renderSarif(SOURCE, {version: '1.2.3'})
  const [run] = sarifSchema.parse(JSON.parse(text)).runs
  assert.ok(run)

  it('has a rule for each validator, and each result names its own', () => {
    const ids = run.tool.driver.rules.map(({id}) => id)
    assert.deepEqual(ids, ['files', 'todo', 'npm-test', 'lint', 'criteria'])
    for (const {ruleId, ruleIndex} of run.results) assert.equal(ids[ruleIndex], ruleId)
  })

  it('names the place as a relative address that leads back to the file', () => {
    const {artifactLocation, region} = run.results[0]?.locations[0]?.physicalLocation ?? {}
    assert.deepEqual([decodeURIComponent(artifactLocation?.uri ?? ''), region?.startLine], ['src/a b#1?.js', 3])
  })

  it('tells what is new from what was there before and what is flaky', () => {
    assert.deepEqual(
      run.results.map(({level: given}) => given),
      ['error', 'note', 'error', 'error', 'warning'],
    )
  })

  it('gives two findings that say the same two fingerprints, which do not change when lines move', () => {
    const prints = run.results.map(({partialFingerprints}) => Object.values(partialFingerprints)[0])
    assert.equal(new Set(prints).size, prints.length)
    const moved = renderSarif({verdicts: [failing('todo', {message: 'was here', file: 'old.js', line: 77})], criteria: []}, {version: '1'})
    assert.ok(moved.includes(String(prints[1])))
  })

  it('says what has no file as a notification of the run, since sites refuse results without a place', () => {
    const notes = run.invocations[0]?.toolExecutionNotifications.map(
      (note) => `${note.level} ${note.associatedRule.id}: ${note.message.text}`,
    )
    assert.deepEqual(notes, [
      'error npm-test: No test ran.',
      'error criteria: p1.c2 is unmet: All tests pass (nothing ran)',
      'warning criteria: p1.c3 is unverified: All tests pass (nothing ran)',
    ])
  })
})

/** What Python's own XML reader finds in a document: suites with their counts, test cases with their outcomes. */
const READER = `
import json, sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
case = lambda c: [c.get('name'), c.get('file'), c.get('line'), c[0].tag if len(c) else 'passed', (c[0].text or c[0].get('message')) if len(c) else None]
suite = lambda s: {**s.attrib, 'executed': [p.get('value') for p in s.iter('property')], 'cases': [case(c) for c in s.iter('testcase')]}
print(json.dumps({'root': root.attrib, 'suites': [suite(s) for s in root]}))
`

interface ReadReport {
  readonly root: Readonly<Record<string, string>>
  readonly suites: readonly ({readonly name: string; readonly cases: readonly (readonly (string | null)[])[]} & Readonly<
    Record<string, unknown>
  >)[]
}

describe('a JUnit report', () => {
  const read = (): ReadReport => {
    const {stdout, stderr} = spawnSync('python3', ['-c', READER], {input: renderJunit(SOURCE), encoding: 'utf8'})
    assert.equal(stderr, '')
    return JSON.parse(stdout) as ReadReport
  }

  it('has a suite for each validator and a test case for each finding, and its counts add up', () => {
    const {root, suites} = read()
    assert.deepEqual(
      suites.map(({name, tests, failures, skipped}) => [name, tests, failures, skipped]),
      [
        ['files', '1', '0', '1'],
        ['todo', '4', '3', '1'],
        ['npm-test', '2', '1', '1'],
        ['lint', '1', '0', '0'],
        ['criteria', '3', '1', '1'],
      ],
    )
    assert.deepEqual(root, {name: 'conduct validate', tests: '11', failures: '5', errors: '0', skipped: '4', time: '6.000'})
  })

  it('says file, line and message, whatever characters are in them', () => {
    const [, todo, tests] = read().suites
    assert.deepEqual(todo?.cases[0], [
      'src/a b#1?.js:3 say "why" <b>&</b> ]]> red \uFFFD',
      'src/a b#1?.js',
      '3',
      'failure',
      'src/a b#1?.js:3 say "why" <b>&</b> ]]> red \uFFFD',
    ])
    assert.deepEqual(todo?.cases[1]?.slice(3), ['skipped', 'was there before: old.js:1 was here'])
    assert.deepEqual(tests?.cases[1]?.slice(0, 4), ['adds', 'sum.test.js', null, 'skipped'])
  })

  it('says how much was really executed', () => {
    assert.deepEqual(
      read().suites.map(({executed}) => executed),
      [[], ['3'], ['3'], ['3'], []],
    )
  })
})
