import assert from 'node:assert/strict'
import type {FileDiff, Hunk} from '../../src/git/diff.ts'
import {countHunks, isSameChange} from '../../src/git/same-change.ts'

const hunk = (removed: readonly string[], added: readonly string[], start = 1): Hunk => ({oldStart: start, newStart: start, removed, added})
const file = (changes: Partial<FileDiff> = {}): FileDiff => ({
  path: 'a.js',
  oldMode: '100644',
  newMode: '100644',
  oldId: '1',
  newId: '2',
  isBinary: false,
  hunks: [hunk(['old'], ['new'])],
  ...changes,
})

describe('two differences', () => {
  it('are the same change when the same lines go and come, wherever they stand', () => {
    assert.equal(isSameChange([file()], [file({oldId: '3', newId: '4', hunks: [hunk(['old'], ['new'], 90)]})]), true)
  })

  it('are not when a line, a hunk, a file or a mode is missing or more', () => {
    const others = [
      [],
      [file({newId: '4', hunks: [hunk(['old'], [])]})],
      [file({newId: '4', hunks: [hunk(['old', 'ours'], ['new'])]})],
      [file({newId: '4', hunks: [hunk(['old'], ['new']), hunk(['ours'], [], 5)]})],
      [file(), file({path: 'b.js'})],
      [file({newMode: '100755'})],
    ]
    for (const other of others) assert.equal(isSameChange([file()], other), false)
  })

  it('are not when they are binary and end in different bytes', () => {
    const binary = {isBinary: true, hunks: []}
    assert.equal(isSameChange([file(binary)], [file({...binary, newId: '4'})]), false)
    assert.equal(isSameChange([file(binary)], [file({...binary, oldId: '9'})]), true)
  })

  it('count a file without hunks as one', () => {
    assert.equal(countHunks([file(), file({isBinary: true, hunks: []}), file({hunks: [hunk([], ['a']), hunk(['b'], [])]})]), 4)
  })
})
