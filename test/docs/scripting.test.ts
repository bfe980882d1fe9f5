import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8')

describe('docs/scripting.md', () => {
  it('shows the script and the Makefile letter for letter', async () => {
    const page = await read('docs/scripting.md')
    const shown = (language: string) => new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(page)?.[1]
    assert.equal(shown('bash'), await read('examples/scripting/build.sh'))
    assert.equal(shown('make'), await read('examples/scripting/Makefile'))
  })
})
