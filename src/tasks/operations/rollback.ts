import * as z from 'zod'
import {ConductError} from '../../errors.ts'
import type {CheckpointCreated} from '../../events.ts'
import {branchMoved, findCheckoutsOf} from '../../git/checkout.ts'
import type {Git} from '../../git/git.ts'
import {readCommits} from '../../git/objects.ts'
import {integrationRef, keptRef, readRef, stagedRef, updateRefs} from '../../git/refs.ts'
import {findPlaceToRollBack, rollBackCheckout, type Kept} from '../../git/roll-back.ts'
import {findCheckpoint} from '../reduce.ts'
import type {TaskLog} from '../task-log.ts'
import {completePhases, shortBranch} from '../views.ts'
import {nextCheckpointId, pinCheckpoint} from './checkpoints.ts'
import {requireOwnFolder} from './foreign.ts'
import {defineOperation} from './operation.ts'
import {checkpointNotFound, refuseEnded} from './refusals.ts'
import {checkpointId, requestId, sha, taskId, workingDirectory} from './schemas.ts'

export const rollbackToCheckpoint = defineOperation({
  name: 'rollback_to_checkpoint',
  title: 'Roll back to checkpoint',
  summary: 'Go back to a checkpoint. What is there now becomes a safety checkpoint first, so a rollback can be rolled back.',
  isReadOnly: false,
  hints: {isDestructive: true, isIdempotent: true},
  input: z.strictObject({
    task_id: taskId,
    checkpoint_id: checkpointId,
    working_directory: workingDirectory
      .optional()
      .describe('A checkout that is on the branch of the checkpoint; the one that it was made in when absent.'),
    request_id: requestId,
  }),
  output: z.object({
    sha,
    safety_checkpoint: z.string().describe('Id of the checkpoint that has what was there. To take the rollback back, roll back to it.'),
    staged_ref: z.string().nullable().describe('Ref of a commit with what was staged then, when that was not what the branch had.'),
    phases_complete: z.array(z.string()),
  }),
  async handle({task_id, checkpoint_id, working_directory}, services) {
    return services.withTask(task_id, async (log) => {
      refuseEnded(log.state)
      const target = findCheckpoint(log.state, checkpoint_id)
      if (!target) throw checkpointNotFound(log.state, checkpoint_id)
      const git = await services.openTaskGit(log.state.started)
      const wanted = working_directory ?? target.working_directory ?? log.state.started.working_directory
      const isRefAlone = target.branch === integrationRef(task_id) && working_directory === undefined
      const path = isRefAlone ? wanted : await requireOwnFolder(wanted, services, log.state)
      const rollback = {log, git, target, path}
      services.onProgress?.(`Keeping what is there, and going back to ${checkpoint_id}`)
      const safety = await (isRefAlone ? rollBackIntegration(rollback) : rollBackFiles(rollback))
      const event = {type: 'rolled.back', checkpoint_id, sha: target.sha, safety_checkpoint: safety.id} as const
      if (!isRefAlone) await moveIntegration(rollback, log.preview([event]).integrationSha)
      return services.conclude(log, [event], (state) => ({
        sha: target.sha,
        safety_checkpoint: safety.id,
        staged_ref: safety.staged_ref ?? null,
        phases_complete: completePhases(state),
      }))
    })
  },
})

interface Rollback {
  readonly log: TaskLog
  readonly git: Git
  readonly target: CheckpointCreated
  /** Checkout whose files go back. */
  readonly path: string
}

/** Nobody works in a checkout of the integration branch but conduct, which makes its own anew. */
async function rollBackIntegration(rollback: Rollback): Promise<CheckpointCreated> {
  const {log, git, target} = rollback
  const ref = target.branch
  const own = new Set(log.state.worktrees.map(({path}) => path))
  const elsewhere = (await findCheckoutsOf(git, ref)).find((path) => !own.has(path))
  if (elsewhere !== undefined) throw checkedOutElsewhere(rollback, elsewhere)
  const tip = (await readRef(git, ref)) ?? log.state.integrationSha
  const safety = await keepSafety(rollback, {sha: tip, isNew: false})
  if (tip !== target.sha && !(await updateRefs(git, [{ref, to: target.sha, from: tip}]))) throw branchMoved(ref)
  return safety
}

/** What a run had merged since is not to come back when a run goes on; it is kept. */
async function moveIntegration({log, git}: Rollback, to: string): Promise<void> {
  const ref = integrationRef(log.taskId)
  const tip = await readRef(git, ref)
  if (tip === undefined || tip === to) return
  const kept = keptRef(log.taskId, `integration-${tip.slice(0, 8)}`)
  await updateRefs(git, [
    {ref: kept, to: tip, from: (await readRef(git, kept)) ?? null},
    {ref, to, from: tip},
  ])
}

async function rollBackFiles(rollback: Rollback): Promise<CheckpointCreated> {
  const {log, git, target, path} = rollback
  await requireBranch(rollback)
  const trailers = {'Conduct-Task': log.taskId, 'Conduct-Phase': target.phase, 'Conduct-Checkpoint': nextCheckpointId(log.state)}
  let safety: CheckpointCreated | undefined
  await rollBackCheckout(git, {path, ref: target.branch, to: target.sha, message: safetyMessage(target), trailers}, async (kept) => {
    safety = await keepSafety(rollback, kept)
  })
  if (!safety) throw new Error('Internal error: a rollback kept nothing')
  return safety
}

const safetyMessage = ({id}: CheckpointCreated) => `Safety checkpoint before a rollback to ${id}`

/** Records what was there, unless a checkpoint has it already: then that one is the answer. */
async function keepSafety(rollback: Rollback, kept: Kept): Promise<CheckpointCreated> {
  const {log, git, target, path} = rollback
  const {state, taskId: task} = log
  const known = await findKept(rollback, kept)
  if (known) return known
  const id = nextCheckpointId(state)
  const facts = {id, phase: target.phase, sha: kept.sha, message: safetyMessage(target), branch: target.branch, safety: true}
  const place = target.working_directory === undefined ? {} : {working_directory: path}
  const staged = kept.staged === undefined ? {} : {staged_ref: await pinStaged(git, task, {id, sha: kept.staged})}
  const event = await pinCheckpoint(git, task, {...facts, ...place, ...staged, rollback_to: target.id})
  await log.append(event)
  return event
}

async function pinStaged(git: Git, task: string, {id, sha: to}: {readonly id: string; readonly sha: string}): Promise<string> {
  const ref = stagedRef(task, Number(id.slice(1)))
  await updateRefs(git, [{ref, to, from: (await readRef(git, ref)) ?? null}])
  return ref
}

async function findKept({log, git, target}: Rollback, {sha: commit, isNew, staged}: Kept): Promise<CheckpointCreated | undefined> {
  const {state} = log
  const open = state.openRollback === undefined ? undefined : findCheckpoint(state, state.openRollback)
  // A process was killed on the way to the same checkpoint. Either it had arrived, and what was there is what it kept …
  if (open?.rollback_to === target.id && !isNew && commit === target.sha) return open
  if (!isNew) return state.checkpoints.findLast((known) => known.sha === commit && known.branch === target.branch)
  // … or it had not begun to discard.
  return open && staged === undefined && (await isSame(git, open.sha, commit)) ? open : undefined
}

async function isSame(git: Git, a: string, b: string): Promise<boolean> {
  const [one, other] = await readCommits(git, [a, b])
  return one?.tree === other?.tree && one?.parents.join() === other?.parents.join()
}

/** The checkout must be on the checkpoint's branch, and no other one. */
async function requireBranch(rollback: Rollback): Promise<void> {
  const {git, target, path} = rollback
  const {root, head} = await findPlaceToRollBack(git, path)
  const other = (await findCheckoutsOf(git, target.branch)).find((checkout) => checkout !== root)
  if (head.ref === target.branch && other === undefined) return
  if (head.ref === target.branch && other !== undefined) throw alsoCheckedOut(rollback, other)
  if (other !== undefined) throw checkedOutElsewhere(rollback, other)
  const [branch, here] = [shortBranch(target.branch), head.ref === undefined ? 'no branch' : shortBranch(head.ref)]
  throw new ConductError('USAGE', `Checkpoint ${target.id} was made on ${branch}, but ${path} is on ${here}.`, [
    `Switch first: git -C '${path}' switch ${branch}`,
  ])
}

const checkedOutElsewhere = ({log, target, path}: Rollback, other: string) =>
  new ConductError(
    'USAGE',
    `Checkpoint ${target.id} was made on ${shortBranch(target.branch)}, which is checked out in ${other}, not in ${path}.`,
    [`Roll back there: conduct rollback ${target.id} --task ${log.taskId} --working-directory '${other}'`],
  )

const alsoCheckedOut = ({target, path}: Rollback, other: string) =>
  new ConductError(
    'USAGE',
    `${shortBranch(target.branch)} is checked out in ${path} and in ${other}: there, all files would seem to be changed.`,
    [`Take the other one off the branch first: git -C '${other}' switch --detach`],
  )
