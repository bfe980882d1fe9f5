import assert from 'node:assert/strict'
import type {Finding} from '../../src/validators/validator.ts'
import {rolePrompt} from '../../src/run/prompt-values.ts'
import {placesOf} from '../../src/tasks/places.ts'
import * as make from '../support/task-fixture.ts'

const PHASE = make.createPhase(1, 'Base', ['ledger'])
const places = placesOf({stateDir: '/state', repository: '/home/ada/ledger/.git', taskId: 'k3f9abcd', config: {}})
const failing = (count: number, name: string, marks: Partial<Finding> = {}): readonly Finding[] =>
  Array.from({length: count}, (_item, index) => ({
    message: `${name} ${index}: ${'wrong '.repeat(80)}`,
    file: 'a.test.js',
    line: index + 1,
    ...marks,
  }))

/** What a fixing agent is told when these findings made a check fail. */
function promptAfter(validator: string, findings: readonly Finding[]): string {
  const verdict = {...make.verdict(validator), status: 'fail', findings, log_file: '/state/logs/output.log'} as const
  const log = new make.LogFixture(make.taskStarted(PHASE), make.validated(1, {verdicts: [verdict]}))
  return rolePrompt({places, log}, {role: 'fix-executor', subject: {kind: 'phase', phase: 1}, cwd: '/trees/integration', number: 2})
}

describe('what a fixing agent is told of a suite with 5,000 failing tests', () => {
  it('is a few kB, as data, and where the rest is', () => {
    const prompt = promptAfter('npm-test', failing(5_000, 'new'))
    assert.ok(Buffer.byteLength(prompt) < 24 * 1024, `${Buffer.byteLength(prompt)} bytes`)
    assert.match(prompt, /full output: \/state\/logs\/output\.log/)
    assert.match(prompt, /^a\.test\.js:1: new 0: /m)
    assert.match(prompt, /… and 4,?9\d\d more findings, left out here; the log files have all\./)
  })

  it('is only what is new, and fails each time', () => {
    const old = failing(4_999, 'old', {preExisting: true})
    const prompt = promptAfter('npm-test', [...old, ...failing(1, 'flaky', {flaky: true}), ...failing(1, 'new')])
    assert.match(prompt, /^a\.test\.js:1: new 0: /m)
    assert.doesNotMatch(prompt, /: (?:old|flaky) \d/)
  })

  it("is the old failures too where they make the phase's own test command red", () => {
    const prompt = promptAfter('test-command', [...failing(3, 'old', {preExisting: true}), ...failing(1, 'new')])
    assert.match(prompt, /new 0: [^]*old 2: .*\(was there before this work\)/)
  })
})
