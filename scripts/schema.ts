import {mkdir, writeFile} from 'node:fs/promises'
import {configJsonSchema} from '../src/config/json-schema.ts'
import {configurationPage} from './configuration-page.ts'

/** Writes what is made from the schema of the configuration. A test fails when one of them is stale. */
const root = new URL('../', import.meta.url)
await mkdir(new URL('schema/', root), {recursive: true})
await writeFile(new URL('schema/config.json', root), `${JSON.stringify(configJsonSchema(), null, 2)}\n`)
await writeFile(new URL('docs/configuration.md', root), configurationPage())
