import * as z from 'zod'
import type {EventData} from '../../events.ts'
import type {Git} from '../../git/git.ts'
import {snapshotTree} from '../../git/commits.ts'
import {branchRef, isAncestor, readRef, treeOf, updateRefs} from '../../git/refs.ts'
import {createWorktree as makeWorktree, removeWorktree} from '../../git/worktrees.ts'
import {placesOf, modulePath} from '../places.ts'
import {currentPhase, toWorktree, type TaskState, type WorktreeRecord} from '../state.ts'
import type {TaskLog} from '../task-log.ts'
import {shortBranch} from '../views.ts'
import {requireOwnFolder} from './foreign.ts'
import {defineOperation, type OperationServices} from './operation.ts'
import {worktreesReading} from './readings.ts'
import {refuseEnded} from './refusals.ts'
import {requestId, sha, taskId, workingDirectory, worktree} from './schemas.ts'
import {toOperation} from './to-operation.ts'

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'Use lower-case letters, digits, ".", "_" and "-", at most 63, beginning with a letter or digit.')
  .refine(
    (value) =>
      !/^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/.test(value) && !value.endsWith('.lock') && !value.includes('..') && !value.endsWith('.'),
    'This name is reserved by git or by some file system.',
  )

export const createWorktree = defineOperation({
  name: 'create_worktree',
  title: 'Create worktree',
  summary: 'Make a worktree on a branch of its own, from the last checkpoint. The same name again is the same worktree.',
  isReadOnly: false,
  hints: {isIdempotent: true},
  input: z.strictObject({
    task_id: taskId,
    name: name.describe('Name of the module.'),
    base_dir: workingDirectory.optional().describe('A checkout of the repository; the working directory of the task when absent.'),
    request_id: requestId,
  }),
  output: z.object({path: z.string(), branch: z.string(), base_sha: sha}),
  async handle({task_id, name: slug, base_dir}, services) {
    return services.withTask(task_id, async (log) => {
      refuseEnded(log.state)
      if (base_dir !== undefined) await requireOwnFolder(base_dir, services, log.state)
      const record = log.state.worktrees.find((known) => known.name === slug && known.isReady)
      if (!record) services.onProgress?.(`Making the worktree ${slug}`)
      const events = record ? [] : [await make(log, slug, services)]
      return services.conclude(log, events, (state) => viewMade(state, slug))
    })
  },
})

function viewMade({worktrees}: TaskState, slug: string) {
  const record = worktrees.find(({name}) => name === slug)
  if (!record) throw new Error(`Internal error: no worktree ${slug} is recorded`)
  return {path: record.path, branch: shortBranch(record.branch), base_sha: record.baseSha}
}

/** Makes it, and returns the event that says so. */
async function make(log: TaskLog, slug: string, services: OperationServices): Promise<EventData> {
  const {state} = log
  const git = await services.openTaskGit(state.started)
  const phase = currentPhase(state)
  const isModule = phase?.modules.some((module) => module.slug === slug) ?? false
  const index = phase?.phase.index ?? 0
  const places = placesOf({
    stateDir: services.stateDir,
    repository: state.started.repository,
    taskId: log.taskId,
    config: state.started.config,
  })
  const branch = isModule ? branchRef(log.taskId, index, slug) : `refs/heads/conduct/${log.taskId}/w/${slug}`
  const baseSha = (await readRef(git, branch)) ?? standingOn(state)
  const path = modulePath(places, isModule ? index : 0, slug)
  const place = {name: slug, phase: isModule ? index : 0, path, branch, base_sha: baseSha}
  await log.append({type: 'worktree.creating', ...place})
  const {gitDir} = await makeWorktree(git, {
    path,
    ref: branch,
    sha: baseSha,
    lock: places.repositoryLock,
    root: places.worktrees,
    adopt: true,
  })
  return {type: 'worktree.created', ...place, git_dir: gitDir}
}

/** After a rollback that is not the last checkpoint. */
function standingOn({checkpoints, standsOn, started}: TaskState): string {
  return checkpoints.find(({id}) => id === standsOn)?.sha ?? started.base.sha
}

export const listWorktrees = toOperation(worktreesReading, z.object({worktrees: z.array(worktree)}))

export const cleanupWorktrees = defineOperation({
  name: 'cleanup_worktrees',
  title: 'Clean up worktrees',
  summary: 'Remove the worktrees whose work is merged or checkpointed; what would be lost is kept, with the reason.',
  isReadOnly: false,
  hints: {isDestructive: true, isIdempotent: true},
  input: z.strictObject({task_id: taskId, request_id: requestId}),
  output: z.object({removed: z.array(z.string()), kept: z.array(z.object({path: z.string(), why: z.string()}))}),
  async handle({task_id}, services) {
    return services.withTask(task_id, async (log) => {
      const git = await services.openTaskGit(log.state.started)
      const removed: string[] = []
      const kept: {path: string; why: string}[] = []
      for (const record of log.state.worktrees) {
        services.signal?.throwIfAborted()
        services.onProgress?.(`Looking at ${record.path}`)
        const why = await whyKept(git, log.state, record)
        if (why === undefined) removed.push(await remove(log, git, record))
        else kept.push({path: record.path, why})
      }
      return {removed, kept}
    })
  },
})

/** `undefined` when nothing would be lost. */
async function whyKept(git: Git, state: TaskState, record: WorktreeRecord): Promise<string | undefined> {
  if (!record.isReady || record.branch === '') return undefined
  const tip = await readRef(git, record.branch)
  if (tip === undefined) return undefined
  const snapshot = await snapshotTree(git, toWorktree(record)).catch(() => undefined)
  if (snapshot && snapshot.tree !== (await treeOf(git, tip))) return 'It has uncommitted changes.'
  const safe = [
    state.started.base.sha,
    state.integrationSha,
    await readRef(git, state.started.base.branch),
    ...state.checkpoints.map(({sha}) => sha),
  ]
  for (const target of safe) {
    if (target !== undefined && (await isAncestor(git, tip, target))) return undefined
  }
  return 'Its commits are neither merged nor in a checkpoint.'
}

async function remove(log: TaskLog, git: Git, record: WorktreeRecord): Promise<string> {
  await removeWorktree(git, toWorktree(record))
  const tip = record.branch === '' ? undefined : await readRef(git, record.branch)
  if (tip !== undefined) await updateRefs(git, [{ref: record.branch, to: null, from: tip}])
  await log.append({type: 'worktree.removed', name: record.name, path: record.path})
  return record.path
}
