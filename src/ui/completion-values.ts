import type {App} from '../app.ts'
import {currentPhase} from '../tasks/state.ts'
import {shortBranch} from '../tasks/views.ts'
import {foldTask} from '../tasks/reduce.ts'
import type {Candidate} from './completion.ts'

/** What there is of a thing that an argument or a flag is named for; nothing of what it does not know. */
export async function readCandidates(app: App, value: string, task: string | undefined): Promise<readonly Candidate[]> {
  if (value === 'task') return readTasks(app)
  if (!['checkpoint', 'phase', 'module', 'name', 'retry'].includes(value)) return []
  const {state} = await app.services.readTask(await app.resolve(task))
  if (value === 'checkpoint')
    return state.checkpoints.map(({id, phase, branch}) => ({word: id, about: `${phase} (${shortBranch(branch)})`}))
  if (value === 'phase') return state.phases.map(({phase, stage}) => ({word: phase.title, about: stage}))
  const modules = value === 'name' ? (currentPhase(state)?.modules ?? []) : state.phases.flatMap((phase) => phase.modules)
  return modules.map(({slug, stage}) => ({word: slug, about: stage}))
}

/** Those of every repository, as `--task` takes them. Newest first. */
async function readTasks({store}: App): Promise<readonly Candidate[]> {
  const tasks: Candidate[] = []
  for (const {taskId, description} of (await store.tasks()).slice(0, 50)) {
    const state = foldTask(await store.read(taskId))
    tasks.push({word: taskId, about: `${state?.status ?? ''} ${description}`.trim()})
  }
  return tasks
}
