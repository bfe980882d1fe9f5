import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {configurationPage} from '../../scripts/configuration-page.ts'
import {childrenOf, configJsonSchema, type JsonSchema} from '../../src/config/json-schema.ts'
import {configSchema} from '../../src/config/schema.ts'

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8')

describe('the schema of the configuration', () => {
  it('is published as it is: run `node scripts/schema.ts` when this fails', async () => {
    assert.deepEqual(JSON.parse(await read('schema/config.json')), JSON.parse(JSON.stringify(configJsonSchema())))
  })

  it('is documented as it is: run `node scripts/schema.ts` when this fails', async () => {
    assert.equal(await read('docs/configuration.md'), configurationPage())
  })

  it('says of every key what it is for', () => {
    assert.deepEqual(undescribed(configJsonSchema(), ''), [])
  })

  it('accepts the example of its page', async () => {
    const [, example = ''] = /```json\n(.*?)```/s.exec(await read('docs/configuration.md')) ?? []
    assert.equal(configSchema.safeParse(JSON.parse(example)).success, true)
  })
})

function undescribed(schema: JsonSchema, above: string): readonly string[] {
  return childrenOf(schema).flatMap(([name, child]) => {
    const below = undescribed(child, `${above}${name}.`)
    const isGroup = childrenOf(child).length > 0
    const isNamed = name !== '<name>' && name !== '[]'
    return [...(isNamed && !isGroup && child.description === undefined ? [`${above}${name}`] : []), ...below]
  })
}
