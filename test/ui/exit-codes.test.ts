import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {EXIT} from '../../src/errors.ts'

describe('docs/exit-codes.md', () => {
  it('lists every exit code with its number, and no other', async () => {
    const page = await readFile(new URL('../../docs/exit-codes.md', import.meta.url), 'utf8')
    const rows = [...page.matchAll(/^\| (\d+) \| `(\w+)` \|/gm)].map(([, code, name]) => [name, Number(code)])
    assert.deepEqual(rows, Object.entries(EXIT))
  })
})
