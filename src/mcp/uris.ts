/** The addresses of resources. Ids of tasks hold nothing that an address would have to escape. */

export const TASKS_URI = 'conduct://tasks'

/** What `get_task_state` returns. */
export const stateUri = (taskId: string): string => `${TASKS_URI}/${taskId}/state`

/** The frozen spec, as Markdown. */
export const specUri = (taskId: string): string => `${TASKS_URI}/${taskId}/spec`

/** @param phase position in the spec, from 1 */
export const phaseUri = (taskId: string, phase: number): string => `${TASKS_URI}/${taskId}/phases/${phase}`

/** Events of a task: the newest, or, with `after`, those that come after a version. */
export const logUri = (taskId: string, after?: number): string =>
  `${TASKS_URI}/${taskId}/log${after === undefined ? '' : `?after=${after}`}`

/** The same with variables, as clients are told. The log has two: a variable of a query cannot be left out in all clients. */
export const TEMPLATES = {
  state: stateUri('{task}'),
  spec: specUri('{task}'),
  phase: `${TASKS_URI}/{task}/phases/{n}`,
  log: logUri('{task}'),
  logAfter: `${logUri('{task}')}{?after}`,
} as const
