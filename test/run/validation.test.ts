import assert from 'node:assert/strict'
import {baseOf} from '../../src/run/validation.ts'
import {createPhase, LogFixture, runnerStarted, SHA, taskStarted} from '../support/task-fixture.ts'

describe('the base of a validation', () => {
  const phases = [createPhase(1, 'One', ['a']), createPhase(2, 'Two', ['b'])] as const
  const begun = () => new LogFixture(taskStarted(...phases), runnerStarted())
  const [first, second, moved, result] = ['1', '2', '3', '4'].map((digit) => digit.repeat(40)) as [string, string, string, string]

  it('is the commit that the phase began at', () => {
    const log = begun().add({type: 'phase.started', phase: 1, base_sha: first}, {type: 'phase.started', phase: 2, base_sha: second})
    assert.equal(baseOf(log.state, {kind: 'phase', phase: 1}, result), first)
    assert.equal(baseOf(log.state, {kind: 'phase', phase: 2}, result), second)
  })

  it('is the commit that the task began at for the first phase of a task conducted by hand', () => {
    assert.equal(baseOf(begun().state, {kind: 'phase', phase: 1}, result), SHA.base)
  })

  it('is the branch that a finish lands on, as it is now', () => {
    const prepared = {type: 'finish.prepared', base_sha: moved, sha: result, mode: 'merge'} as const
    assert.equal(baseOf(begun().add(prepared).state, {kind: 'finish'}, result), moved)
  })

  it('is the commit that the task began at when a person has merged already', () => {
    const prepared = {type: 'finish.prepared', base_sha: result, sha: result, mode: 'merge'} as const
    assert.equal(baseOf(begun().add(prepared).state, {kind: 'finish'}, result), SHA.base)
  })
})
