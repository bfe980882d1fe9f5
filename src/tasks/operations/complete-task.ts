import * as z from 'zod'
import {ConductError} from '../../errors.ts'
import {commitCheckout} from '../../git/checkout.ts'
import {readRef} from '../../git/refs.ts'
import type {TaskState} from '../state.ts'
import type {TaskLog} from '../task-log.ts'
import {defineOperation, type OperationServices} from './operation.ts'
import {requestId, sha, status, taskId} from './schemas.ts'

export const completeTask = defineOperation({
  name: 'complete_task',
  title: 'Complete task',
  summary: 'Complete a task whose phases are all complete; by default what is uncommitted is committed first.',
  isReadOnly: false,
  hints: {isIdempotent: true},
  input: z.strictObject({
    task_id: taskId,
    commit_changes: z.boolean().default(true).describe('Commit what is uncommitted in the working directory.'),
    request_id: requestId,
  }),
  output: z.object({task_id: z.string(), status, sha, committed: z.boolean()}),
  async handle({task_id, commit_changes}, services) {
    return services.withTask(task_id, async (log) => {
      const {state} = log
      if (state.status === 'complete')
        return {task_id, status: state.status, sha: state.ending?.sha ?? state.started.base.sha, committed: false}
      refuseUnfinished(state)
      const {sha, changed} = await commitRest(log, services, commit_changes)
      await log.append({type: 'task.completed', sha, reason: 'Completed by request; every phase is complete.'})
      return {task_id, status: log.state.status, sha, committed: changed}
    })
  },
})

function refuseUnfinished(state: TaskState): void {
  const open = state.phases.filter(({stage}) => stage !== 'complete').map(({phase}) => phase.name)
  const taskId = state.started.task_id
  if (open.length > 0)
    throw new ConductError(
      'ORDER_VIOLATED',
      `Task ${taskId} cannot be complete: ${open.join(', ')} ${open.length === 1 ? 'is' : 'are'} not.`,
      [`See where it stands: conduct state --task ${taskId}`],
    )
  const isOnIntegration = state.checkpoints.some(({branch}) => branch.endsWith('/integration'))
  if (isOnIntegration && !state.finish.merged)
    throw new ConductError('ORDER_VIOLATED', `The work of task ${taskId} is not merged into ${state.started.base.branch} yet.`, [
      `Let conduct verify and merge it: conduct resume ${taskId}`,
    ])
}

async function commitRest({state}: TaskLog, services: OperationServices, commitChanges: boolean): Promise<{sha: string; changed: boolean}> {
  const git = await services.openTaskGit(state.started)
  const {working_directory: path, task_id: id, description, base} = state.started
  if (commitChanges) return commitCheckout(git, {path, message: description, trailers: {'Conduct-Task': id}})
  return {sha: (await readRef(git, base.branch)) ?? base.sha, changed: false}
}
