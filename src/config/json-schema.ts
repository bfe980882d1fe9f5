import * as z from 'zod'
import {configSchema} from './schema.ts'

/** JSON Schema as zod writes it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema

/** What a person may write in a configuration file, for editors: `schema/config.json`. */
export function configJsonSchema(): JsonSchema {
  return z.toJSONSchema(configSchema, {io: 'input'})
}

/** A key of an object, or `<name>` for any key of a record and `[]` for any item of a list. */
export type Child = readonly [name: string, schema: JsonSchema]

/** What is one level below `schema`, whichever alternative it takes. */
export function childrenOf(schema: JsonSchema): readonly Child[] {
  return alternativesOf(schema).flatMap(({properties, additionalProperties, items}) => [
    ...Object.entries(properties ?? {}).flatMap(([name, child]) => toChild(name, child)),
    ...toChild('<name>', additionalProperties),
    ...toChild('[]', Array.isArray(items) ? undefined : items),
  ])
}

/** The names that may stand as keys in the object at `path`. */
export function namesAt(schema: JsonSchema, path: readonly PropertyKey[]): readonly string[] {
  const [head, ...rest] = path
  if (head === undefined) return alternativesOf(schema).flatMap(ownNames)
  return childrenOf(schema)
    .filter(([name]) => name === head || name === '<name>' || (name === '[]' && typeof head === 'number'))
    .flatMap(([, child]) => namesAt(child, rest))
}

/** Paths of all keys called `name`, wherever they are. */
export function pathsTo(schema: JsonSchema, name: string): readonly string[] {
  return childrenOf(schema).flatMap(([child, below]) => [
    ...(child === name ? [name] : []),
    ...pathsTo(below, name).map((path) => (child === '[]' ? path : `${child}.${path}`)),
  ])
}

function alternativesOf(schema: JsonSchema): readonly JsonSchema[] {
  const options = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter((option) => typeof option === 'object')
  return [schema, ...options.flatMap(alternativesOf)]
}

function ownNames({properties, propertyNames}: JsonSchema): readonly string[] {
  const names = typeof propertyNames === 'object' ? (propertyNames.enum ?? []) : []
  return [...Object.keys(properties ?? {}), ...names.map(String)]
}

function toChild(name: string, schema: JsonSchema | boolean | undefined): readonly Child[] {
  return typeof schema === 'object' ? [[name, schema]] : []
}
