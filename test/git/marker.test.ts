import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {openGit} from '../../src/git/git.ts'
import {openFixture, personEnv, writeFiles} from './fixture.ts'

/** A git that notes its marker and hands over to the real one, which is next on PATH. */
const SPY = '#!/bin/sh\necho "$CONDUCT_MARKER" >> "$HOME/markers"\nPATH="${PATH#*:}" exec git "$@"\n'

describe('the processes of git', () => {
  it('carry the marker of their task, so that a later runner ends what a killed one left', async () => {
    const {git, dir} = await openFixture()
    await writeFiles(dir, {'bin/git*': SPY})
    const env = {...personEnv(dir), PATH: `${join(dir, 'bin')}:${process.env['PATH']}`}
    const marked = await openGit({repository: git.repository, shadowDir: join(dir, 'marked.git'), env, marker: 'k3f9/git'})
    await marked.objects(['version'])
    await marked.repo(['version'])
    const markers = (await readFile(join(dir, 'markers'), 'utf8')).trim().split('\n')
    assert.deepEqual([...new Set(markers)], ['k3f9/git'])
  })
})
