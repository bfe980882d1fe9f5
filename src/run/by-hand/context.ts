import {join} from 'node:path'
import {configSchema} from '../../config/schema.ts'
import type {OperationServices} from '../../tasks/operations/operation.ts'
import {placesOf} from '../../tasks/places.ts'
import type {TaskLog} from '../../tasks/task-log.ts'
import type {TaskContext} from '../context.ts'

/** What an operation on a task's git works with: the same as a run, but for agents. The task's lease is held. */
export async function openContext(log: TaskLog, services: OperationServices): Promise<TaskContext> {
  const {started} = log.state
  const {stateDir, hostEnv, now} = services
  return {
    log,
    git: await services.openTaskGit(started),
    config: configSchema.parse(started.config),
    places: placesOf({stateDir, repository: started.repository, taskId: log.taskId, config: started.config}),
    validators: await services.selectValidators(started),
    hostEnv,
    signal: services.signal ?? new AbortController().signal,
    now,
  }
}

/** Folder with the full outputs of one validation. */
export const outputsOf = ({places}: TaskContext, name: string): string => join(places.logs, name)
