import assert from 'node:assert/strict'
import {createWorktree} from '../../src/git/worktrees.ts'
import {changedFiles, commitTree, commitsBetween, formatMessage, parseTrailers, readTrailer, snapshotTree} from '../../src/git/commits.ts'
import {branchRef, readRef, treeOf} from '../../src/git/refs.ts'
import {openFixture, writeFiles} from './fixture.ts'

describe('commits', () => {
  it('snapshots a worktree and commits it with trailers', async () => {
    const fixture = await openFixture()
    const {git, head, lock} = fixture
    const ref = branchRef('t1', 1, 'auth')
    const worktree = await createWorktree(git, {path: fixture.worktreePath('auth'), ref, sha: head, lock})
    await writeFiles(worktree.path, {'b/c.txt': 'new\n', 'a.txt': 'one\nTWO\nthree\n'})
    const {tree, embedded} = await snapshotTree(git, worktree)
    const sha = await commitTree(git, {tree, parents: [head], message: 'Work of auth', trailers: {'Conduct-Step': 'p1/auth'}})
    assert.deepEqual(embedded, [])
    assert.deepEqual(await changedFiles(git, head, sha), ['a.txt', 'b/c.txt'])
    assert.equal(await readTrailer(git, sha, 'Conduct-Step'), 'p1/auth')
    assert.deepEqual(await commitsBetween(git, head, sha), [sha])
    assert.equal(await treeOf(git, sha), tree)
    assert.equal(await readRef(git, ref), head)
    assert.equal(fixture.sh('log', '-1', '--format=%an <%ae>', sha), 'Ada <ada@example.org>')
  })

  it('formats and parses trailers', () => {
    const message = formatMessage({message: 'Subject\n\nBody: text\n', trailers: {'Conduct-Step': 'a\nb'}})
    assert.equal(message, 'Subject\n\nBody: text\n\nConduct-Step: a b\n')
    assert.equal(parseTrailers(message).get('conduct-step'), 'a b')
  })
})
