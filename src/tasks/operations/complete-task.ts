import * as z from 'zod'
import {ConductError} from '../../errors.ts'
import {commitCheckout} from '../../git/checkout.ts'
import type {EventData} from '../../events.ts'
import {integrationRef, isAncestor, readRef} from '../../git/refs.ts'
import type {PhaseState, TaskState} from '../state.ts'
import type {TaskLog} from '../task-log.ts'
import {shortBranch} from '../views.ts'
import {defineOperation, type OperationServices} from './operation.ts'
import {refuseEnded, validationFailed} from './refusals.ts'
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
    force: z
      .boolean()
      .default(false)
      .describe('Complete the task although phases are open, failed their validation, or are not merged. The reasons are recorded.'),
    request_id: requestId,
  }),
  output: z.object({
    task_id: z.string(),
    status,
    sha,
    committed: z.boolean(),
    forced: z.boolean().describe('Completed against the rules; see `reason`.'),
    reason: z.string(),
  }),
  async handle({task_id, commit_changes, force}, services) {
    return services.withTask(task_id, async (log) => {
      if (log.state.status === 'complete') return services.conclude(log, [], (state) => viewEnd(state, false))
      refuseEnded(log.state)
      const objections = objectionsTo(log.state, await isUnmerged(log.state, services))
      const [first] = objections
      if (first && !force) throw first
      const {sha, changed} = await commitRest(log, services, commit_changes)
      return services.conclude(log, [completed(sha, objections)], (state) => viewEnd(state, changed))
    })
  },
})

function completed(sha: string, objections: readonly ConductError[]): EventData {
  if (objections.length === 0) return {type: 'task.completed', sha, reason: 'Completed by request; every phase is complete.'}
  const overruled = objections.map(({message}) => message)
  return {type: 'task.completed', sha, reason: `Completed by force. ${overruled.join(' ')}`, overruled}
}

function viewEnd({started, status, ending}: TaskState, committed: boolean) {
  return {
    task_id: started.task_id,
    status,
    sha: ending?.sha ?? started.base.sha,
    committed,
    forced: ending?.isForced ?? false,
    reason: ending?.reason ?? '',
  }
}

/** Why the task is not done, the weightiest first. */
function objectionsTo(state: TaskState, unmergedWork: boolean): readonly ConductError[] {
  const open = state.phases.filter(({stage}) => stage !== 'complete')
  const failed = open.filter(({validation}) => validation?.passed === false)
  return [
    ...failed.map((phase) => validationFailed(state, phase)),
    ...(open.length > 0 ? [phasesOpen(state, open)] : []),
    ...(unmergedWork ? [unmerged(state)] : []),
  ]
}

const phasesOpen = ({started}: TaskState, open: readonly PhaseState[]) =>
  new ConductError(
    'ORDER_VIOLATED',
    `Task ${started.task_id} cannot be complete: ${open.map(({phase}) => phase.name).join(', ')} ${open.length === 1 ? 'is' : 'are'} not.`,
    [
      `See where it stands: conduct state --task ${started.task_id}`,
      `Complete it all the same, which is recorded: conduct complete --task ${started.task_id} --force`,
    ],
  )

/** What a run has made is on its integration branch; merged by hand it is in the base branch too. */
async function isUnmerged({checkpoints, finish, started, integrationSha}: TaskState, {openTaskGit}: OperationServices): Promise<boolean> {
  if (finish.merged || checkpoints.every(({branch}) => branch !== integrationRef(started.task_id))) return false
  const git = await openTaskGit(started)
  const tip = await readRef(git, started.base.branch)
  return tip === undefined || !(await isAncestor(git, integrationSha, tip))
}

const unmerged = ({started, finish}: TaskState) => {
  const isFailed = finish.validation?.passed === false
  const why = isFailed ? ', and the last validation of the result failed' : ''
  return new ConductError(
    isFailed ? 'VALIDATION_FAILED' : 'ORDER_VIOLATED',
    `The work of task ${started.task_id} is not merged into ${shortBranch(started.base.branch)} yet${why}.`,
    [`Let conduct verify and merge it: conduct resume ${started.task_id}`],
  )
}

async function commitRest({state}: TaskLog, services: OperationServices, commitChanges: boolean): Promise<{sha: string; changed: boolean}> {
  const git = await services.openTaskGit(state.started)
  const {working_directory: path, task_id: id, description, base} = state.started
  if (commitChanges) return commitCheckout(git, {path, message: description, trailers: {'Conduct-Task': id}})
  return {sha: (await readRef(git, base.branch)) ?? base.sha, changed: false}
}
