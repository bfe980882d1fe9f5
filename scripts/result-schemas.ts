import * as z from 'zod'
import {byHandOperations} from '../src/run/by-hand/all.ts'
import {runResultSchema} from '../src/run/result-schema.ts'
import {operations} from '../src/tasks/operations/all.ts'
import type {Operation} from '../src/tasks/operations/operation.ts'

/** Every schema of what commands and tools take and answer: file below `schema/` to JSON Schema. */
export function resultSchemas(): ReadonlyMap<string, object> {
  return new Map([
    ...[...operations, ...byHandOperations].flatMap((operation) => schemasOf(operation)),
    ['run-result.json', toAnswer(runResultSchema, {title: 'run --json'})],
    ['error.json', toAnswer(errorSchema, {title: 'any command --json, when it fails'})],
  ])
}

function schemasOf({name, summary, input, output}: Operation): [string, object][] {
  const taken = {title: `${name}: input`, description: summary, ...z.toJSONSchema(input, {io: 'input'})}
  return [
    [`operations/${name}.input.json`, taken],
    [`operations/${name}.output.json`, toAnswer(output, {title: `${name}: output`, description: summary})],
  ]
}

/** A later version may answer with more members: who checks by today's schema is not to refuse them. */
function toAnswer(schema: z.ZodType, facts: {readonly title: string; readonly description?: string}): object {
  return {
    ...facts,
    ...z.toJSONSchema(schema, {
      override: ({jsonSchema}) => {
        delete jsonSchema.additionalProperties
      },
    }),
  }
}

const errorSchema = z.object({
  error: z.object({
    code: z.string().describe('What kind of fault: `TASK_NOT_FOUND`. Codes are added, never renamed.'),
    message: z.string().describe('What happened, to what, and why.'),
    suggestions: z.array(z.string()).describe('What to do next, most likely first.'),
    exit_code: z.int().min(1).describe('The exit code of the command: docs/exit-codes.md.'),
  }),
})
