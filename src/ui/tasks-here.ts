import type {App} from '../app.ts'
import {findCheckout} from '../git/find-checkout.ts'
import {foldTask} from '../tasks/reduce.ts'
import {toTaskItem, type TaskItem} from '../tasks/views.ts'
import type {ConductCommand} from './conduct-command.ts'
import {renderTasks} from './tasks-view.ts'

/** `conduct tasks`: the tasks of this repository, or of all. */
export async function tasksHere(command: ConductCommand, all: boolean): Promise<{readonly tasks: readonly TaskItem[]}> {
  const app = await command.openApp()
  try {
    const repository = all ? undefined : (await findCheckout(app.options.cwd, app.options.env)).commonDir
    const tasks = await readTasks(app, repository)
    if (!command.jsonEnabled()) command.log(renderTasks(tasks, {all, columns: process.stdout.columns ?? 160}))
    return {tasks}
  } finally {
    await app[Symbol.asyncDispose]()
  }
}

async function readTasks({store}: App, repository: string | undefined): Promise<readonly TaskItem[]> {
  const items: TaskItem[] = []
  // One after the other: a log may be long, and only its summary is kept.
  for (const {taskId, startedAt} of await store.tasks(repository === undefined ? {} : {repository})) {
    const state = foldTask(await store.read(taskId))
    if (state) items.push(toTaskItem(state, startedAt))
  }
  return items
}
