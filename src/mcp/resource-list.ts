import {ProtocolError, ProtocolErrorCode, type ListResourcesResult, type Resource} from '@modelcontextprotocol/server'
import type {Store, TaskSummary} from '../store/store.ts'
import {stateUri, TASKS_URI} from './uris.ts'

/** Tasks on a page of `resources/list`. */
const PAGE = 50

export const TASK_LIST: Resource = {
  uri: TASKS_URI,
  name: 'tasks',
  title: 'Tasks',
  description: 'The tasks of the store, the newest first: status, phases, repository, and where their state is.',
  mimeType: 'application/json',
  annotations: {audience: ['assistant', 'user'], priority: 0.8},
}

/**
 * What there is, the newest task first: the list of tasks, and the state of each. Their specs, phases and logs are found by
 * the templates; to list them all would fill a context with addresses.
 */
export async function listResources(store: Store, cursor: string | undefined): Promise<ListResourcesResult> {
  const tasks = await store.tasks()
  const begin = cursor === undefined ? 0 : positionOf(tasks, cursor)
  const page = tasks.slice(begin, begin + PAGE)
  const last = page.at(-1)
  const versions = await store.versions()
  return {
    resources: [...(begin === 0 ? [TASK_LIST] : []), ...(await Promise.all(page.map((task) => describeTask(store, task, versions))))],
    ...(last && begin + PAGE < tasks.length ? {nextCursor: Buffer.from(last.taskId).toString('base64url')} : {}),
  }
}

/** After the task that a page ended with: tasks that were begun meanwhile shift nothing. */
function positionOf(tasks: readonly TaskSummary[], cursor: string): number {
  const last = Buffer.from(cursor, 'base64url').toString()
  const index = tasks.findIndex(({taskId}) => taskId === last)
  if (index === -1) throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'This cursor is not one that this server gave out.')
  return index + 1
}

async function describeTask(
  store: Store,
  {taskId, description, startedAt}: TaskSummary,
  versions: ReadonlyMap<string, number>,
): Promise<Resource> {
  const [last] = await store.read(taskId, (versions.get(taskId) ?? 1) - 1)
  return {
    uri: stateUri(taskId),
    name: `state of ${taskId}`,
    title: description,
    description: `Where task ${taskId} stands; begun ${startedAt}.`,
    mimeType: 'application/json',
    annotations: {audience: ['assistant', 'user'], priority: 0.5, lastModified: last?.at ?? startedAt},
  }
}
