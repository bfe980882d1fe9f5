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
  /** Position of a phase, from 1. */
  readonly phase?: number | undefined
  /** Number of an attempt, from 1. */
  readonly attempt?: number | undefined
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
export async function logsHere(command: ConductCommand, {module, task, follow, phase, attempt}: LogsRequest): Promise<LogsResult> {
  const app = await command.openApp()
  try {
    const source = await openSource(app, await app.resolve(task), {module, phase, attempt})
    const printer = new AttemptPrinter((line) => command.log(line))
    const print = async () => (command.jsonEnabled() ? undefined : printer.update(await source.attempts()))
    if (follow) await followTask(source.log, {store: app.store, now, wait: () => wait(POLL_MS), onLook: async () => void (await print())})
    else await print()
    const attempts = await source.attempts()
    const checks = source.checks()
    if (!command.jsonEnabled()) {
      if (attempts.length === 0)
        command.log(phase === undefined && attempt === undefined ? 'No agent was launched yet.' : 'There is no such attempt.')
      for (const line of renderChecks(checks)) command.log(line)
    }
    return {task_id: source.log.taskId, attempts, checks}
  } finally {
    await app[Symbol.asyncDispose]()
  }
}

/** The log of a task, followed; the attempts in it so far, and the checks among what was read for them. */
async function openSource(
  {store, services}: App,
  taskId: string,
  {module, phase, attempt}: Pick<LogsRequest, 'module' | 'phase' | 'attempt'>,
) {
  const log = await services.readTask(taskId)
  const isOfModule = attemptFilter(log.state, module)
  const isWanted = (item: {readonly subject: string}) => isOfModule(item) && isOfPhase(item, phase)
  const events: TaskEvent[] = []
  const attempts = async () => {
    events.push(...(await store.read(taskId, events.length)))
    return listAttempts(events, log.state).filter((item) => isWanted(item) && (attempt === undefined || item.number === attempt))
  }
  return {log, attempts, checks: () => listChecks(events, log.state).filter(isWanted)}
}

/** `module/p2/ledger` and `phase/p2` are of the phase 2. */
function isOfPhase({subject}: {readonly subject: string}, phase: number | undefined): boolean {
  return phase === undefined || subject.split('/')[1] === `p${phase}`
}
