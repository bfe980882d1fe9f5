import * as z from 'zod'
import {defineOperation} from './operation.ts'
import type {Reading} from './readings.ts'
import {taskId} from './schemas.ts'

/** A reading with its schemas, as all other operations are: what MCP tools are made from. */
export function toOperation<Output extends z.ZodObject>({name, title, summary, view}: Reading<z.output<Output>>, output: Output) {
  return defineOperation({
    name,
    title,
    summary,
    isReadOnly: true,
    input: z.strictObject({task_id: taskId}),
    output,
    handle: async ({task_id}, {readTask}) => view((await readTask(task_id)).state),
  })
}
