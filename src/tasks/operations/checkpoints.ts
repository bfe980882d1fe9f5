import * as z from 'zod'
import {ConductError} from '../../errors.ts'
import {commitCheckout, readCheckout, resetCheckout} from '../../git/checkout.ts'
import type {Git} from '../../git/git.ts'
import {checkpointRef, integrationRef, readRef, updateRefs} from '../../git/refs.ts'
import type {CheckpointCreated} from '../../events.ts'
import {findCheckpoint} from '../reduce.ts'
import type {TaskLog} from '../task-log.ts'
import {completePhases, shortBranch} from '../views.ts'
import {defineOperation} from './operation.ts'
import {checkpointNotFound, refuseEnded} from './refusals.ts'
import {checkpoint, requestId, sha, taskId} from './schemas.ts'

export const createCheckpoint = defineOperation({
  name: 'create_checkpoint',
  title: 'Create checkpoint',
  summary: 'Commit everything that is not ignored in the working directory, as a point to roll back to.',
  isReadOnly: false,
  hints: {isIdempotent: true},
  input: z.strictObject({
    task_id: taskId,
    phase: z.string().min(1).max(200).describe('Name of the phase, or of the moment.'),
    working_directory: z.string().optional().describe('A checkout of the repository; the one the task was started in when absent.'),
    request_id: requestId,
  }),
  output: z.object({id: z.string(), sha, message: z.string(), created: z.boolean()}),
  async handle({task_id, phase, working_directory}, services) {
    return services.withTask(task_id, async (log) => {
      refuseEnded(log.state)
      const git = await services.openTaskGit(log.state.started)
      const path = working_directory ?? log.state.started.working_directory
      const {created, record} = await checkpointCheckout(log, git, {path, phase, isSafety: false})
      return {id: record.id, sha: record.sha, message: record.message, created}
    })
  },
})

interface CheckpointRequest {
  readonly path: string
  readonly phase: string
  readonly isSafety: boolean
}

/** With nothing changed since the last checkpoint of that checkout, that one is the answer. */
async function checkpointCheckout(
  log: TaskLog,
  git: Git,
  {path, phase, isSafety}: CheckpointRequest,
): Promise<{created: boolean; record: CheckpointCreated}> {
  const {branch} = await readCheckout(git, path)
  if (branch === undefined)
    throw new ConductError('DETACHED_HEAD', `${path} is not on a branch, so a checkpoint there would be lost.`, [
      'Switch to a branch: git switch -c NAME',
    ])
  const id = `c${log.state.checkpoints.length + 1}`
  const message = isSafety ? `Safety checkpoint before ${phase}` : `Checkpoint: ${phase}`
  const trailers = {'Conduct-Task': log.taskId, 'Conduct-Phase': phase, 'Conduct-Checkpoint': id}
  const {sha: commit, changed} = await commitCheckout(git, {path, message, trailers})
  const last = log.state.checkpoints.findLast((known) => known.sha === commit && known.branch === branch)
  if (!changed && last) return {created: false, record: last}
  return {
    created: true,
    record: await recordCheckpoint(log, git, {id, phase, sha: commit, message, branch, safety: isSafety, working_directory: path}),
  }
}

async function recordCheckpoint(log: TaskLog, git: Git, facts: Omit<CheckpointCreated, 'type' | 'ref'>): Promise<CheckpointCreated> {
  const ref = checkpointRef(log.taskId, Number(facts.id.slice(1)))
  await updateRefs(git, [{ref, to: facts.sha, from: (await readRef(git, ref)) ?? null}])
  await log.append({type: 'checkpoint.created', ref, ...facts})
  const record = findCheckpoint(log.state, facts.id)
  if (!record) throw new Error(`Internal error: checkpoint ${facts.id} is not in the log`)
  return record
}

export const listCheckpoints = defineOperation({
  name: 'list_checkpoints',
  title: 'List checkpoints',
  summary: 'List the checkpoints of a task, oldest first.',
  isReadOnly: true,
  input: z.strictObject({task_id: taskId}),
  output: z.object({checkpoints: z.array(checkpoint)}),
  async handle({task_id}, {readTask}) {
    const {state} = await readTask(task_id)
    return {checkpoints: state.checkpoints.map((record) => viewCheckpoint(record))}
  },
})

function viewCheckpoint({
  id,
  sha: commit,
  message,
  phase,
  branch,
  safety,
  at,
}: CheckpointCreated & {at: string}): z.output<typeof checkpoint> {
  return {id, sha: commit, message, phase, branch: shortBranch(branch), created_at: at, safety}
}

export const rollbackToCheckpoint = defineOperation({
  name: 'rollback_to_checkpoint',
  title: 'Roll back to checkpoint',
  summary: 'Go back to a checkpoint. What is there now becomes a safety checkpoint first, so a rollback can be rolled back.',
  isReadOnly: false,
  hints: {isDestructive: true, isIdempotent: true},
  input: z.strictObject({task_id: taskId, checkpoint_id: z.string().min(1), request_id: requestId}),
  output: z.object({sha, safety_checkpoint: z.string(), phases_complete: z.array(z.string())}),
  async handle({task_id, checkpoint_id}, services) {
    return services.withTask(task_id, async (log) => {
      refuseEnded(log.state)
      const target = findCheckpoint(log.state, checkpoint_id)
      if (!target) throw checkpointNotFound(log.state, checkpoint_id)
      const git = await services.openTaskGit(log.state.started)
      const isIntegration = target.branch === integrationRef(task_id)
      const safety = isIntegration ? await rollBackIntegration(log, git, target) : await rollBackCheckout(log, git, target)
      await log.append({type: 'rolled.back', checkpoint_id, sha: target.sha, safety_checkpoint: safety})
      return {sha: target.sha, safety_checkpoint: safety, phases_complete: completePhases(log.state)}
    })
  },
})

async function rollBackIntegration(log: TaskLog, git: Git, target: CheckpointCreated): Promise<string> {
  const ref = integrationRef(log.taskId)
  const tip = (await readRef(git, ref)) ?? log.state.integrationSha
  const id = `c${log.state.checkpoints.length + 1}`
  const message = `Safety checkpoint before a rollback to ${target.id}`
  await recordCheckpoint(log, git, {id, phase: `rollback to ${target.id}`, sha: tip, message, branch: ref, safety: true})
  await updateRefs(git, [{ref, to: target.sha, from: tip}])
  return id
}

async function rollBackCheckout(log: TaskLog, git: Git, target: CheckpointCreated): Promise<string> {
  const path = target.working_directory ?? log.state.started.working_directory
  const {branch} = await readCheckout(git, path)
  if (branch !== target.branch) {
    throw new ConductError(
      'USAGE',
      `Checkpoint ${target.id} was made on ${shortBranch(target.branch)}, but ${path} is on ${branch === undefined ? 'no branch' : shortBranch(branch)}.`,
      [`Switch first: git -C '${path}' switch ${shortBranch(target.branch)}`],
    )
  }
  const {record} = await checkpointCheckout(log, git, {path, phase: `a rollback to ${target.id}`, isSafety: true})
  await resetCheckout(git, {path, ref: target.branch, from: record.sha, to: target.sha})
  return record.id
}
