import * as z from 'zod'
import type {EventData, TaskStarted} from '../../events.ts'
import {findCheckout} from '../../git/find-checkout.ts'
import {foldTask, reduce} from '../reduce.ts'
import {findAnswer} from '../state.ts'
import {viewTask} from '../views.ts'
import {requireOwnFolder} from './foreign.ts'
import {defineOperation, type OperationServices} from './operation.ts'
import {requestId, taskState, text, workingDirectory as folder, type TaskStateView} from './schemas.ts'

export const startTask = defineOperation({
  name: 'start_task',
  title: 'Start task',
  summary: 'Start a task: freeze the spec, the configuration and the base commit of a repository.',
  isReadOnly: false,
  input: z.strictObject({
    description: text.describe('What is to be built, in one sentence.'),
    working_directory: folder.describe('A folder inside the git repository to work on.'),
    spec: folder.optional().describe('The spec, relative to the repository; the configured one when absent.'),
    request_id: requestId,
  }),
  output: taskState,
  async handle({description, working_directory, spec, request_id}, services) {
    const workingDirectory = await requireOwnFolder(working_directory, services)
    const seed = request_id === undefined ? undefined : await seedOf(request_id, workingDirectory, services)
    const idOf = (round: number) => services.newTaskId(seed === undefined ? undefined : `${seed}\0${round}`)
    const answerOf = async (taskId: string) => (request_id === undefined ? undefined : readAnswer(taskId, request_id, services))
    // A second round follows only on an id that another task has.
    for (let round = 0; ; round += 1) {
      const taskId = idOf(round)
      const known = await answerOf(taskId)
      if (known) return known
      const request = {taskId, description, workingDirectory, ...(spec === undefined ? {} : {spec})}
      const {started} = await services.prepareTask(request)
      const view = (await append(started, request_id, services)) ?? (await answerOf(taskId))
      if (view === undefined) continue
      await services.openTaskGit(started)
      return view
    }
  },
})

/**
 * A start has no task yet that could remember its request. So the request makes the id of the task: of two processes with the
 * same one, one begins the log, and the other finds it begun. The same word may mean something else in another repository.
 */
async function seedOf(requestId: string, workingDirectory: string, {hostEnv}: OperationServices): Promise<string> {
  const {commonDir} = await findCheckout(workingDirectory, hostEnv)
  return `${commonDir}\0${requestId}`
}

async function readAnswer(taskId: string, requestId: string, {store}: OperationServices): Promise<TaskStateView | undefined> {
  const state = foldTask(await store.read(taskId))
  const answer = state && findAnswer(state, requestId)
  return answer?.operation === 'start_task' ? taskState.parse(answer.result) : undefined
}

/** Task and answer in one write; `undefined` when there is a task with this id. */
async function append(
  started: TaskStarted,
  requestId: string | undefined,
  {store, now}: OperationServices,
): Promise<TaskStateView | undefined> {
  const at = new Date(now()).toISOString()
  const view = viewTask(reduce(undefined, {...started, version: 1, at}))
  const answered: EventData[] =
    requestId === undefined ? [] : [{type: 'request.answered', request_id: requestId, operation: 'start_task', result: view}]
  const result = await store.append(started.task_id, 0, [started, ...answered], {at})
  return result === 'appended' ? view : undefined
}
