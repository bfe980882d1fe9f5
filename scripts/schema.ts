import {mkdir, rm, writeFile} from 'node:fs/promises'
import {configJsonSchema} from '../src/config/json-schema.ts'
import {configurationPage} from './configuration-page.ts'
import {resultSchemas} from './result-schemas.ts'

/** Writes what is made from schemas. A test fails when one of them is stale. */
const root = new URL('../', import.meta.url)
const schemas = new Map([['config.json', configJsonSchema()], ...resultSchemas()])
await rm(new URL('schema/', root), {recursive: true, force: true})
await mkdir(new URL('schema/operations/', root), {recursive: true})
for (const [file, schema] of schemas) await writeFile(new URL(`schema/${file}`, root), `${JSON.stringify(schema, null, 2)}\n`)
await writeFile(new URL('docs/configuration.md', root), configurationPage())
