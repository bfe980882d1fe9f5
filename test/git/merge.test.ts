import assert from 'node:assert/strict'
import {commitTree} from '../../src/git/commits.ts'
import {hasConflictMarkers, mergeTrees, readSides} from '../../src/git/merge.ts'
import {createReceipt} from '../../src/git/receipt.ts'
import {treeOf} from '../../src/git/refs.ts'
import {openFixture, type Fixture} from './fixture.ts'

const LINES = Array.from({length: 40}, (_, index) => `line ${index}\n`)
const BASE = {'f.txt': LINES.join('')}

/** Text of `f.txt` with some lines replaced. */
const edit = (changes: Readonly<Record<number, string>>) => LINES.map((line, index) => changes[index] ?? line).join('')

/** Two branches from the first commit, each made by `change`. */
async function diverge(fixture: Fixture, ours: () => Promise<string>, theirs: () => Promise<string>) {
  fixture.sh('checkout', '--quiet', '-b', 'ours', fixture.head)
  const left = await ours()
  fixture.sh('checkout', '--quiet', '-b', 'theirs', fixture.head)
  return {ours: left, theirs: await theirs()}
}

async function merge(fixture: Fixture, {ours, theirs}: {ours: string; theirs: string}) {
  const {tree, conflicts} = await mergeTrees(fixture.git, {ours, theirs})
  const merged = await commitTree(fixture.git, {tree, parents: [ours, theirs], message: 'Merge'})
  return {tree, conflicts, merged}
}

describe('mergeTrees and createReceipt', () => {
  it('merge two sides of one file and prove it', async () => {
    const fixture = await openFixture(BASE)
    const sides = await diverge(
      fixture,
      () => fixture.commit({'f.txt': edit({2: 'two\n'}), 'ours.txt': 'ours\n'}),
      () => fixture.commit({'f.txt': edit({30: 'thirty\nmore\n'}), 'theirs.txt': 'theirs\n'}),
    )
    const {conflicts, merged} = await merge(fixture, sides)
    assert.deepEqual(conflicts, [])
    const receipt = await createReceipt(fixture.git, {...sides, base: fixture.head, merged, conflicts})
    assert.deepEqual(receipt, {reachable: true, hunks_checked: 2, hunks_lost: [], conflicts: []})
  })

  it('needs to read no hunk when one side changed nothing', async () => {
    const fixture = await openFixture(BASE)
    const theirs = await fixture.commit({'f.txt': edit({2: 'two\n'})})
    const {merged} = await merge(fixture, {ours: fixture.head, theirs})
    const receipt = await createReceipt(fixture.git, {ours: fixture.head, theirs, merged, conflicts: []})
    assert.deepEqual(receipt, {reachable: true, hunks_checked: 0, hunks_lost: [], conflicts: []})
  })

  it('say what a merge dropped, and which side it does not descend from', async () => {
    const fixture = await openFixture(BASE)
    const {git} = fixture
    const sides = await diverge(
      fixture,
      () => fixture.commit({'f.txt': edit({2: 'two\n'})}),
      () => fixture.commit({'f.txt': edit({30: 'thirty\n'}), 'theirs.txt': 'theirs\n'}),
    )
    const tree = await treeOf(git, sides.ours)
    const dropped = await commitTree(git, {tree, parents: [sides.ours, sides.theirs], message: 'Merge -s ours'})
    const receipt = await createReceipt(git, {...sides, merged: dropped, conflicts: []})
    assert.equal(receipt.reachable, true)
    assert.deepEqual(receipt.hunks_lost, ['f.txt: thirty', 'theirs.txt: theirs'])
    const squashed = await commitTree(git, {tree: (await merge(fixture, sides)).tree, parents: [sides.ours], message: 'Squash'})
    assert.equal((await createReceipt(git, {...sides, merged: squashed, conflicts: []})).reachable, false)
  })

  it('follow a file that one side renamed while the other changed it', async () => {
    const fixture = await openFixture(BASE)
    const sides = await diverge(
      fixture,
      () => (fixture.sh('mv', 'f.txt', 'moved.txt'), fixture.commit({})),
      () => fixture.commit({'f.txt': edit({30: 'thirty\n'})}),
    )
    const {conflicts, merged} = await merge(fixture, sides)
    assert.deepEqual(conflicts, [])
    assert.deepEqual((await createReceipt(fixture.git, {...sides, merged, conflicts})).hunks_lost, [])
  })

  it('report a conflict with markers and sides, and judge the resolution', async () => {
    const fixture = await openFixture(BASE)
    const {git} = fixture
    const sides = await diverge(
      fixture,
      () => fixture.commit({'f.txt': edit({2: 'use(alpha)\n'})}),
      () => fixture.commit({'f.txt': edit({2: 'use(beta)\n'}), 'other.txt': 'x\n'}),
    )
    const {tree, conflicts} = await merge(fixture, sides)
    assert.deepEqual(conflicts, ['f.txt'])
    assert.deepEqual(await hasConflictMarkers(git, tree, ['f.txt', 'other.txt', 'missing']), ['f.txt'])
    const {base, ours} = await readSides(git, {...sides, file: 'f.txt'})
    assert.equal(base, LINES.join(''))
    assert.equal(ours, edit({2: 'use(alpha)\n'}))
    assert.deepEqual(await readSides(git, {...sides, file: 'other.txt'}), {theirs: 'x\n'})
    const resolve = async (line: string) => {
      const resolved = await fixture.commit({'f.txt': edit({2: line})})
      const merged = await commitTree(git, {tree: await treeOf(git, resolved), parents: [sides.ours, sides.theirs], message: 'Merge'})
      return createReceipt(git, {...sides, merged, conflicts, resolvedBy: 'synthesis-architect'})
    }
    const good = await resolve('use(alpha, beta)\n')
    assert.deepEqual([good.hunks_lost, good.resolved_by], [[], 'synthesis-architect'])
    assert.deepEqual((await resolve('use(beta)\n')).hunks_lost, ['f.txt: use(alpha)'])
  })

  it('merge as if from another base', async () => {
    const fixture = await openFixture(BASE)
    const {git, head} = fixture
    const moved = await fixture.commit({'f.txt': edit({2: 'two\n'})})
    const further = await fixture.commit({'f.txt': edit({2: 'two\n', 30: 'thirty\n'})})
    // Only what `further` added to `moved`, on top of `head`.
    const {tree, conflicts} = await mergeTrees(git, {base: moved, ours: head, theirs: further})
    assert.deepEqual(conflicts, [])
    assert.equal(fixture.sh('cat-file', 'blob', `${tree}:f.txt`), edit({30: 'thirty\n'}).trimEnd())
  })

  it('merge histories that have nothing in common', async () => {
    const fixture = await openFixture(BASE)
    const other = fixture.sh('commit-tree', fixture.sh('hash-object', '-t', 'tree', '-w', '/dev/null'), '-m', 'orphan')
    const receipt = await createReceipt(fixture.git, {ours: fixture.head, theirs: other, merged: fixture.head, conflicts: []})
    assert.deepEqual([receipt.reachable, receipt.hunks_lost], [false, []])
  })

  it('take odd names, links and modes as they are', async () => {
    const fixture = await openFixture({...BASE, 'run.sh': '#!/bin/sh\n'})
    const sides = await diverge(
      fixture,
      () => fixture.commit({'-n\new "quoted" ä.txt': 'odd\n', 'f.txt': edit({2: 'two\n'})}),
      () => (
        fixture.sh('update-index', '--chmod=+x', 'run.sh'),
        fixture.sh('commit', '-qm', 'mode'),
        fixture.commit({'run.sh*': '#!/bin/sh\n'})
      ),
    )
    const {merged} = await merge(fixture, sides)
    assert.deepEqual((await createReceipt(fixture.git, {...sides, merged, conflicts: []})).hunks_lost, [])
    const without = await commitTree(fixture.git, {
      tree: await treeOf(fixture.git, fixture.head),
      parents: [sides.ours, sides.theirs],
      message: 'None',
    })
    const lost = (await createReceipt(fixture.git, {...sides, merged: without, conflicts: []})).hunks_lost
    assert.deepEqual(lost, ['-n\new "quoted" ä.txt: odd', 'f.txt: two', 'run.sh: mode 100755'])
  })
})
