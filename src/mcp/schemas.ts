import type {StandardSchemaWithJSON} from '@modelcontextprotocol/server'
import * as z from 'zod'

type Arguments = Readonly<Record<string, unknown>>

/**
 * A schema as the SDK announces it, which lets everything through: `callOperation` checks the input itself, so that a
 * mistake reads the same in a tool and in a command.
 */
export function announce(schema: z.ZodObject, io: 'input' | 'output'): StandardSchemaWithJSON<Arguments, Arguments> {
  const json = io === 'input' ? z.toJSONSchema(schema, {io}) : openSchema(schema)
  return {
    '~standard': {
      version: 1,
      vendor: 'conduct',
      validate: (value) => ({value: value as Arguments}),
      jsonSchema: {input: () => json, output: () => json},
    },
  }
}

/** A later version may answer with more members: who checks by today's schema is not to refuse them. */
function openSchema(schema: z.ZodObject): Record<string, unknown> {
  return z.toJSONSchema(schema, {
    override: ({jsonSchema}) => {
      delete jsonSchema.additionalProperties
    },
  })
}
