import {ResourceTemplate, type McpRequestContext, type McpServer, type ResourceMetadata, type Variables} from '@modelcontextprotocol/server'
import {completePhaseNumber, completeTaskId} from './completion.ts'
import {listResources, TASK_LIST} from './resource-list.ts'
import {sayNotFound} from './not-found.ts'
import {toProtocolErrors} from './protocol-errors.ts'
import {checkExists, readLog, readTaskList, readTaskText} from './resource-reader.ts'
import type {ResourceText} from './resource-texts.ts'
import type {McpServices} from './services.ts'
import {Subscriptions} from './subscriptions.ts'
import {TEMPLATES} from './uris.ts'

type Operations = McpServices['operations']

interface TaskResource extends ResourceMetadata {
  readonly name: string
  readonly template: string
  /** How long a client may keep the text. */
  readonly cacheMs?: number
  read(uri: string, variables: Variables, operations: Operations): Promise<ResourceText>
}

const readText: TaskResource['read'] = (uri, {task}, operations) => readTaskText(uri, String(task), operations)

const JSON_TEXT = {mimeType: 'application/json', annotations: {audience: ['assistant', 'user']}} satisfies ResourceMetadata

const TASK_RESOURCES: readonly TaskResource[] = [
  {
    ...JSON_TEXT,
    name: 'state',
    template: TEMPLATES.state,
    title: 'State of a task',
    description: 'What get_task_state returns: status, complete phases, the current one, its modules, checkpoints.',
    read: readText,
  },
  {
    name: 'spec',
    template: TEMPLATES.spec,
    title: 'Spec of a task',
    description: 'The SPEC.md that the task was started with, as it was then. get_phases has it parsed.',
    mimeType: 'text/markdown',
    annotations: {audience: ['assistant', 'user']},
    // Only a person can make it another one, by `conduct resume --accept-spec`.
    cacheMs: 60_000,
    read: readText,
  },
  {
    ...JSON_TEXT,
    name: 'phase',
    template: TEMPLATES.phase,
    title: 'Phase of a task',
    description: 'One phase, by its number from 1: what the spec says of it, its modules and worktrees, the last verdicts, the criteria.',
    read: readText,
  },
  {
    ...JSON_TEXT,
    name: 'log',
    template: TEMPLATES.log,
    title: 'Log of a task',
    description: 'The newest events of a task, at most 100, in order. `next` is the address to read on from.',
    read: (uri, {task}, operations) => readLog(uri, String(task), undefined, operations),
  },
  {
    ...JSON_TEXT,
    name: 'log-after',
    template: TEMPLATES.logAfter,
    title: 'Log of a task, from a version on',
    description: 'The events of a task after a version, at most 100, in order; `after=0` begins at the beginning.',
    read: (uri, {task, after}, operations) => readLog(uri, String(task), String(after), operations),
  },
]

/** The tasks as resources: their state, spec, phases and logs, with templates and completion. */
export function registerResources(server: McpServer, {operations, changes}: McpServices, era: McpRequestContext['era']): void {
  server.server.registerCapabilities({resources: {subscribe: true, listChanged: true}})
  const {uri: tasksUri, name, ...metadata} = TASK_LIST
  server.registerResource(name, tasksUri, metadata, async (uri) => ({
    contents: [await toProtocolErrors(uri.href, readTaskList(operations))],
  }))
  for (const resource of TASK_RESOURCES) registerTemplate(server, operations, resource)
  // In the other era clients open streams, which are whoever's serves the connection.
  const subscriptions = era === 'legacy' ? new Subscriptions(changes, server) : undefined
  replaceList(server, operations, subscriptions)
  if (subscriptions) registerSubscribe(server, operations, subscriptions)
  if (era === 'legacy') sayNotFound(server)
}

function registerTemplate(server: McpServer, operations: Operations, {name, template, cacheMs = 0, read, ...metadata}: TaskResource): void {
  const uriTemplate = new ResourceTemplate(template, {list: undefined, complete: completions(operations)})
  const config = {...metadata, cacheHint: {ttlMs: cacheMs, cacheScope: 'private'} as const}
  server.registerResource(name, uriTemplate, config, async (uri, variables) => ({
    contents: [await toProtocolErrors(uri.href, read(uri.href, variables, operations))],
  }))
}

function completions(operations: Operations) {
  return {
    task: (prefix: string) => toProtocolErrors('completion', completeTaskId(prefix, operations)),
    n: (prefix: string, context: {readonly arguments?: Readonly<Record<string, string>>} = {}) =>
      toProtocolErrors('completion', completePhaseNumber(prefix, context.arguments?.['task'], operations)),
  }
}

/** The SDK's own list knows no pages. */
function replaceList(server: McpServer, {store}: Operations, subscriptions: Subscriptions | undefined): void {
  server.server.setRequestHandler('resources/list', async ({params}) => {
    // Such a client cannot ask to be told: who has the list wants to know when it is another one.
    await subscriptions?.followList()
    return toProtocolErrors('resources/list', listResources(store, params?.cursor))
  })
}

function registerSubscribe(server: McpServer, operations: Operations, subscriptions: Subscriptions): void {
  server.server.setRequestHandler('resources/subscribe', async ({params: {uri}}) => {
    await toProtocolErrors(uri, checkExists(uri, operations))
    await subscriptions.subscribe(uri)
    return {}
  })
  server.server.setRequestHandler('resources/unsubscribe', ({params: {uri}}) => {
    subscriptions.unsubscribe(uri)
    return {}
  })
}
