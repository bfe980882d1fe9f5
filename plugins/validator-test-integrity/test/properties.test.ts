import assert from 'node:assert/strict'
import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {assert as assertProperty, asyncProperty, constantFrom, string} from 'fast-check'
import {complaints, edited, type Files} from './two-trees.ts'

/** Real tests: those of the plugins. */
async function ownTests(): Promise<Files> {
  const files: Record<string, string> = {}
  const folder = join(import.meta.dirname, '..', '..')
  for (const entry of await readdir(folder, {recursive: true, withFileTypes: true})) {
    const path = join(entry.parentPath, entry.name)
    if (entry.name.endsWith('.test.ts') && !path.includes('node_modules'))
      files[path.slice(folder.length + 1)] = await readFile(path, 'utf8')
  }
  return files
}

describe('test-integrity over real tests', () => {
  let files: Files = {}
  before(async () => {
    files = await ownTests()
    assert.ok(Object.keys(files).length > 4)
  })

  const mapped = (change: (file: string, text: string) => readonly [string, string]): Files =>
    Object.fromEntries(Object.entries(files).map(([file, text]) => change(file, text)))

  it('finds nothing where nothing changed', async () => {
    assert.deepEqual(await complaints(files, files), [])
  })

  it('finds nothing when all files were moved', async () => {
    assert.deepEqual(
      await complaints(
        files,
        mapped((file, text) => [`moved/${file}`, text]),
      ),
      [],
    )
  })

  it('finds nothing when all files were formatted', async () => {
    const formatted = mapped((file, text) => [file, text.replaceAll(/^ +/gm, (spaces) => `${spaces}${spaces}`).replaceAll(/\)$/gm, ');')])
    assert.deepEqual(await complaints(files, formatted), [])
  })

  it('finds every file whose tests were all taken away', async () => {
    const found = await complaints(
      files,
      mapped((file) => [file, '']),
    )
    const withTests = Object.keys(files).filter((file) => /^ {2}it\('/m.test(files[file] ?? ''))
    assert.ok(withTests.length > 2)
    for (const file of withTests)
      assert.ok(
        found.some((line) => line.startsWith(`${file}:`)),
        file,
      )
  })

  it('never throws, whatever stands in the files', async () => {
    const names = constantFrom(
      'a.test.js',
      'a.test.ts',
      'test_a.py',
      'conftest.py',
      'a_test.go',
      'package.json',
      'Makefile',
      'pytest.ini',
      'ci.yml',
      'a.snap',
    )
    const property = asyncProperty(names, string({unit: 'binary'}), string({unit: 'grapheme'}), async (name, before, after) => {
      assert.ok(Array.isArray(await complaints({[name]: before}, edited({}, {[name]: after}))))
    })
    await assertProperty(property, {numRuns: 40})
  })
})
