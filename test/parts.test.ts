import assert from 'node:assert/strict'
import {glob} from 'node:fs/promises'
import {createRequire} from 'node:module'
import {fileURLToPath} from 'node:url'

interface Parts {
  testFiles(root: string): readonly string[]
  sampleOf(files: readonly string[]): readonly string[]
  partOf(files: readonly string[], index: number, count: number): readonly string[]
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const {testFiles, sampleOf, partOf}: Parts = createRequire(import.meta.url)('./support/parts.cjs')

describe('the parts in which the tests are run', () => {
  const files = testFiles(ROOT)

  it('know every test file but those with a run of their own', async () => {
    const patterns = ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'plugins/*/test/**/*.test.ts']
    const exclude = ['**/node_modules/**', 'test/executable/**', 'test/pack/**']
    assert.deepEqual(files, (await Array.fromAsync(glob(patterns, {cwd: ROOT, exclude}))).sort())
  })

  it('hold every file once, however many they are', () => {
    for (const count of [1, 2, 7]) {
      const parts = Array.from({length: count}, (_part, index) => partOf(files, index + 1, count))
      assert.deepEqual(parts.flat().toSorted(), files)
      assert.ok(parts.every((part) => part.length > 0))
    }
  })

  it('leave out nothing but end-to-end tests where a sample will do', () => {
    const sample = new Set(sampleOf(files))
    const leftOut = files.filter((file) => !sample.has(file))
    assert.ok(leftOut.every((file) => file.startsWith('test/e2e/')))
    assert.equal([...sample].filter((file) => file.startsWith('test/e2e/')).length, 10, 'every file that is named is there')
  })
})
