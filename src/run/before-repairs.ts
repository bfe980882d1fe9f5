import type {Subject} from '../events.ts'
import {commitTree} from '../git/commits.ts'
import type {Git} from '../git/git.ts'
import {mergeTrees} from '../git/merge.ts'
import {isAncestor} from '../git/refs.ts'
import {openTree} from '../git/tree.ts'
import {workOf, type TaskState} from '../tasks/state.ts'
import type {BeforeRepairs} from '../validators/validator.ts'

/**
 * A commit beside what was there when agents were first sent in to mend it: a test that an earlier phase or another
 * module wrote is not in the base of the work, and would be gone without a word. `undefined` when nobody mended.
 */
export async function readBeforeRepairs(git: Git, state: TaskState, subject: Subject, sha: string): Promise<BeforeRepairs | undefined> {
  const {begunAt} = workOf(state, subject)
  if (begunAt === undefined) return undefined
  const base = await withBranch(git, begunAt, subject.kind === 'finish' ? state.finish.prepared?.baseSha : undefined)
  if (base === undefined) return undefined
  const {baseFiles = [], changedFiles, addedLines, baseText} = await openTree(git, {sha, base})
  return {baseFiles, changedFiles, addedLines, baseText}
}

/** What others put on the branch since is no repair's doing; where the two conflict it cannot be told apart. */
async function withBranch(git: Git, begunAt: string, branch: string | undefined): Promise<string | undefined> {
  if (branch === undefined || (await isAncestor(git, branch, begunAt))) return begunAt
  const {tree, conflicts} = await mergeTrees(git, {ours: begunAt, theirs: branch})
  return conflicts.length === 0 ? commitTree(git, {tree, parents: [begunAt, branch], message: 'Before repairs'}) : undefined
}
