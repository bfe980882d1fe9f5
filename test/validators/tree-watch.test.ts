import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {watchTree} from '../../src/validators/tree-watch.ts'
import type {Verdict} from '../../src/validators/validator.ts'
import {afterTest} from '../support/after-test.ts'

const PASS: Verdict = {status: 'pass', executed: 1, findings: []}
/** More than are looked at after each validator; a file that is not there is looked at, too. */
const MANY = ['a.txt', ...Array.from({length: 1000}, (_, index) => `gone-${index}.txt`)]

describe('watchTree', () => {
  it('finds in a tree of many files what an earlier validator changed, at the latest after the last one', async () => {
    const cwd = await createFolder()
    const watch = await watchTree({cwd, files: MANY})
    watch.begin('writes')
    await writeFile(join(cwd, 'a.txt'), 'b')
    assert.deepEqual(await watch.judge(PASS, false), PASS)
    watch.begin('reads')
    const {status, findings} = await watch.judge(PASS, true)
    assert.equal(status, 'fail')
    assert.match(findings[0]?.message ?? '', /validators? `writes`.* changed 1 tracked files \(a\.txt\)/)
  })

  it('tells what validators changed from what a suite writes in its run', async () => {
    const cwd = await createFolder()
    const watch = await watchTree({cwd, files: MANY})
    watch.begin('runs')
    await watch.look()
    await writeFile(join(cwd, 'a.txt'), 'of the suite')
    await watch.forgive()
    assert.deepEqual(await watch.judge(PASS, false), PASS)
    watch.begin('writes')
    await writeFile(join(cwd, 'a.txt'), 'of the validator')
    await watch.look()
    await watch.forgive()
    const {status, findings} = await watch.judge(PASS, true)
    assert.deepEqual([status, findings.length], ['fail', 1])
  })
})

async function createFolder(): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'conduct-watch-'))
  afterTest(() => rm(cwd, {recursive: true, force: true}))
  await writeFile(join(cwd, 'a.txt'), 'a')
  return cwd
}
