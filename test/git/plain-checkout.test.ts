import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {writeCheckout} from '../../src/git/plain-checkout.ts'
import {openFixture} from './fixture.ts'

describe('a checkout without a worktree', () => {
  it('has the files of a commit and a repository that git reads, and nothing is registered anywhere', async () => {
    const fixture = await openFixture({'a.txt': 'one\n'})
    await fixture.commit({'a.txt': 'two\n'}, 'Later')
    const path = join(fixture.dir, 'base')
    await writeCheckout(fixture.git, {path, sha: fixture.head})
    assert.equal(await readFile(join(path, 'a.txt'), 'utf8'), 'one\n')
    const state = ['status', 'rev-parse'].map((verb) => fixture.sh('-C', path, verb, verb === 'status' ? '--porcelain' : 'HEAD'))
    assert.deepEqual(state, ['', fixture.head])
    assert.equal(fixture.sh('worktree', 'list').split('\n').length, 1)
  })
})
