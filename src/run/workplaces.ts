import {mkdir, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {Subject} from '../events.ts'
import {mergeTrees, readSides} from '../git/merge.ts'
import {readRef} from '../git/refs.ts'
import {readFiles, removeWorktree, restoreWorktree, type Worktree} from '../git/worktrees.ts'
import {findModule, subjectKey, toWorktree, workOf, type TaskState, type WorktreeRecord} from '../tasks/state.ts'
import type {RunContext} from './context.ts'
import {sidesFolder} from './places-of-work.ts'
import {integrationWorktree, isGone, prepareModule} from './worktree-steps.ts'

/** Where an attempt works. */
export interface Workplace {
  readonly path: string
  readonly startSha: string
  readonly worktree: Worktree
}

/** The worktree of a piece of work, in the state an attempt begins with. */
export async function openWorkplace(context: RunContext, subject: Subject): Promise<Workplace> {
  if (subject.kind === 'module') return moduleWorkplace(context, subject)
  const {log, git} = context
  const worktree = await integrationWorktree(context)
  const startSha = log.state.integrationSha
  // An attempt after a failed one goes on from what that one left; a first one starts from a clean tree.
  if (subject.kind === 'merge') await layOutConflict(context, subject, worktree)
  else if (workOf(log.state, subject).findings.length === 0) await restoreWorktree(git, worktree, startSha)
  return {path: worktree.path, startSha, worktree}
}

async function moduleWorkplace(context: RunContext, subject: Extract<Subject, {kind: 'module' | 'merge'}>): Promise<Workplace> {
  const {git} = context
  const known = recordOf(context, subject)
  if (await isGone(toWorktree(known))) {
    await removeWorktree(git, toWorktree(known))
    await prepareModule(context, subject.phase, subject.module)
  }
  const record = recordOf(context, subject)
  return {path: record.path, startSha: (await readRef(git, record.branch)) ?? record.baseSha, worktree: toWorktree(record)}
}

function recordOf({log}: RunContext, {phase, module}: Extract<Subject, {kind: 'module' | 'merge'}>): WorktreeRecord {
  const record = log.state.worktrees.find((worktree) => worktree.phase === phase && worktree.name === module)
  if (!record) throw new Error(`Internal error: no worktree for ${module} in phase ${phase}`)
  return record
}

/** The conflicted merge, markers and all, in the worktree, and the three sides of each file beside it. */
async function layOutConflict(
  context: RunContext,
  subject: Extract<Subject, {kind: 'module' | 'merge'}>,
  worktree: Worktree,
): Promise<void> {
  const {log, git} = context
  const ours = log.state.integrationSha
  const theirs = theirsOf(log.state, subject)
  const {tree, conflicts} = await mergeTrees(git, {ours, theirs})
  await restoreWorktree(git, worktree, ours)
  await readFiles(git, worktree, tree)
  const folder = sidesFolder(context, subject)
  await rm(folder, {recursive: true, force: true})
  for (const file of conflicts) {
    const sides = await readSides(git, {ours, theirs, file})
    for (const side of ['base', 'ours', 'theirs'] as const) await writeSide(join(folder, side, file), sides[side])
  }
}

async function writeSide(path: string, text: string | undefined): Promise<void> {
  if (text === undefined) return
  await mkdir(dirname(path), {recursive: true})
  await writeFile(path, text)
}

/** The commit that is being merged into integration. */
export function theirsOf(state: TaskState, subject: Extract<Subject, {kind: 'module' | 'merge'}>): string {
  const sha = subject.phase === 0 ? state.finish.conflict?.sha : findModule(state, subject.phase, subject.module)?.sha
  if (sha === undefined) throw new Error(`Internal error: nothing to merge for ${subjectKey(subject)}`)
  return sha
}
