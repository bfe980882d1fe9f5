import * as z from 'zod'
import {viewTask} from '../views.ts'
import {defineOperation, type OperationServices} from './operation.ts'
import {requestId, taskState, type TaskStateView} from './schemas.ts'

export const startTask = defineOperation({
  name: 'start_task',
  title: 'Start task',
  summary: 'Start a task: freeze the spec, the configuration and the base commit of a repository.',
  isReadOnly: false,
  input: z.strictObject({
    description: z.string().min(1).max(2000).describe('What is to be built, in one sentence.'),
    working_directory: z.string().min(1).describe('A folder inside the git repository to work on.'),
    spec: z.string().optional().describe('The spec, relative to the repository; the configured one when absent.'),
    request_id: requestId,
  }),
  output: taskState,
  async handle({description, working_directory, spec, request_id}, services) {
    const earlier = request_id === undefined ? undefined : await findAnswered(request_id, services)
    if (earlier) return earlier
    const taskId = services.newTaskId()
    const {started} = await services.prepareTask({
      taskId,
      description,
      workingDirectory: working_directory,
      ...(spec === undefined ? {} : {spec}),
    })
    const at = new Date(services.now()).toISOString()
    await services.store.append(taskId, 0, [started], {at})
    await services.openTaskGit(started)
    const view = viewTask((await services.readTask(taskId)).state)
    if (request_id !== undefined)
      await services.withTask(taskId, (log) => log.append({type: 'request.answered', request_id, operation: 'start_task', result: view}))
    return view
  },
})

/** A start has no task to look its request up in: the tasks of the store are asked. */
async function findAnswered(
  requestId: string,
  {store, readTask}: Pick<OperationServices, 'store' | 'readTask'>,
): Promise<TaskStateView | undefined> {
  for (const {taskId} of await store.tasks()) {
    const answer = (await readTask(taskId)).state.answers[requestId]
    if (answer?.operation === 'start_task') return taskState.parse(answer.result)
  }
  return undefined
}
