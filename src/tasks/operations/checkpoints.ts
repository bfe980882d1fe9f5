import * as z from 'zod'
import type {CheckpointCreated, EventData} from '../../events.ts'
import {commitCheckout} from '../../git/checkout.ts'
import type {Git} from '../../git/git.ts'
import {checkpointRef, readRef, updateRefs} from '../../git/refs.ts'
import type {TaskState} from '../state.ts'
import {requireOwnFolder} from './foreign.ts'
import {defineOperation} from './operation.ts'
import {checkpointsReading} from './readings.ts'
import {refuseEnded} from './refusals.ts'
import {checkpoint, label, requestId, sha, taskId, workingDirectory} from './schemas.ts'
import {toOperation} from './to-operation.ts'

export const createCheckpoint = defineOperation({
  name: 'create_checkpoint',
  title: 'Create checkpoint',
  summary: 'Commit everything that is not ignored in the working directory, as a point to roll back to.',
  isReadOnly: false,
  hints: {isIdempotent: true},
  input: z.strictObject({
    task_id: taskId,
    phase: label.describe('Name of the phase, or of the moment.'),
    working_directory: workingDirectory.optional().describe('A checkout of the repository; the one the task was started in when absent.'),
    request_id: requestId,
  }),
  output: z.object({
    id: z.string(),
    sha,
    message: z.string(),
    created: z.boolean().describe('`false`: nothing had changed, so this is the last checkpoint.'),
    skipped: z.array(z.string()).describe('Folders that are repositories of their own: no commit of this one can hold them.'),
  }),
  async handle({task_id, phase, working_directory}, services) {
    return services.withTask(task_id, async (log) => {
      const {state} = log
      refuseEnded(state)
      const git = await services.openTaskGit(state.started)
      const own = state.started.working_directory
      const path = working_directory === undefined ? own : await requireOwnFolder(working_directory, services, state)
      const id = nextCheckpointId(state)
      const message = `Checkpoint: ${phase}`
      const trailers = {'Conduct-Task': task_id, 'Conduct-Phase': phase, 'Conduct-Checkpoint': id}
      const {sha: commit, changed, ref: branch, embedded} = await commitCheckout(git, {path, message, trailers})
      const skipped = [...embedded]
      const last = state.checkpoints.findLast((known) => known.sha === commit && known.branch === branch)
      if (!changed && last)
        return services.conclude(log, [], () => ({id: last.id, sha: commit, message: last.message, created: false, skipped}))
      const facts = {id, phase, sha: commit, message, branch, safety: false, working_directory: path}
      const event = await pinCheckpoint(git, task_id, facts)
      return services.conclude(log, [event], () => ({id, sha: commit, message, created: true, skipped}))
    })
  },
})

/** Ids are counted, under the lease of the task: no two are the same. */
export const nextCheckpointId = ({checkpoints}: TaskState) => `c${checkpoints.length + 1}`

/** Keeps the commit reachable, and returns the event that records it. A ref that a killed process left is replaced. */
export async function pinCheckpoint(
  git: Git,
  task: string,
  facts: Omit<CheckpointCreated, 'type' | 'ref'>,
): Promise<EventData & CheckpointCreated> {
  const ref = checkpointRef(task, Number(facts.id.slice(1)))
  await updateRefs(git, [{ref, to: facts.sha, from: (await readRef(git, ref)) ?? null}])
  return {type: 'checkpoint.created', ref, ...facts}
}

export const listCheckpoints = toOperation(checkpointsReading, z.object({checkpoints: z.array(checkpoint)}))
