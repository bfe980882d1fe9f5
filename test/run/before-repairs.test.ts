import assert from 'node:assert/strict'
import type {EventData, Subject} from '../../src/events.ts'
import {readBeforeRepairs} from '../../src/run/before-repairs.ts'
import {openFixture} from '../git/fixture.ts'
import {attempt, createPhase, LogFixture, runnerStarted, taskStarted} from '../support/task-fixture.ts'

const FINISH: Subject = {kind: 'finish'}
const PHASE: Subject = {kind: 'phase', phase: 1}

const stateAfter = (...events: readonly EventData[]) =>
  new LogFixture(taskStarted(createPhase(1, 'One', ['a'])), runnerStarted(), ...events).state
const mending = (id: string, subject: Subject, start_sha: string) => ({...attempt(id, subject, 'fix-executor', 2), start_sha}) as EventData
const prepared = (base_sha: string, sha: string) => ({type: 'finish.prepared', base_sha, sha, mode: 'merge'}) as const

describe('what stood before repairs', () => {
  it('is nothing while nobody mended', async () => {
    const {git, head} = await openFixture({'a.txt': 'a\n'})
    assert.equal(await readBeforeRepairs(git, stateAfter(), PHASE, head), undefined)
  })

  it('is what the first repair of the phase began at, however many followed', async () => {
    const fixture = await openFixture({'old.txt': 'o\n'})
    const first = await fixture.commit({'a.test.js': 'a\n', 'b.js': 'b\n'})
    fixture.sh('rm', '--quiet', 'a.test.js')
    const second = await fixture.commit({})
    const third = await fixture.commit({'b.js': 'c\n'})
    const state = stateAfter(mending('f1', PHASE, first), mending('f2', PHASE, second))
    const before = await readBeforeRepairs(fixture.git, state, PHASE, third)
    assert.deepEqual(before?.baseFiles, ['a.test.js', 'b.js', 'old.txt'])
    assert.deepEqual(before?.changedFiles, ['b.js'])
    assert.deepEqual([...((await before?.addedLines('b.js')) ?? [])], [1])
    assert.equal(await before?.baseText('a.test.js'), 'a\n')
  })

  it('holds what others put on the branch that a finish lands on, and took from it', async () => {
    const fixture = await openFixture({'old.test.js': 'o\n', 'a.js': 'a\n'})
    const begin = fixture.head
    const work = await fixture.commit({'new.test.js': 'n\n'})
    fixture.sh('checkout', '--quiet', '-b', 'elsewhere', begin)
    fixture.sh('rm', '--quiet', 'old.test.js')
    const moved = await fixture.commit({'theirs.js': 't\n'})
    fixture.sh('merge', '--quiet', '--no-edit', work)
    fixture.sh('rm', '--quiet', 'new.test.js')
    const landing = await fixture.commit({})
    const before = await readBeforeRepairs(fixture.git, stateAfter(mending('f1', FINISH, work), prepared(moved, landing)), FINISH, landing)
    assert.deepEqual(before?.baseFiles, ['a.js', 'new.test.js', 'theirs.js'])
    assert.deepEqual(before?.changedFiles, [])
  })
})
