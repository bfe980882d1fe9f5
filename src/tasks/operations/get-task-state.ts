import * as z from 'zod'
import {viewTask} from '../views.ts'
import {defineOperation} from './operation.ts'
import {taskId, taskState} from './schemas.ts'

export const getTaskState = defineOperation({
  name: 'get_task_state',
  title: 'Get task state',
  summary: 'Show where a task stands: its status, its complete phases, the current one.',
  isReadOnly: true,
  input: z.strictObject({task_id: taskId}),
  output: taskState,
  async handle({task_id}, {readTask}) {
    return viewTask((await readTask(task_id)).state)
  },
})
