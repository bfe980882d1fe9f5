/** The addresses of resources. Ids of tasks hold nothing that an address would have to escape. */

export const TASKS_URI = 'conduct://tasks'

/** What `get_task_state` returns. */
export const stateUri = (taskId: string): string => `${TASKS_URI}/${taskId}/state`

/** The frozen spec, as Markdown. */
export const specUri = (taskId: string): string => `${TASKS_URI}/${taskId}/spec`

/** @param phase position in the spec, from 1 */
export const phaseUri = (taskId: string, phase: number): string => `${TASKS_URI}/${taskId}/phases/${phase}`

/** The events of a task. */
export const logUri = (taskId: string): string => `${TASKS_URI}/${taskId}/log`

export const TEMPLATES = {
  state: stateUri('{task}'),
  spec: specUri('{task}'),
  phase: `${TASKS_URI}/{task}/phases/{n}`,
  log: `${logUri('{task}')}{?after,limit}`,
} as const
