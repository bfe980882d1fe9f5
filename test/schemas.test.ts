import assert from 'node:assert/strict'
import {glob, readFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import * as z from 'zod'
import {resultSchemas} from '../scripts/result-schemas.ts'
import {childrenOf, type JsonSchema} from '../src/config/json-schema.ts'

const FOLDER = new URL('../schema/', import.meta.url)

describe('the schemas of what commands print', () => {
  const schemas = [...resultSchemas()].map(([file, schema]) => [file, JSON.parse(JSON.stringify(schema)) as JsonSchema] as const)

  it('are published as they are, and no others: run `node scripts/schema.ts` when this fails', async () => {
    const files = await Array.fromAsync(glob('**/*.json', {cwd: fileURLToPath(FOLDER)}))
    const published = files.filter((file) => file !== 'config.json').sort()
    assert.deepEqual(published, schemas.map(([file]) => file).sort())
    for (const [file, schema] of schemas) assert.deepEqual(JSON.parse(await readFile(new URL(file, FOLDER), 'utf8')), schema, file)
  })

  it('have snake_case names throughout', () => {
    const odd = schemas.flatMap(([file, schema]) =>
      namesIn(schema)
        .filter((name) => !/^[a-z][a-z0-9_]*$/.test(name))
        .map((name) => `${file}: ${name}`),
    )
    assert.deepEqual(odd, [])
  })

  it('refuse unknown input, and let later versions answer with more', () => {
    const schema = (file: string) => z.fromJSONSchema(Object.fromEntries(schemas)[file] as z.core.JSONSchema.JSONSchema)
    const isValid = (file: string, value: unknown) => schema(file).safeParse(value).success
    assert.equal(isValid('operations/list_worktrees.input.json', {task_id: 'k3f9'}), true)
    assert.equal(isValid('operations/list_worktrees.input.json', {task_id: 'k3f9', taks: 1}), false)
    assert.equal(isValid('operations/list_worktrees.output.json', {worktrees: [], later: 1}), true)
  })
})

function namesIn(schema: JsonSchema): readonly string[] {
  return childrenOf(schema).flatMap(([name, child]) => [...(name === '[]' ? [] : [name]), ...namesIn(child)])
}
