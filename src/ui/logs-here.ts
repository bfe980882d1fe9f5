import {setTimeout as wait} from 'node:timers/promises'
import {now, type App} from '../app.ts'
import type {TaskEvent} from '../events.ts'
import {attemptFilter, listAttempts, type AttemptItem} from './attempt-list.ts'
import {AttemptPrinter} from './attempt-printer.ts'
import {listChecks, renderChecks, type CheckItem} from './check-list.ts'
import type {ConductCommand} from './conduct-command.ts'
import {followTask} from './follow-task.ts'

export interface LogsRequest {
  readonly module: string | undefined
  readonly task: string | undefined
  readonly follow: boolean
}

export interface LogsResult {
  readonly task_id: string
  readonly attempts: readonly AttemptItem[]
  readonly checks: readonly CheckItem[]
}

const POLL_MS = 250

/**
 * `conduct logs`: what the agents of a task, or of one module, said and did, from their transcripts; and where the outputs of
 * its checks are.
 *
 * @throws {ConductError} `USAGE` for a module that the task does not have
 */
export async function logsHere(command: ConductCommand, {module, task, follow}: LogsRequest): Promise<LogsResult> {
  const app = await command.openApp()
  try {
    const source = await openSource(app, await app.resolve(task), module)
    const printer = new AttemptPrinter((line) => command.log(line))
    const print = async () => (command.jsonEnabled() ? undefined : printer.update(await source.attempts()))
    if (follow) await followTask(source.log, {store: app.store, now, wait: () => wait(POLL_MS), onLook: async () => void (await print())})
    else await print()
    const attempts = await source.attempts()
    const checks = source.checks()
    if (!command.jsonEnabled()) {
      if (attempts.length === 0) command.log('No agent was launched yet.')
      for (const line of renderChecks(checks)) command.log(line)
    }
    return {task_id: source.log.taskId, attempts, checks}
  } finally {
    await app[Symbol.asyncDispose]()
  }
}

/** The log of a task, followed; the attempts in it so far, and the checks among what was read for them. */
async function openSource({store, services}: App, taskId: string, module: string | undefined) {
  const log = await services.readTask(taskId)
  const isWanted = attemptFilter(log.state, module)
  const events: TaskEvent[] = []
  const attempts = async () => {
    events.push(...(await store.read(taskId, events.length)))
    return listAttempts(events, log.state).filter(isWanted)
  }
  return {log, attempts, checks: () => listChecks(events, log.state).filter(isWanted)}
}
