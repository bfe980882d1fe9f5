import assert from 'node:assert/strict'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {branchRef, checkpointRef, integrationRef, isAncestor, keptRef, listRefs, readRef, updateRefs} from '../../src/git/refs.ts'
import {openFixture} from './fixture.ts'

describe('refs', () => {
  it('moves several refs together, or none when one was not at its old value', async () => {
    const fixture = await openFixture()
    const {git, head} = fixture
    const next = await fixture.commit({'b.txt': 'b\n'})
    const [one, two] = [checkpointRef('t', 1), checkpointRef('t', 2)]
    assert.equal(await updateRefs(git, [{ref: one, to: head, from: null}]), true)
    const lost = [
      {ref: two, to: head, from: null},
      {ref: one, to: next, from: next},
    ]
    assert.equal(await updateRefs(git, lost), false)
    assert.equal(await readRef(git, two), undefined)
    assert.equal(await updateRefs(git, [{ref: one, to: next, from: null}]), false)
    assert.equal(await updateRefs(git, [{ref: two, to: next, from: head}]), false)
    const won = [
      {ref: two, to: head, from: null},
      {ref: one, to: next, from: head},
    ]
    assert.equal(await updateRefs(git, won), true)
    assert.deepEqual(await listRefs(git, 'refs/conduct/t/checkpoints/'), [
      {ref: one, sha: next},
      {ref: two, sha: head},
    ])
    assert.equal(await updateRefs(git, [{ref: one, to: null, from: head}]), false)
    assert.equal(await updateRefs(git, [{ref: one, to: null, from: next}]), true)
    assert.equal(await readRef(git, one), undefined)
  })

  it('reads only the ref that was named', async () => {
    const fixture = await openFixture()
    const {git, head} = fixture
    const ref = branchRef('t', 1, 'a')
    // A tag of that very name, which git would try when the branch is not there.
    fixture.sh('update-ref', `refs/tags/${ref}`, head)
    fixture.sh('update-ref', `${ref}/below`, head)
    assert.equal(await readRef(git, ref), undefined)
    assert.equal(await readRef(git, `${ref}/below`), head)
  })

  it('never writes through a symbolic ref that was planted', async () => {
    const fixture = await openFixture()
    const {git, head, root} = fixture
    const next = await fixture.commit({'b.txt': 'b\n'})
    const ref = integrationRef('t')
    await mkdir(join(root, '.git/refs/heads/conduct/t'), {recursive: true})
    await writeFile(join(root, '.git', ref), 'ref: refs/heads/main\n')
    await updateRefs(git, [{ref, to: head, from: next}])
    assert.equal(fixture.sh('rev-parse', 'refs/heads/main'), next)
  })

  it('is not misled about ancestry by replaced objects', async () => {
    const fixture = await openFixture()
    const {git, head} = fixture
    const next = await fixture.commit({'b.txt': 'b\n'})
    const orphan = fixture.sh('commit-tree', `${next}^{tree}`, '-m', 'orphan')
    fixture.sh('replace', next, orphan)
    assert.equal(await isAncestor(git, head, next), true)
    assert.equal(await isAncestor(git, next, head), false)
    assert.equal(await isAncestor(git, head, orphan), false)
  })

  it('names refs by task', () => {
    assert.equal(branchRef('t', 2, 'auth'), 'refs/heads/conduct/t/p2/auth')
    assert.equal(integrationRef('t'), 'refs/heads/conduct/t/integration')
    assert.equal(keptRef('t', 'a1'), 'refs/conduct/t/kept/a1')
  })
})
