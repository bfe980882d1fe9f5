import * as z from 'zod'
import type {Receipt, Subject} from '../../events.ts'
import {isAncestor} from '../../git/refs.ts'
import {requireOwnFolder} from '../../tasks/operations/foreign.ts'
import {defineOperation} from '../../tasks/operations/operation.ts'
import {refuseEnded} from '../../tasks/operations/refusals.ts'
import {label, requestId, sha, taskId, workingDirectory} from '../../tasks/operations/schemas.ts'
import {findModule, type TaskState, type WorktreeRecord} from '../../tasks/state.ts'
import {shortBranch} from '../../tasks/views.ts'
import {trailersOf} from '../commits.ts'
import type {TaskContext} from '../context.ts'
import {mergeMessage} from '../merge-message.ts'
import {lostFiles, makeMerge} from '../merges.ts'
import {commitWork, findWorktree} from './commit-work.ts'
import {openContext} from './context.ts'
import {findTarget, land, withEarlierPhases, type Target} from './land.ts'
import {checkOwnMerges} from './resolution.ts'

const receipt = z.object({
  reachable: z.boolean().describe('The commits of both sides are in the merge.'),
  hunks_checked: z.int(),
  hunks_lost: z.array(z.string()),
})

const output = z.object({
  merged: z.boolean(),
  changed: z.boolean().describe('False when it was merged before, or not at all.'),
  name: z.string(),
  branch: z.string().describe('The branch that it was to be merged into.'),
  sha: sha.describe('The commit that holds the work of the module.'),
  merge_sha: sha.nullable(),
  conflicts: z.array(z.string()).describe('Files that a person or an agent must settle; nothing was changed.'),
  receipt: receipt.nullable().describe('Proof that the merge lost nothing of either side.'),
  next: z.string().nullable().describe('What to do when it is not merged.'),
})

export const mergeModule = defineOperation({
  name: 'merge_module',
  title: 'Merge module',
  summary:
    'Commit what the worktree of a module holds and merge it into the branch of the working directory, with a receipt that ' +
    'nothing was lost. When it conflicts, nothing is merged, and the answer says what to settle.',
  isReadOnly: false,
  hints: {isIdempotent: true},
  input: z.strictObject({
    task_id: taskId,
    name: label.describe('Name of the module, as create_worktree took it.'),
    working_directory: workingDirectory.optional().describe('A checkout to merge into; the one of the task when absent.'),
    accept_lost: z
      .boolean()
      .default(false)
      .describe('Merge although a conflict was settled by dropping changes of one side. What was dropped is recorded.'),
    request_id: requestId,
  }),
  output,
  async handle({task_id, name, working_directory, accept_lost}, services) {
    return services.withTask(task_id, async (log) => {
      refuseEnded(log.state)
      const path = await requireOwnFolder(working_directory ?? log.state.started.working_directory, services, log.state)
      const record = findWorktree(log.state, name)
      const context = await openContext(log, services)
      const target = await findTarget(context, path, record)
      services.onProgress?.(`Committing what ${record.path} holds`)
      const theirs = await commitWork(context, record)
      context.signal.throwIfAborted()
      services.onProgress?.(`Merging ${record.name} into ${shortBranch(target.ref)}`)
      const ours = await withEarlierPhases(context, target)
      return merge(context, {record, target, ours, theirs, acceptLost: accept_lost})
    })
  },
})

interface Merge {
  readonly record: WorktreeRecord
  readonly target: Target
  /** What is merged into: the tip of the target, and what a run had made before. */
  readonly ours: string
  readonly theirs: string
  readonly acceptLost: boolean
}

type Output = z.output<typeof output>

async function merge(context: TaskContext, request: Merge): Promise<Output> {
  const {git, log} = context
  const {record, target, ours, theirs, acceptLost} = request
  if (await isAncestor(git, theirs, ours)) return adopt(context, request)
  const subject: Subject = {kind: 'merge', phase: record.phase, module: record.name}
  const message = isModule(log.state, record) ? mergeMessage(log.state, subject) : `Merge ${record.name}`
  const outcome = await makeMerge(git, {ours, theirs, message, trailers: trailersOf(log.taskId, subject)})
  if ('conflicts' in outcome) return conflict(context, request, outcome.conflicts)
  const {marked, lost} = await checkOwnMerges(git, {from: record.baseSha, to: theirs})
  if (marked.length > 0) return unsettled(context, request, {files: marked, what: 'Conflict markers are left in them'})
  if (lost.length > 0 && !acceptLost)
    return unsettled(context, request, {files: lostFiles(lost), what: `These changes are gone: ${lost.join('; ')}`})
  const made = {merged: outcome.merged, receipt: {...outcome.receipt, hunks_lost: lost}}
  await land(context, target, made.merged)
  await recordMerge(context, request, made)
  return view(request, {merged: true, changed: true, merge_sha: made.merged, receipt: toReceipt(made.receipt)})
}

/** What was merged before, by this operation or with git alone, is recorded if it is not yet, and nothing else is done. */
async function adopt(context: TaskContext, request: Merge): Promise<Output> {
  const {record, target, ours} = request
  const proof: Receipt = {reachable: true, hunks_checked: 0, hunks_lost: [], conflicts: []}
  const module = findModule(context.log.state, record.phase, record.name)
  if (ours !== target.sha) await land(context, target, ours)
  if (module && module.stage !== 'merged') await recordMerge(context, request, {merged: ours, receipt: proof})
  return view(request, {merged: true, changed: ours !== target.sha, merge_sha: ours, receipt: toReceipt(proof)})
}

async function recordMerge({log}: TaskContext, {record, theirs}: Merge, made: {readonly merged: string; readonly receipt: Receipt}) {
  const {merged: merge_sha, receipt: proof} = made
  const {phase, name} = record
  if (isModule(log.state, record)) await log.append({type: 'module.merged', phase, module: name, sha: theirs, merge_sha, receipt: proof})
  else await log.append({type: 'worktree.merged', name, sha: theirs, merge_sha, receipt: proof})
}

async function conflict(context: TaskContext, request: Merge, files: readonly string[]): Promise<Output> {
  const {record, target} = request
  const steps = `git merge ${shortBranch(target.ref)}, settle ${files.join(', ')} so that both sides are kept, and commit`
  return refuse(context, request, files, `In ${record.path}: ${steps}. Then merge the module again.`)
}

interface Rest {
  readonly files: readonly string[]
  readonly what: string
}

function unsettled(context: TaskContext, request: Merge, {files, what}: Rest): Promise<Output> {
  return refuse(context, request, files, `${what}. In ${request.record.path}: put that right, and commit. Then merge the module again.`)
}

async function refuse({log}: TaskContext, request: Merge, files: readonly string[], next: string): Promise<Output> {
  const {record, theirs} = request
  const {phase, name} = record
  if (isModule(log.state, record)) await log.append({type: 'module.conflicted', phase, module: name, sha: theirs, files})
  return view(request, {merged: false, changed: false, merge_sha: null, conflicts: [...files], receipt: null, next})
}

function view(
  {record, target, theirs}: Merge,
  facts: Pick<Output, 'merged' | 'changed' | 'merge_sha' | 'receipt'> & Partial<Pick<Output, 'conflicts' | 'next'>>,
): Output {
  return {name: record.name, branch: shortBranch(target.ref), sha: theirs, conflicts: [], next: null, ...facts}
}

const toReceipt = ({reachable, hunks_checked, hunks_lost}: Receipt) => ({reachable, hunks_checked, hunks_lost: [...hunks_lost]})

const isModule = (state: TaskState, {phase, name}: WorktreeRecord) => findModule(state, phase, name) !== undefined
