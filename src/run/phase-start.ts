import {commitTree, snapshotTree} from '../git/commits.ts'
import {keptRef, readRef, treeOf, updateRefs} from '../git/refs.ts'
import {findModule, toWorktree, type WorktreeRecord} from '../tasks/state.ts'
import type {RunContext} from './context.ts'
import {isFolder} from './recover.ts'
import {dropWorktree} from './worktree-steps.ts'

/** Begins a phase at the tip of integration, with no worktree from a time before a rollback. */
export async function startPhase(context: RunContext, phase: number): Promise<void> {
  const {log} = context
  for (const record of log.state.worktrees) {
    // Rolled back, a module is pending while its old worktree is there. One that a person made for it is not: it is at work.
    if (record.phase === phase && findModule(log.state, phase, record.name)?.stage === 'pending') await setAside(context, record)
  }
  await log.append({type: 'phase.started', phase, base_sha: log.state.integrationSha})
}

/** Takes a worktree away; what is in it is kept under a ref, and its branch is when the new one is made. */
async function setAside(context: RunContext, record: WorktreeRecord): Promise<void> {
  const {git, log, now} = context
  if (record.isReady && (await isFolder(record.path))) {
    const tip = (await readRef(git, record.branch)) ?? record.baseSha
    const {tree} = await snapshotTree(git, toWorktree(record))
    const kept = keptRef(log.taskId, `p${record.phase}-${record.name}-${now()}`)
    if (tree !== (await treeOf(git, tip))) {
      const sha = await commitTree(git, {
        tree,
        parents: [tip],
        message: `Work on ${record.name} before a rollback`,
        trailers: {'Conduct-Task': log.taskId},
      })
      await updateRefs(git, [{ref: kept, to: sha, from: null}])
      await log.append({type: 'drift.repaired', what: `${record.path} held work from before the rollback; it is kept as ${kept}.`})
    }
  }
  await dropWorktree(context, record)
}
