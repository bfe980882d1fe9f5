/** The names of everything conduct keeps in a server. */
export interface RedisKeys {
  /** What all of them match, for access rules. */
  readonly pattern: string
  /** Id of the data: another one, or none, means that the data are not those that were there before. */
  readonly identity: string
  readonly tasks: string
  tasksOf(repository: string): string
  events(taskId: string): string
  lease(taskId: string): string
  /** Written with the first event; a task without it was never begun, whatever the lists say. */
  summary(taskId: string): string
}

/**
 * Braces make the keys of one task neighbours on one node of a cluster, so that a script may touch them together.
 * The lists of tasks may be elsewhere: they are written before the task, which has the last word.
 */
export function redisKeys(prefix: string): RedisKeys {
  return {
    pattern: `${prefix}:*`,
    identity: `${prefix}:store`,
    tasks: `${prefix}:tasks`,
    tasksOf: (repository) => `${prefix}:tasks:${JSON.stringify(repository)}`,
    events: (taskId) => `${prefix}:{${taskId}}:events`,
    lease: (taskId) => `${prefix}:{${taskId}}:lease`,
    summary: (taskId) => `${prefix}:{${taskId}}:summary`,
  }
}
