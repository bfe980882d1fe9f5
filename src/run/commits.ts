import {readChangeDigest} from '../git/change-digest.ts'
import {changedFiles, commitTree, readTrailer, snapshotTree} from '../git/commits.ts'
import {hasConflictMarkers} from '../git/merge.ts'
import {createReceipt} from '../git/receipt.ts'
import {integrationRef, isAncestor, keptRef, readRef, treeOf, updateRefs} from '../git/refs.ts'
import {readWorktreeHead} from '../git/worktrees.ts'
import type {Receipt, Subject, WorkCommitted} from '../events.ts'
import {findModule, subjectKey, toWorktree, type TaskState, type WorktreeRecord} from '../tasks/state.ts'
import type {Finding} from '../validators/validator.ts'
import {mergeMessage} from './merge-message.ts'
import {theirsOf} from './workplaces.ts'
import type {RunContext, TaskContext} from './context.ts'
import type {Step} from './step.ts'
import {integrationWorktree, isGone} from './worktree-steps.ts'

type CommitStep = Extract<Step, {type: 'commit'}>

/** Commits what an attempt left, or says why it is no work: no change, markers left, a side lost. */
export async function performCommit(context: RunContext, {subject, attemptId}: CommitStep): Promise<void> {
  if (subject.kind === 'module') return commitModule(context, subject, attemptId)
  if (subject.kind === 'merge') return commitMerge(context, subject, attemptId)
  return commitRepair(context, subject, attemptId)
}

async function commitModule(context: RunContext, subject: Extract<Subject, {kind: 'module' | 'merge'}>, attemptId: string): Promise<void> {
  const {git, log} = context
  const {taskId} = log
  const module = findModule(log.state, subject.phase, subject.module)
  const record = log.state.worktrees.find(({phase, name}) => phase === subject.phase && name === subject.module)
  if (!module || !record) throw new Error(`Internal error: nothing to commit for ${subjectKey(subject)}`)
  if (await isGone(toWorktree(record))) {
    return log.append({type: 'work.rejected', subject, attempt_id: attemptId, findings: [worktreeGone]})
  }
  const {tree, embedded, staged} = await snapshotTree(git, toWorktree(record))
  const tip = (await readRef(git, record.branch)) ?? record.baseSha
  const stray = await keepStray(context, record, attemptId)
  if (stray !== undefined)
    await log.append({type: 'attempt.strayed', attempt_id: attemptId, what: `The agent left its branch for ${stray}`})
  const findings = [...embeddedFindings(embedded), ...(tree === (await treeOf(git, record.baseSha)) ? [nothingChanged] : [])]
  if (findings.length > 0) return log.append({type: 'work.rejected', subject, attempt_id: attemptId, findings, tree})
  const message = moduleMessage(log.state, record, module.name)
  const sha = await commitOnBranch(context, {record, tree, tip, message, trailers: trailersOf(taskId, subject, attemptId)})
  const files_changed = tip === record.baseSha ? staged : (await changedFiles(git, record.baseSha, sha)).length
  await log.append({type: 'work.committed', subject, attempt_id: attemptId, sha, files_changed})
}

/** Subject of the commit that holds a module's work. */
export function moduleMessage({phases}: TaskState, {phase}: WorktreeRecord, name: string): string {
  return `Add ${name} (${phases[phase - 1]?.phase.name ?? ''})`
}

export interface BranchCommit {
  readonly record: WorktreeRecord
  /** All that the worktree holds. */
  readonly tree: string
  /** Where its branch is. */
  readonly tip: string
  readonly message: string
  readonly trailers: Readonly<Record<string, string>>
}

/** Puts what a worktree holds on its branch, as a commit on top of those that are there; that one, when nothing is missing. */
export async function commitOnBranch({git}: TaskContext, {record, tree, tip, message, trailers}: BranchCommit): Promise<string> {
  // The agent committed everything itself, or an earlier runner did and was killed before it could say so.
  if (tip !== record.baseSha && tree === (await treeOf(git, tip))) return tip
  const descends = tip === record.baseSha || (await isAncestor(git, record.baseSha, tip))
  const sha = await commitTree(git, {tree, parents: [descends ? tip : record.baseSha], message, trailers})
  await moveRef(git, record.branch, sha, tip)
  return sha
}

const nothingChanged: Finding = {
  message: 'The agent said it was done, but nothing changed in the worktree. Write the files that the phase asks for.',
}

const worktreeGone: Finding = {
  message:
    'The agent deleted its worktree, or put something else in its place, and all that was in it is gone. Work in the folder that you are started in, and leave it there.',
}

export function embeddedFindings(embedded: readonly string[]): readonly Finding[] {
  return embedded.map((file) => ({
    file,
    message: 'This folder is a git repository of its own, so its files cannot be committed. Remove its .git folder.',
  }))
}

export async function moveRef(git: TaskContext['git'], ref: string, to: string, from: string): Promise<void> {
  if (await updateRefs(git, [{ref, to, from}])) return
  throw new Error(`Internal error: ${ref} moved while its lease was held`)
}

/**
 * An agent may leave its branch; what it committed elsewhere is kept under a ref.
 *
 * @returns where it went and where that is kept; `undefined` when it is where it belongs
 */
export async function keepStray({git, log}: TaskContext, record: WorktreeRecord, name: string): Promise<string | undefined> {
  const head = await readWorktreeHead(git, record)
  const sha = head?.sha ?? (head?.ref === undefined ? undefined : await readRef(git, head.ref))
  if (head?.ref === record.branch || sha === undefined) return undefined
  const kept = keptRef(log.taskId, `${name}-stray`)
  await updateRefs(git, [{ref: kept, to: sha, from: (await readRef(git, kept)) ?? null}])
  return `${head?.ref ?? sha}; its commit is kept as ${kept}.`
}

async function commitRepair(context: RunContext, subject: Subject, attemptId: string): Promise<void> {
  const {git, log} = context
  const ref = integrationRef(log.taskId)
  const tip = log.state.integrationSha
  const adopted = await adoptCommit(context, ref, tip, attemptId)
  if (adopted) return log.append(await repaired(context, {subject, attemptId, from: tip, sha: adopted}))
  const worktree = await integrationWorktree(context)
  const {tree, embedded} = await snapshotTree(git, worktree)
  const findings = [...embeddedFindings(embedded), ...(tree === (await treeOf(git, tip)) ? [nothingChanged] : [])]
  if (findings.length > 0) return log.append({type: 'work.rejected', subject, attempt_id: attemptId, findings, tree})
  const name = subject.kind === 'phase' ? log.state.phases[subject.phase - 1]?.phase.name : 'the merged result'
  const sha = await commitTree(git, {tree, parents: [tip], message: `Repair ${name}`, trailers: trailersOf(log.taskId, subject, attemptId)})
  await moveRef(git, ref, sha, tip)
  await log.append(await repaired(context, {subject, attemptId, from: tip, sha}))
}

interface Repaired {
  readonly subject: Subject
  readonly attemptId: string
  readonly from: string
  readonly sha: string
}

async function repaired({git}: RunContext, {subject, attemptId, from, sha}: Repaired): Promise<WorkCommitted> {
  const files = await changedFiles(git, from, sha)
  const change = await readChangeDigest(git, from, sha)
  return {type: 'work.committed', subject, attempt_id: attemptId, sha, files_changed: files.length, change}
}

/** The commit an earlier runner made on `ref` for this attempt before it was killed. */
export async function adoptCommit({git}: RunContext, ref: string, tip: string, attemptId: string): Promise<string | undefined> {
  const actual = await readRef(git, ref)
  if (actual === undefined || actual === tip) return undefined
  return (await readTrailer(git, actual, 'Conduct-Attempt')) === attemptId ? actual : undefined
}

async function commitMerge(context: RunContext, subject: Extract<Subject, {kind: 'module' | 'merge'}>, attemptId: string): Promise<void> {
  const {git, log} = context
  const [ours, theirs, ref] = [log.state.integrationSha, theirsOf(log.state, subject), integrationRef(log.taskId)]
  const conflicts =
    subject.phase === 0 ? (log.state.finish.conflict?.files ?? []) : (findModule(log.state, subject.phase, subject.module)?.conflicts ?? [])
  const adopted = await adoptCommit(context, ref, ours, attemptId)
  const merged = adopted ?? (await resolvedCommit(context, {subject, attemptId, ours, theirs, conflicts}))
  if (typeof merged !== 'string') return log.append({type: 'work.rejected', subject, attempt_id: attemptId, ...merged})
  const receipt = await createReceipt(git, {ours, theirs, merged, conflicts, resolvedBy: 'synthesis-architect'})
  if (!adopted && !isGood(receipt))
    return log.append({
      type: 'work.rejected',
      subject,
      attempt_id: attemptId,
      findings: lostFindings(receipt),
      tree: await treeOf(git, merged),
    })
  if (!adopted) await moveRef(git, ref, merged, ours)
  await log.append(
    {type: 'work.committed', subject, attempt_id: attemptId, sha: merged, files_changed: conflicts.length},
    {type: 'module.merged', phase: subject.phase, module: subject.module, sha: theirs, merge_sha: merged, receipt},
  )
}

interface Resolution {
  readonly subject: Extract<Subject, {kind: 'module' | 'merge'}>
  readonly attemptId: string
  readonly ours: string
  readonly theirs: string
  readonly conflicts: readonly string[]
}

async function resolvedCommit(
  context: RunContext,
  {subject, attemptId, ours, theirs, conflicts}: Resolution,
): Promise<string | {readonly findings: readonly Finding[]; readonly tree: string}> {
  const {git, log} = context
  const worktree = await integrationWorktree(context)
  const {tree, embedded} = await snapshotTree(git, worktree)
  const marked = await hasConflictMarkers(git, tree, conflicts)
  const findings = [...embeddedFindings(embedded), ...marked.map((file) => ({file, message: 'Conflict markers are left in this file.'}))]
  if (findings.length > 0) return {findings, tree}
  return commitTree(git, {
    tree,
    parents: [ours, theirs],
    message: mergeMessage(log.state, subject),
    trailers: trailersOf(log.taskId, subject, attemptId),
  })
}

/** Everything reachable and no hunk lost. */
export function isGood(receipt: Receipt): boolean {
  return receipt.reachable && receipt.hunks_lost.length === 0
}

export function lostFindings(receipt: Receipt): readonly Finding[] {
  const lost = receipt.hunks_lost.map((hunk) => {
    const [file = '', ...rest] = hunk.split(': ')
    return {file, message: `The merge dropped this change; both sides must be kept: ${rest.join(': ')}`}
  })
  return receipt.reachable ? lost : [{message: 'The merge does not contain the commits of both sides.'}, ...lost]
}

export function trailersOf(taskId: string, subject: Subject, attemptId?: string): Readonly<Record<string, string>> {
  return {'Conduct-Task': taskId, 'Conduct-Step': subjectKey(subject), ...(attemptId === undefined ? {} : {'Conduct-Attempt': attemptId})}
}
