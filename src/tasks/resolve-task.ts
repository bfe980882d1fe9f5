import {ConductError} from '../errors.ts'
import type {Store, TaskSummary} from '../store/store.ts'
import {foldTask} from './reduce.ts'
import type {TaskState} from './state.ts'
import {taskNotFound} from './task-log.ts'

export interface ResolveRequest {
  /** `--task` or an argument: an id or a unique prefix of one. */
  readonly wanted?: string | undefined
  /** `CONDUCT_TASK`. */
  readonly fromEnvironment?: string | undefined
  /** Canonical common git directory, when there is a repository here. */
  readonly repository?: string | undefined
}

/**
 * Which task a command means: the one it names, else the environment's, else the only open one of this repository.
 *
 * @throws {ConductError} `TASK_NOT_FOUND`, `TASK_AMBIGUOUS`, `USAGE` when an empty id is named
 */
export async function resolveTask(store: Store, {wanted, fromEnvironment, repository}: ResolveRequest): Promise<string> {
  if (wanted === '') throw emptyId()
  if (wanted !== undefined) return findByPrefix(await store.tasks(), wanted)
  if (fromEnvironment) return findByPrefix(await store.tasks(), fromEnvironment, 'It is what CONDUCT_TASK says.')
  if (repository === undefined)
    throw new ConductError('TASK_NOT_FOUND', 'This folder is in no git repository, so no task is meant by it.', [
      'Name one: --task ID',
      'List the tasks: conduct tasks --all',
    ])
  const [open, abandoned]: [TaskSummary[], TaskSummary[]] = [[], []]
  for (const task of await store.tasks({repository})) {
    const state = foldTask(await store.read(task.taskId))
    if (state && isOpen(state)) open.push(task)
    else if (await isHeld(store, task.taskId)) abandoned.push(task)
  }
  // A runner that was killed between the end of its task and its own: whoever resumes it wants to hear of that end.
  const [only] = open.length > 0 ? open : abandoned
  if (open.length <= 1 && only) return only.taskId
  if (open.length === 0)
    throw new ConductError('TASK_NOT_FOUND', 'This repository has no open task.', [
      'Start one: conduct run, or conduct start DESCRIPTION',
      'List the ended ones: conduct tasks',
    ])
  throw new ConductError('TASK_AMBIGUOUS', `This repository has ${open.length} open tasks:\n${open.map(describe).join('\n')}`, [
    'Name one: --task ID, or CONDUCT_TASK=ID',
  ])
}

/** A script whose variable is not set must not meet a task by chance. */
const emptyId = () => new ConductError('USAGE', 'The id of the task is empty.', ['Name one: --task ID', 'List the tasks: conduct tasks'])

function findByPrefix(tasks: readonly TaskSummary[], prefix: string, ...notes: readonly string[]): string {
  const exact = tasks.find(({taskId}) => taskId === prefix)
  const matches = exact ? [exact] : tasks.filter(({taskId}) => taskId.startsWith(prefix))
  const [only] = matches
  if (matches.length === 1 && only) return only.taskId
  if (matches.length === 0) throw taskNotFound(prefix, ...notes)
  throw new ConductError('TASK_AMBIGUOUS', `${prefix} is the beginning of ${matches.length} tasks:\n${matches.map(describe).join('\n')}`, [
    'Type more of the id.',
    ...notes,
  ])
}

/** Is its lease not given back? A runner that is done with a task does that last. */
export async function isHeld(store: Store, taskId: string): Promise<boolean> {
  const lease = await store.readLease(taskId)
  return lease !== undefined && lease.expiresAt > 0
}

const isOpen = ({status}: TaskState) => status !== 'complete' && status !== 'cancelled'

const describe = ({taskId, description, startedAt}: TaskSummary) => `  ${taskId}  ${startedAt}  ${description}`
