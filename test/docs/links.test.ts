import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {glob, readFile} from 'node:fs/promises'
import {dirname, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

describe('the documents', () => {
  it('link to files that are there', async () => {
    const dead: string[] = []
    for await (const page of glob(['*.md', 'docs/**/*.md'], {cwd: ROOT})) dead.push(...(await findDeadLinks(page)))
    assert.deepEqual(dead, [])
  })
})

/** Links to other places of the repository; what lies elsewhere is not looked at. */
async function findDeadLinks(page: string): Promise<readonly string[]> {
  const text = await readFile(resolve(ROOT, page), 'utf8')
  const prose = text.replaceAll(/^( *)```[\s\S]*?^\1```/gm, '')
  const targets = [...prose.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target)
  const local = targets.filter((target) => !/^[a-z]+:/.test(target))
  return local.filter((target) => !existsSync(resolve(ROOT, dirname(page), target))).map((target) => `${page}: ${target}`)
}
