import {setTimeout as wait} from 'node:timers/promises'
import {now, type App} from '../app.ts'
import type {TaskState} from '../tasks/state.ts'
import type {ConductCommand} from './conduct-command.ts'
import {followTask, hasEnded, isTaskRunning} from './follow-task.ts'
import {toStatusResult, type StatusResult} from './status-result.ts'
import {renderStatus} from './status-view.ts'

/** How often a watched log is looked at. */
const POLL_MS = 500
const CLEAR_SCREEN = '\u001B[2J\u001B[H'

/** `conduct status`: a task at this moment, or, watched, at every moment until it ends or nobody works on it. */
export async function statusHere(
  command: ConductCommand,
  {task, watch}: {readonly task: string | undefined; readonly watch: boolean},
): Promise<StatusResult> {
  const app = await command.openApp()
  try {
    const taskId = await app.resolve(task)
    const state = watch ? await watchTask(command, app, taskId) : (await app.services.readTask(taskId)).state
    const isRunning = !hasEnded(state) && (await isTaskRunning(app.store, taskId, now()))
    if (!command.jsonEnabled() && !watch) command.log(render(state, isRunning))
    return toStatusResult(state, isRunning)
  } finally {
    await app[Symbol.asyncDispose]()
  }
}

async function watchTask(command: ConductCommand, app: App, taskId: string): Promise<TaskState> {
  const log = await app.services.readTask(taskId)
  let wasRunning: boolean | undefined
  return followTask(log, {
    store: app.store,
    now,
    wait: () => wait(POLL_MS),
    onLook: (state, {grew, isRunning}) => {
      const hasNews = grew || isRunning !== wasRunning
      wasRunning = isRunning
      if (hasNews && !command.jsonEnabled()) command.log(frame(state, isRunning))
    },
  })
}

/** On a terminal a new view takes the place of the old one; in a file it comes below. */
function frame(state: TaskState, isRunning: boolean): string {
  return process.stdout.isTTY ? `${CLEAR_SCREEN}${render(state, isRunning)}` : `${render(state, isRunning)}\n`
}

function render(state: TaskState, isRunning: boolean): string {
  return renderStatus(state, {now: now(), columns: process.stdout.columns ?? 120, isRunning})
}
