import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {configSchema} from '../../src/config/schema.ts'
import {rightsOf} from '../../src/store/redis-errors.ts'

describe('the page about stores', () => {
  const read = () => readFile(new URL('../../docs/stores.md', import.meta.url), 'utf8')

  it('has the rights that a user of Redis needs, as they are tested', async () => {
    assert.ok((await read()).includes(`ACL SETUSER conduct on >PASSWORD ${rightsOf({pattern: 'conduct:*'})}\n`))
  })

  it('shows a configuration that is one', async () => {
    const [, example = ''] = /```json\n(.*?)```/s.exec(await read()) ?? []
    assert.equal(configSchema.parse(JSON.parse(example)).store.kind, 'redis')
  })
})
