import {ConductError} from '../../errors.ts'
import {refuseHalfDone} from '../../git/checkout.ts'
import {changedFiles, snapshotTree} from '../../git/commits.ts'
import {readRef, treeOf} from '../../git/refs.ts'
import type {Subject} from '../../events.ts'
import {findModule, toWorktree, type TaskState, type WorktreeRecord} from '../../tasks/state.ts'
import {commitOnBranch, embeddedFindings, keepStray, moduleMessage, trailersOf} from '../commits.ts'
import type {TaskContext} from '../context.ts'

/**
 * The worktree that a person or an agent means by the name of a module or of the worktree; the latest, when phases share names.
 *
 * @throws {ConductError} `WORKTREE_NOT_FOUND`
 */
export function findWorktree(state: TaskState, wanted: string): WorktreeRecord {
  const isMeant = ({phase, name}: WorktreeRecord) => name === wanted || findModule(state, phase, name)?.name === wanted
  const ours = state.worktrees.filter(({branch, isReady}) => isReady && branch !== '')
  const found = ours.filter(isMeant).toSorted((one, other) => one.phase - other.phase)
  const record = found.at(-1)
  if (record) return record
  const taskId = state.started.task_id
  const list = ours.map(({name}) => name).join(', ')
  throw new ConductError('WORKTREE_NOT_FOUND', `Task ${taskId} has no worktree for ${wanted}${list === '' ? '' : `; it has ${list}`}.`, [
    // A name from outside is not to be pasted into a shell.
    `Make one: conduct worktree create NAME --task ${taskId}`,
    `List them: conduct worktree list --task ${taskId}`,
  ])
}

/**
 * Commits all that a worktree holds on its branch.
 *
 * @returns the commit; the present one when nothing is uncommitted
 * @throws {ConductError} `GIT_FAILED` in the middle of a merge, and for files that cannot be committed; `USAGE` when nothing was done there
 */
export async function commitWork(context: TaskContext, record: WorktreeRecord): Promise<string> {
  const {git, log} = context
  await refuseHalfDone(git, record.path)
  const {tree, embedded} = await snapshotTree(git, toWorktree(record))
  refuseEmbedded(record, embedded)
  const tip = (await readRef(git, record.branch)) ?? record.baseSha
  if (tip === record.baseSha && tree === (await treeOf(git, tip))) throw nothingDone(record, log.taskId)
  const stray = await keepStray(context, record, record.name)
  if (stray !== undefined) await log.append({type: 'drift.repaired', what: `${record.path} had left its branch for ${stray}`})
  const subject: Subject = {kind: 'module', phase: record.phase, module: record.name}
  const module = findModule(log.state, record.phase, record.name)
  const message = module ? moduleMessage(log.state, record, module.name) : `Add ${record.name}`
  const sha = await commitOnBranch(context, {record, tree, tip, message, trailers: trailersOf(log.taskId, subject)})
  if (module && module.sha !== sha) {
    const files_changed = (await changedFiles(git, record.baseSha, sha)).length
    await log.append({type: 'work.committed', subject, sha, files_changed})
  }
  return sha
}

function refuseEmbedded({path}: WorktreeRecord, embedded: readonly string[]): void {
  const [finding] = embeddedFindings(embedded)
  if (finding) throw new ConductError('GIT_FAILED', `${path}: ${finding.file}: ${finding.message}`, ['Then merge the module again.'])
}

const nothingDone = ({name, path}: WorktreeRecord, taskId: string) =>
  new ConductError('USAGE', `Nothing has changed in ${path} since it was made, so there is nothing of ${name} to merge.`, [
    'Let the work be done there first.',
    `See what is where: conduct worktree list --task ${taskId}`,
  ])
