import assert from 'node:assert/strict'
import {explainUnknown} from '../../src/ui/unknown-command.ts'

const IDS = ['agents', 'state', 'status', 'worktree:add', 'worktree:list', 'checkpoint', 'checkpoint:list', 'phase:list']
const known = {ids: IDS, hasFlag: (id: string, flag: string) => id === 'state' && flag === 'task'}
const said = (id: string) => {
  const {message, suggestions} = explainUnknown(id, known)
  return [message, ...suggestions]
}

describe('words that name no command', () => {
  it('may be one that takes no argument: a task is given by its flag', () => {
    assert.deepEqual(said('state:k3f9'), [
      '`conduct state` takes no argument `k3f9`.',
      'For that task: conduct state --task k3f9',
      'What it takes: conduct state --help',
    ])
    assert.deepEqual(said('worktree:list:x'), [
      '`conduct worktree list` takes no argument `x`.',
      'What it takes: conduct worktree list --help',
    ])
  })

  it('may be misspelt, in any of them', () => {
    assert.equal(said('statuss')[1], 'Did you mean: conduct status')
    assert.equal(said('worktree:lst')[1], 'Did you mean: conduct worktree list')
  })

  it('may be like none, and long', () => {
    assert.deepEqual(said('zz\u001B[2Jzzzzzzzzz').slice(1), ['All commands: conduct --help'])
    assert.ok((said('x'.repeat(100_000))[0] ?? '').length < 150)
  })
})
