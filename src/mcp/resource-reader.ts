import {ResourceNotFoundError} from '@modelcontextprotocol/server'
import {taskId as taskIdSchema} from '../tasks/operations/schemas.ts'
import type {TaskState} from '../tasks/state.ts'
import {toTaskItem, type TaskItem} from '../tasks/views.ts'
import {logText, MAX_EVENTS, taskTexts, toJson, type ResourceText} from './resource-texts.ts'
import type {McpServices} from './services.ts'
import {logUri, stateUri, TASKS_URI} from './uris.ts'

/** Reads resources. What is not there is an error of the protocol; for other faults see `toProtocolErrors`. */

type Operations = McpServices['operations']

/** More than this no client reads at a time. */
const MAX_TASKS = 100

/** `conduct://tasks`: what `conduct tasks --all` lists, the newest first. */
export async function readTaskList({store, readTask}: Operations): Promise<ResourceText> {
  const summaries = await store.tasks()
  const tasks: (TaskItem & {readonly state: string})[] = []
  // One after the other: a log may be long, and only its summary is kept.
  for (const {taskId, startedAt} of summaries.slice(0, MAX_TASKS))
    tasks.push({...toTaskItem((await readTask(taskId)).state, startedAt), state: stateUri(taskId)})
  return toJson(TASKS_URI, {tasks, total: summaries.length})
}

/** The resource of a task that has this address, but for its log. */
export async function readTaskText(uri: string, taskId: string, operations: Operations): Promise<ResourceText> {
  const state = await readState(uri, taskId, operations)
  const found = taskTexts(state).find((text) => text.uri === uri)
  if (!found) throw new ResourceNotFoundError(uri, describeMissing(state, uri))
  return found
}

/** @param after as the client wrote it */
export async function readLog(uri: string, taskId: string, after: string | undefined, operations: Operations): Promise<ResourceText> {
  const {version} = await readState(uri, taskId, operations)
  if (after !== undefined && !/^\d{1,15}$/.test(after))
    throw new ResourceNotFoundError(uri, '`after` is the version of an event: a number.')
  const from = after === undefined ? undefined : Number(after)
  const events = await operations.store.read(taskId, from ?? Math.max(0, version - MAX_EVENTS))
  return {...logText({taskId, version: events.at(-1)?.version ?? version, events, after: from}), uri}
}

async function readState(uri: string, taskId: string, {store, readTask}: Operations): Promise<TaskState> {
  // Ids are minted by conduct; anything else never reaches the store.
  if (!taskIdSchema.safeParse(taskId).success || !(await store.versions()).has(taskId))
    throw new ResourceNotFoundError(uri, `There is no task ${taskId.slice(0, 63)}. Read ${TASKS_URI} for those there are.`)
  return (await readTask(taskId)).state
}

function describeMissing({started, phases}: TaskState, uri: string): string {
  if (!started.spec) return `Task ${started.task_id} was started without a spec.`
  if (uri.includes('/phases/'))
    return `The spec of task ${started.task_id} has ${phases.length} phases; the first is ${TASKS_URI}/${started.task_id}/phases/1.`
  return `There is no resource ${uri}.`
}

/** Refuses a subscription to what is not there and has no task that it could come to be in. */
export async function checkExists(uri: string, operations: Operations): Promise<void> {
  if (uri === TASKS_URI) return
  const taskId = /^conduct:\/\/tasks\/([^/?]+)\//.exec(uri)?.[1] ?? ''
  const state = await readState(uri, taskId, operations)
  if (uri !== logUri(taskId) && !taskTexts(state).some((text) => text.uri === uri))
    throw new ResourceNotFoundError(uri, describeMissing(state, uri))
}
